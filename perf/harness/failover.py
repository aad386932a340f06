"""What dying and bad lines cost: the longest gap, what is lost, what comes twice, and how soon it is seen."""

import argparse
import os
import random
import statistics
import sys
import time

from lab.arguments import whole_number
from lab.failure import Failure
from lab.lab import Lab
from lab.place import Build

from . import arguments as check
from . import build, machine, tables
from .core import write
from .failover_cases import CASES, FULL_RATE, RATE, Case

BIN_S = 0.5
WHOLE = {"link": "up", "loss": "0%", "jitter": "0ms", "order": "keep", "mtu": "unlimited", "too_big": "icmp"}
TARGETS = ("dataplane/ropewalk-dataplane", "control/ropewalk-control", "control/ropewalk", "tests/tools/ropewalk-stream",
           "tests/lab/wanem/ropewalk-wanem")
COLUMNS = (("case", "case", "{}"), ("runs", "runs", "{}"), ("outage ms", "outage_ms_median", "{:.0f}"),
           ("max", "outage_ms_max", "{:.0f}"), ("lost", "lost_median", "{:.0f}"), ("max", "lost_max", "{}"),
           ("twice", "twice_max", "{}"), ("seen ms", "seen_ms_median", "{:.0f}"), ("max", "seen_ms_max", "{:.0f}"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=check.output_file, metavar="FILE", help="write machine and rows there")
    parser.add_argument("--runs", type=whole_number(5, 1000), default=5, metavar="N", help="cuts of each case (default 5)")
    parser.add_argument("--seconds", type=whole_number(1, 600), default=60, metavar="N",
                        help="how long a run lasts whose trouble goes on (default 60)")
    parser.add_argument("--case", choices=[case.name for case in CASES], action="append", metavar="NAME",
                        help="only this one; may be given again")


def run(arguments: argparse.Namespace) -> int:
    if os.geteuid() != 0:
        raise Failure("this makes network namespaces: run it as root")
    described = machine.describe()
    machine.warn_of_load("outages will be too long")
    for target in TARGETS:
        build.built(target)
    cases = [case for case in CASES if case.name in (arguments.case or [case.name])]
    report = {"machine": described, "rows": []}
    for case in cases:
        started = time.monotonic()
        report["rows"].append(measure(case, arguments.runs, arguments.seconds))
        print(f"{'  '.join(cells(report)[-1])}  ({time.monotonic() - started:.0f} s)", file=sys.stderr, flush=True)
        if arguments.json:
            write(arguments.json, report)
    print("\n".join(table(report)))
    return 0


def measure(case: Case, runs: int, seconds: float) -> dict:
    choice = random.Random(case.name)
    profiles = ["wire"] if any(case.delays_ms) else []
    with Lab(paths=len(case.delays_ms), profiles=profiles, build=Build(build.BUILD),
             dataplane=case.of_dataplane or None) as lab:
        for gateway in lab.gateways:
            with gateway.configuration() as content:
                content["tunnels"][gateway.far] |= {"classes": {"all": case.of_class}, **case.of_tunnel}
        outcomes, seen_ms = [], []
        for _ in range(runs):
            begin_anew(lab, case)
            if case.rate == 0:
                seen_ms += case.trouble(lab, choice, seconds)
                continue
            with lab.stream(rate=case.rate, size=case.size) as stream:
                seen_ms += case.trouble(lab, choice, seconds)
            outcomes += [stream.edge] if case.one_direction else [stream.edge, stream.hub]
        return row(case, runs, outcomes, seen_ms)


def begin_anew(lab: Lab, case: Case) -> None:
    """Gateways that remember nothing, for a path that was cut before is held down, on whole lines; then these become bad."""
    for gateway in lab.gateways:
        gateway.stop_for_good()
        gateway.forget_route_cache()
    for router, delay_ms in zip(lab.routers.values(), case.delays_ms):
        router.restore()
        if router.wan:
            router.change(both={**WHOLE, "delay": f"{delay_ms}ms"})
    lab.start()
    for router, line in zip(lab.routers.values(), case.lines):
        router.change(both=line)


def row(case: Case, runs: int, outcomes: list, seen_ms: list[float]) -> dict:
    """What does not apply is missing."""
    found = {"case": case.name, "runs": runs}
    if outcomes:
        outages = [max(0.0, outcome.longest_gap_ms - 1000 / case.rate) for outcome in outcomes]
        lost = [outcome.lost for outcome in outcomes]
        bins = [0] * (1 + int(max(outages) / 1000 / BIN_S))
        for outage in outages:
            bins[int(outage / 1000 / BIN_S)] += 1
        found |= {"outage_ms_median": statistics.median(outages), "outage_ms_max": max(outages),
                  "lost_median": statistics.median(lost), "lost_max": max(lost),
                  "twice_max": max(outcome.twice for outcome in outcomes), "outages_by_half_second": bins}
    if seen_ms:
        found |= {"seen_ms_median": max(0.0, statistics.median(seen_ms)), "seen_ms_max": max(0.0, *seen_ms)}
    return found


def notes(report: dict) -> list[str]:
    return [f"Three paths of 5, 10 and 15 ms one way, {RATE} packets a second each way, or two of 20 and 50 ms and {FULL_RATE} "
            "packets; a path is cut without a link event. An outage is the longest time between two packets that arrived, less "
            "the usual one; both directions of a run count, but where only one was cut. `duplicate` uses all paths, so that "
            "nothing is in use alone. `seen` is how long either gateway took to show what a path has become, by state and "
            "reason: after the line became worse, after it was whole again where carriers are lost and paths come, or after "
            "the processes went on."]


def cells(report: dict) -> list[list[str]]:
    return [[title for title, _, _ in COLUMNS]] + [
        [text.format(row[name]) if name in row else "-" for _, name, text in COLUMNS] for row in report["rows"]]


def table(report: dict) -> list[str]:
    return [*notes(report), "", *tables.text(cells(report))]
