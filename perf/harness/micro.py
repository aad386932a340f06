"""Parts of the packet path one by one: sealing, the window, copies, headers.

Google Benchmark measures; this builds and runs it.
"""

import argparse
import subprocess

from lab import hugepages

from . import arguments as check
from . import build, core

TARGET = "perf/micro/ropewalk-perf-micro"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=check.output_file, metavar="FILE", help="write Google Benchmark's JSON there")
    parser.add_argument("--filter", metavar="REGEX", help="only benchmarks whose name matches")
    parser.add_argument("--cpu", type=check.cpu, metavar="N", help="CPU to measure on (default the last)")


def run(arguments: argparse.Namespace) -> int:
    command = [str(build.built(TARGET)), "--benchmark_min_time=0.1"]
    if arguments.json:
        command += [f"--benchmark_out={arguments.json}", "--benchmark_out_format=json"]
    if arguments.filter:
        command.append(f"--benchmark_filter={arguments.filter}")
    if arguments.cpu is not None:
        command += ["--cpu", str(arguments.cpu)]
    with hugepages.reserved(core.MEBIBYTES):
        return subprocess.run(command).returncode
