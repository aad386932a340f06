"""Plots as inline SVG: bars in groups, stacked bars, lines. Colours come from the page's style sheet."""

from html import escape
from math import ceil, floor, log10

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 860, 70, 20, 16, 54
COLOURS = 12  # classes c0 to c11 and l0 to l11 of the style sheet


def grouped_bars(groups: list[str], series: dict[str, list[float | None]], unit: str) -> str:
    """A group of bars for each name in `groups`; `series` holds a value for each, or None."""
    height = 300
    top = _round_up(max((value for values in series.values() for value in values if value), default=1))
    room = (WIDTH - LEFT - RIGHT) / len(groups)
    bar = room * 0.8 / len(series)
    parts = _axis(height, top, unit)
    for number, group in enumerate(groups):
        at = LEFT + room * number + room * 0.1
        for place, (name, values) in enumerate(series.items()):
            if (value := values[number]) is None:
                continue
            tall = (height - TOP - BOTTOM) * value / top
            parts.append(f'<rect class="c{place % COLOURS}" x="{at + bar * place:.1f}" y="{height - BOTTOM - tall:.1f}" '
                         f'width="{bar * 0.9:.1f}" height="{tall:.1f}"><title>{escape(name)}, {escape(group)}: '
                         f'{value:.3g} {escape(unit)}</title></rect>')
        parts.append(f'<text x="{at + room * 0.4:.1f}" y="{height - BOTTOM + 18}" text-anchor="middle">{escape(group)}</text>')
    return _figure(parts, height, list(series))


def stacked_bars(bars: dict[str, dict[str, float]], unit: str) -> str:
    """A lying bar for each name, made of named parts."""
    names = list(dict.fromkeys(part for parts in bars.values() for part in parts))
    label, row = 210, 24
    height = TOP + row * len(bars) + BOTTOM
    top = _round_up(max(sum(parts.values()) for parts in bars.values()))
    scale = (WIDTH - label - RIGHT - 60) / top
    parts = []
    for number, (bar, lengths) in enumerate(bars.items()):
        x, y = float(label), TOP + row * number
        parts.append(f'<text x="{label - 8}" y="{y + 15}" text-anchor="end">{escape(bar)}</text>')
        for name, length in lengths.items():
            parts.append(f'<rect class="c{names.index(name) % COLOURS}" x="{x:.1f}" y="{y}" width="{length * scale:.1f}" '
                         f'height="{row - 6}"><title>{escape(name)}: {length:.0f} {escape(unit)}</title></rect>')
            x += length * scale
        parts.append(f'<text x="{x + 6:.1f}" y="{y + 15}">{sum(lengths.values()):.0f}</text>')
    return _figure(parts, height, names)


def lines(points: dict[str, list[tuple[float, float]]], x_name: str, unit: str) -> str:
    """A line for each name, over x from 0 to 1; the y axis is logarithmic."""
    height = 300
    values = [y for line in points.values() for _, y in line]
    low, high = floor(log10(min(values))), ceil(log10(max(values) * 1.0001))
    tall = (height - TOP - BOTTOM) / max(high - low, 1)
    parts = []
    for power in range(low, high + 1):
        y = height - BOTTOM - tall * (power - low)
        parts += [f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>',
                  f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10 ** power:g}</text>']
    for number, line in enumerate(points.values()):
        path = " ".join(f"{LEFT + (WIDTH - LEFT - RIGHT) * x:.1f},{height - BOTTOM - tall * (log10(y) - low):.1f}"
                        for x, y in line)
        parts.append(f'<polyline class="l{number % COLOURS}" points="{path}"/>')
    for x in sorted({x for line in points.values() for x, _ in line}):
        parts.append(f'<text x="{LEFT + (WIDTH - LEFT - RIGHT) * x:.1f}" y="{height - BOTTOM + 18}" '
                     f'text-anchor="middle">{x:.0%}</text>')
    parts += [f'<text x="{WIDTH - RIGHT}" y="{height - BOTTOM + 34}" text-anchor="end">{escape(x_name)}</text>',
              f'<text x="{LEFT - 60}" y="{TOP - 4}">{escape(unit)}</text>']
    return _figure(parts, height, list(points))


def _axis(height: int, top: float, unit: str) -> list[str]:
    parts = [f'<text x="{LEFT - 60}" y="{TOP - 4}">{escape(unit)}</text>']
    for step in range(5):
        y = height - BOTTOM - (height - TOP - BOTTOM) * step / 4
        parts += [f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>',
                  f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{top * step / 4:g}</text>']
    return parts


def _figure(parts: list[str], height: int, names: list[str]) -> str:
    legend = "".join(f'<span><i class="c{number % COLOURS}"></i>{escape(name)}</span>' for number, name in enumerate(names))
    drawing = "\n".join(parts)
    return (f'<figure><svg viewBox="0 0 {WIDTH} {height}" role="img">\n{drawing}\n</svg>'
            f'<figcaption>{legend}</figcaption></figure>')


def _round_up(value: float) -> float:
    """To a number that divides by four to something short."""
    power = 10 ** floor(log10(value))
    return next(step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if step * power >= value)
