"""Rows of `core` with this system's libraries and with Debian 13's, by turns, side by side; needs its tree, and root.

A spell of one is followed by a spell of the other, because the machine's speed changes; of each row only those runs
count whose floor is near the lowest. tests/tools/debian13 runs the second in the tree that ./scripts/test debian13 left.
"""

import argparse
import os
from pathlib import Path
from statistics import median
from typing import NamedTuple

from lab.arguments import whole_number
from lab.failure import Failure

from . import arguments as check
from . import build, core, core_rows, machine, tables
from .steady import highest_that_counts, steady

TOOL = build.TREE / "tests" / "tools" / "debian13"
PLACE = build.BUILD / "debian13"
COPIES = {"to_paths": (1, 2), "to_inside": (1,), "loop": (2,)}
ROWS = [f"{work}/aes-256-gcm/{size}/{copies}" for size in core_rows.SIZES
        for work, numbers in COPIES.items() for copies in numbers] + [core_rows.DUPLICATE]
SPELLS = 8
RUNS = 9
COLUMNS = ("work", "bytes", "copies", "libraries", "cycles", "floor", "over floor", "ratio")


class Library(NamedTuple):
    """One system's build of the benchmark."""
    name: str
    command: list[str]


def is_possible() -> bool:
    """Whether the tree is there."""
    return (PLACE / "made").exists()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=check.output_file, metavar="FILE", help="write machine and rows there")
    parser.add_argument("--spells", type=whole_number(2, 1000), default=SPELLS, metavar="N",
                        help=f"turns of each (default {SPELLS})")


def run(arguments: argparse.Namespace) -> int:
    if not is_possible():
        raise Failure("there is no Debian 13 tree: ./scripts/test debian13 makes one")
    if os.geteuid() != 0:
        raise Failure("entering the Debian 13 tree needs root")
    machine.warn_of_load("believe the ratios, not the cycles")
    report = compare(_libraries(), arguments.spells, machine.describe())
    if arguments.json:
        core.write(arguments.json, report)
    print("\n\n".join("\n".join(part) for part in (notes(report), tables.text(cells(report), (0, 3)),
                                                    tables.text(stage_cells(report), (0, 3)))))
    return 0


def compare(libraries: list[Library], spells: int, described: dict) -> dict:
    reports: dict[str, list[dict]] = {library.name: [] for library in libraries}
    for _ in range(spells):
        for library in libraries:
            reports[library.name].append(core.measured(
                [*library.command, "--runs", str(RUNS), "--blocks", str(core.BLOCKS), "--rows", ",".join(ROWS)]))
    pooled = {name: _pooled(of_one) for name, of_one in reports.items()}
    first = next(iter(pooled.values()))
    return {"machine": described | {"spells": spells},
            "libraries": {name: of_one[0]["machine"] for name, of_one in reports.items()},
            "rows": [{"name": row, "measured": {name: rows[row] for name, rows in pooled.items()}} for row in first]}


def _libraries() -> list[Library]:
    program = build.built(core.TARGET)
    there = f"build/{core.TARGET}"
    build.run([str(TOOL), "ninja", "-C", "build", core.TARGET])
    return [Library(_system("/etc/os-release"), [str(program)]),
            Library(_system(PLACE / "tree/etc/os-release"), [str(TOOL), there])]


def _system(os_release: str | Path) -> str:
    """Such as Debian 13."""
    lines = dict(line.split("=", 1) for line in Path(os_release).read_text().splitlines() if "=" in line)
    return f"{lines['NAME'].strip(chr(34)).split()[0]} {lines['VERSION_ID'].strip(chr(34))}"


def _pooled(reports: list[dict]) -> dict[str, dict]:
    """By row: the figures of all spells as one."""
    return {core_rows.name_of(row): _figures([report["rows"][place] for report in reports])
            for place, row in enumerate(reports[0]["rows"])}


def _figures(spells: list[dict]) -> dict:
    """What is measured without a floor, a duplicate, is judged by its own cycles."""
    cycles = [value for spell in spells for value in spell["cycles_runs"]]
    floors = [value for spell in spells for value in spell.get("floor_runs", spell["cycles_runs"])]
    measured = {"cycles": steady(cycles, floors).value, "spread": steady(cycles, floors).spread,
                "stages": _stages(spells, highest_that_counts(floors))}
    if "floor_runs" in spells[0]:
        ratios = [value for spell in spells for value in spell["ratio_runs"]]
        over = [value - floor for value, floor in zip(cycles, floors)]
        measured |= {"floor": steady(floors, floors).value, "over_floor": steady(over, floors).value,
                     "ratio": steady(ratios, floors).value}
    return measured


def _stages(spells: list[dict], highest: float) -> dict[str, float]:
    """Of the spells whose median floor counts, or of the fastest when none does."""
    floors = [spell["floor_median"] or spell["cycles_median"] for spell in spells]
    chosen = [spell["stages"] for spell, floor in zip(spells, floors) if floor <= max(highest, min(floors))]
    return {name: median(stages.get(name, 0.0) for stages in chosen) for name in chosen[0]}


def notes(report: dict) -> list[str]:
    described = report["machine"]
    lines = [f"The same sources (revision {described['git_revision']}) built and run on two systems by turns, "
             f"{described['spells']} spells each; load before {described['load_before']}. "
             "Of each row those runs count whose floor is near the lowest.", ""]
    return lines + [f"* {name}: {of_one['crypto_engine']}, {of_one['dpdk']}, GCC {of_one['compiler']}, "
                    f"-march={of_one['march']}, {of_one['memory']}"
                    for name, of_one in report["libraries"].items()]


def cells(report: dict) -> list[list[str]]:
    lines = [list(COLUMNS)]
    for row in report["rows"]:
        for name, measured in row["measured"].items():
            floor, over, ratio = (measured.get(key) for key in ("floor", "over_floor", "ratio"))
            lines.append([*_words(row), name, f"{measured['cycles']:.0f}",
                          "" if floor is None else f"{floor:.0f}", "" if over is None else f"{over:.0f}",
                          "" if ratio is None else f"{ratio:.2f}"])
    return lines


def stage_cells(report: dict) -> list[list[str]]:
    """At 64 bytes, where what is not crypto weighs most."""
    small = [row for row in report["rows"] if row["name"].split("/")[2] == "64"]
    names = list(dict.fromkeys(stage for row in small for measured in row["measured"].values()
                               for stage, cycles in measured["stages"].items() if cycles >= 1))
    lines = [["work", "bytes", "copies", "libraries", *names]]
    for row in small:
        for name, measured in row["measured"].items():
            values = (measured["stages"].get(stage, 0) for stage in names)
            lines.append([*_words(row), name, *(f"{value:.0f}" if value >= 1 else "" for value in values)])
    return lines


def _words(row: dict) -> tuple[str, str, str]:
    work, _, size, copies = row["name"].split("/")
    return work, size, copies
