"""A few ratios to the floor against the baseline of this kind of machine: seconds; exits with 1 when one is worse.

Measures in spells and pools them, because the machine's speed changes between them. While a ratio is too high it
measures on, for half a minute: what stays too high then is the code.
"""

import argparse
import sys
import time
from typing import NamedTuple

from . import baseline, build, core, core_rows, machine
from .steady import steady

SPELLS = 8
MOST_SPELLS = 24
PAUSE_SECONDS = 0.3  # gives the machine time to become another
RUNS = 9
BLOCKS = 24
THRESHOLD = 0.15


class Verdict(NamedTuple):
    name: str
    ratio: float
    before: float | None  # none: the baseline lacks this row

    @property
    def change(self) -> float:
        return 0.0 if self.before is None else self.ratio / self.before - 1

    @property
    def is_worse(self) -> bool:
        return self.change > THRESHOLD


class Spells:
    """What was measured so far, all of it looked at as one."""

    def __init__(self) -> None:
        self._runs: dict[str, tuple[list[float], list[float]]] = {}

    def add(self, rows: list[dict]) -> None:
        for name, (ratios, floors) in core_rows.runs_of(rows).items():
            pooled = self._runs.setdefault(name, ([], []))
            pooled[0].extend(ratios)
            pooled[1].extend(floors)

    def ratios(self) -> dict[str, float]:
        return {name: steady(*runs).value for name, runs in self._runs.items()}


def judge(ratios: dict[str, float], before: dict[str, float]) -> list[Verdict]:
    return [Verdict(name, ratio, before.get(name)) for name, ratio in ratios.items()]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="make what is measured the baseline of this kind of machine")


def run(arguments: argparse.Namespace) -> int:
    program = build.built(core.TARGET)
    described, spells = _measure(program, SPELLS, Spells())
    before = baseline.find(described)
    if arguments.write:
        print(f"wrote {baseline.write(described, spells.ratios())}")
        return 0
    if before is None:
        print("There is no baseline for this kind of machine, so nothing was compared. "
              "./perf/run check --write makes one from a version you trust.")
        return 0
    verdicts = judge(spells.ratios(), before)
    for _ in range(MOST_SPELLS - SPELLS):
        if not any(verdict.is_worse for verdict in verdicts):
            break
        _measure(program, 1, spells)
        verdicts = judge(spells.ratios(), before)
    print(table(verdicts))
    worse = [verdict for verdict in verdicts if verdict.is_worse]
    for verdict in worse:
        print(f"{verdict.name} costs {verdict.ratio:.2f} times the floor, {verdict.change:.0%} more than the baseline's "
              f"{verdict.before:.2f}; allowed are {THRESHOLD:.0%}", file=sys.stderr)
    return 1 if worse else 0


def table(verdicts: list[Verdict]) -> str:
    width = max(len(verdict.name) for verdict in verdicts)
    lines = ["Cycles as multiples of the crypto library's alone, against the baseline of this kind of machine:"]
    for verdict in verdicts:
        before = "   new" if verdict.before is None else f"{verdict.before:6.3f}  {verdict.change:+6.1%}"
        lines.append(f"{verdict.name:{width}}  {verdict.ratio:6.3f}  {before}")
    return "\n".join(lines)


def _measure(program, count: int, spells: Spells) -> tuple[dict, Spells]:
    rows = ["--rows", ",".join(core_rows.CHECKED)]
    described: dict = {}
    for spell in range(count):
        if spell != 0 or count == 1:
            time.sleep(PAUSE_SECONDS)
        report = core.measured([str(program), "--runs", str(RUNS), "--blocks", str(BLOCKS)] + rows)
        described = machine.describe() | report["machine"]
        spells.add(report["rows"])
    return described, spells
