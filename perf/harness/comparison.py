"""What got better or worse between two reports of the same benchmark, noise taken into account."""

from collections.abc import Iterator
from typing import NamedTuple

from . import core_rows
from .steady import steady

THRESHOLD = 0.05


class Measured(NamedTuple):
    name: str
    value: float
    spread: float  # how far values of the same code lie apart, as a share of the value
    higher_is_better: bool


class Compared(NamedTuple):
    name: str
    old: float
    new: float
    noise: float  # a change up to this one says nothing
    loss: float  # by how much it is worse, as a share; negative: better

    @property
    def verdict(self) -> str:
        return "worse" if self.loss > self.noise else "better" if -self.loss > self.noise else "same"


def compare(old: dict, new: dict, threshold: float = THRESHOLD) -> tuple[list[Compared], list[str]]:
    """The rows that both have, and the names of those that only one has."""
    before = {measured.name: measured for measured in quantities(old)}
    after = {measured.name: measured for measured in quantities(new)}
    compared = []
    for name in before.keys() & after.keys():
        was, now = before[name], after[name]
        change = now.value / was.value - 1
        compared.append(Compared(name, was.value, now.value, max(threshold, was.spread + now.spread),
                                 -change if was.higher_is_better else change))
    order = {name: place for place, name in enumerate(after)}
    compared.sort(key=lambda row: order[row.name])
    return compared, sorted(before.keys() ^ after.keys())


def quantities(report: dict) -> Iterator[Measured]:
    for benchmark, part in report.get("reports", {"": report}).items():
        prefix = f"{benchmark} " if benchmark else ""
        for measured in _of_rows(part["rows"]):
            yield measured._replace(name=prefix + measured.name)


def _of_rows(rows: list[dict]) -> Iterator[Measured]:
    if rows and "work" in rows[0]:
        yield from _of_core(rows)
    elif rows and "topology" in rows[0]:
        for row in rows:
            yield from _of_linerate(row)
    else:
        for row in rows:
            yield from _of_plain(row)


def _of_core(rows: list[dict]) -> Iterator[Measured]:
    """Ratios to the floor: cycles change with the machine."""
    for name, (ratios, floors) in core_rows.runs_of(rows).items():
        yield Measured(f"{name} ratio", *steady(ratios, floors), higher_is_better=False)


def _of_linerate(row: dict) -> Iterator[Measured]:
    name = "/".join(str(row[key]) for key in ("topology", "ways", "copies", "size", "family") if key in row)
    swing = 0.0
    if "mrr" in row:
        rates = {key: row["mrr"][key]["pps"] for key in ("median", "min", "max")}
        swing = (rates["max"] - rates["min"]) / 2 / rates["median"]
        yield Measured(f"{name} mrr pps", rates["median"], swing, higher_is_better=True)
    for goal in ("ndr", "pdr", "rfc2544"):
        if "lower" in row.get(goal, {}):
            # The machine that swings while all is offered swings during the search, too.
            yield Measured(f"{name} {goal} pps", row[goal]["lower"]["pps"], swing, higher_is_better=True)


def _of_plain(row: dict) -> Iterator[Measured]:
    """Rows of numbers: rates are better high, costs better low."""
    name = str(row.get("size", ""))
    for key, value in row.items():
        if key in ("kpps", "mbit", "tcp_mbit") or key.startswith("cpu_us"):
            if value:
                yield Measured(f"{name} {key}", float(value), 0.0, higher_is_better=not key.startswith("cpu_us"))


def table(compared: list[Compared], alone: list[str]) -> str:
    width = max((len(row.name) for row in compared), default=0)
    lines = [f"{row.name:{width}}  {row.old:12.3f} -> {row.new:12.3f}  {abs(row.loss):6.1%} "
             f"{'worse ' if row.loss > 0 else 'better'} (noise {row.noise:.1%}): {row.verdict}" for row in compared]
    if alone:
        lines.append(f"Only in one of them: {', '.join(alone)}")
    return "\n".join(lines)
