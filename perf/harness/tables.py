"""One table, as a terminal and as a page show it: a head and rows of texts, and which columns stand to the left."""


def text(cells: list[list[str]], left: tuple[int, ...] = (0,)) -> list[str]:
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return ["  ".join(f"{cell:{'<' if column in left else '>'}{width}}"
                      for column, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in cells]


def markdown(cells: list[list[str]], left: tuple[int, ...] = (0,)) -> list[str]:
    rule = "|".join("---" if column in left else "---:" for column in range(len(cells[0])))
    head, *rows = ("| " + " | ".join(line) + " |" for line in cells)
    return [head, f"|{rule}|", *rows]
