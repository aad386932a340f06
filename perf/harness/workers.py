"""What two workers of one gateway carry beside what one does, and what sharing costs them.

The program ropewalk-perf-workers measures; this builds and runs it and shows its tables.
"""

import argparse
import os

from lab.arguments import whole_number
from lab.failure import Failure

from . import arguments as check
from . import build, core, machine, tables

TARGET = "perf/workers/ropewalk-perf-workers"

WORKS = {"floor": "crypto library alone", "own": "both copies at their worker", "crossed": "second copy at the other worker",
         "sharded": "both at the worker of their block"}
MOST_THAT_STAYED = 0.01
PARTS = {"reserve": "sequence numbers for a burst of 32", "mark": "window asked and marked, a run at a time",
         "hop": "a burst of 32 over a ring, one end"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=check.output_file, metavar="FILE", help="write machine and rows there")
    parser.add_argument("--runs", type=whole_number(7, 1000), default=11, metavar="N",
                        help="times that everything is measured (default 11, at least 7)")
    parser.add_argument("--cpus", type=check.cpu, nargs=2, metavar="N", help="CPUs of the workers (default the last two)")


def run(arguments: argparse.Namespace) -> int:
    described = machine.describe()
    cpus = arguments.cpus or two_cpus()
    machine.warn_of_load("two workers may not have had two CPUs")
    report = core.measured([str(build.built(TARGET)), "--runs", str(arguments.runs),
                            "--first-cpu", str(cpus[0]), "--second-cpu", str(cpus[1])])
    report["machine"] = described | report["machine"]
    if arguments.json:
        core.write(arguments.json, report)
    print(table(report))
    return 0


def two_cpus() -> list[int]:
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        raise Failure("two workers need two CPUs, and this process may use one only")
    return cpus[-2:]


def table(report: dict) -> str:
    return "\n".join([*notes(report), "", *tables.text(cells(report))])


def notes(report: dict) -> list[str]:
    lines = ["Cycles a packet, median (min-max) of the runs; speedup: what two carry by what one does."]
    stayed = max(row.get("share_that_stayed", 0) for row in report["rows"])
    if stayed > MOST_THAT_STAYED:
        lines.append(f"Up to {stayed:.1%} of a row's frames found no buffer at the other worker, whose CPU was away, and "
                     "arrived at their own: its speedup is too high.")
    return lines


def cells(report: dict) -> list[list[str]]:
    rows = [[WORKS[row["work"]], str(row["size"]), *figures(row)] for row in report["rows"]]
    parts = [[PARTS[name], "", *figures(row)] for name, row in report["parts"].items()]
    return [["work", "bytes", "one alone", "each of two", "speedup"], *rows, *parts]


def figures(row: dict) -> list[str]:
    return [spread(row["cycles_alone"], 1), spread(row["cycles_together"], 1), spread(row["speedup"], 2)]


def spread(series: dict, digits: int) -> str:
    median, low, high = (f"{series[key]:.{digits}f}" for key in ("median", "min", "max"))
    return f"{median} ({low}-{high})"
