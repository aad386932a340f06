"""One worker's two pipelines, in cycles per packet, beside the crypto library alone.

The program ropewalk-perf-core measures; this builds and runs it, shows its table and keeps its numbers.
"""

import argparse
import json
import subprocess
from pathlib import Path

from lab import hugepages
from lab.arguments import whole_number
from lab.failure import Failure

from . import arguments as check
from . import build, machine
from .core_markdown import machine_lines, markdown
from .core_table import table

TARGET = "perf/core/ropewalk-perf-core"
MEBIBYTES = 32  # what a packet pool and EAL take
BLOCKS = 24
BLOCKS_QUICK = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=check.output_file, metavar="FILE", help="write machine and rows there")
    parser.add_argument("--markdown", action="store_true", help="print the tables in Markdown")
    parser.add_argument("--quick", action="store_true", help="a sixth of the bursts: seconds, and more noise")
    parser.add_argument("--runs", type=whole_number(7, 1000), default=11, metavar="N",
                        help="times that every row is measured (default 11, at least 7)")
    parser.add_argument("--burst", type=whole_number(12, 64), default=64, metavar="N",
                        help="packets in a burst (default 64, as much as a worker takes at once)")
    parser.add_argument("--cpu", type=check.cpu, metavar="N", help="CPU to measure on (default the last)")


def run(arguments: argparse.Namespace) -> int:
    described = machine.describe()
    machine.warn_of_load("believe the ratios, not the cycles")
    report = measure(build.built(TARGET), arguments)
    report["machine"] = described | report["machine"]
    if arguments.json:
        write(arguments.json, report)
    if arguments.markdown:
        print("\n".join(machine_lines(report["machine"])), markdown(report), sep="\n\n")
    else:
        print(table(report))
    return 0


def measure(program: Path, arguments: argparse.Namespace) -> dict:
    blocks = BLOCKS_QUICK if arguments.quick else BLOCKS
    command = [str(program), "--runs", str(arguments.runs), "--blocks", str(blocks), "--burst", str(arguments.burst)]
    if arguments.cpu is not None:
        command += ["--cpu", str(arguments.cpu)]
    return measured(command)


def measured(command: list[str]) -> dict:
    """Runs a benchmark that prints JSON."""
    with hugepages.reserved(MEBIBYTES):
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure(f"{Path(command[0]).name} failed with status {done.returncode}; its reason stands above")
    return json.loads(done.stdout)


def write(path: Path, report: dict) -> None:
    try:
        path.write_text(json.dumps(report, indent=2) + "\n")
    except OSError as error:
        raise Failure(f"{path} could not be written: {error.strerror}") from None
