"""The pages of the tree, as Markdown: blocks, prose, tables, headings, links."""
import re
from dataclasses import dataclass
from pathlib import Path

from product import TREE, files

PAGES = [path for path in files() if path.suffix == ".md"]


@dataclass
class Block:
    page: Path
    line: int  # of its first line, from 1
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def text_of(page: Path) -> str:
    return (TREE / page).read_text()


def blocks(page: Path) -> list[Block]:
    text = text_of(page)
    found = re.finditer(r"^```(.*)\n((?:.*\n)*?)```$", text, re.M)
    return [Block(page, text[:block.start(2)].count("\n") + 1, block[1], block[2]) for block in found]


BLOCKS = [block for page in PAGES for block in blocks(page)]


def prose(page: Path) -> str:
    """Without blocks; lines keep their numbers."""
    return re.sub(r"^```.*?^```$", lambda block: "\n" * block[0].count("\n"), text_of(page), flags=re.M | re.S)


def rows(page: Path) -> list[list[str]]:
    """Of all tables, cell by cell."""
    lines = [line.split("|")[1:-1] for line in prose(page).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines]


def first_cells(page: Path) -> set[str]:
    """The words in code type that begin a row of a table."""
    return {word for row in rows(page) for word in re.findall(r"`([^`]+)`", row[0])}


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}
