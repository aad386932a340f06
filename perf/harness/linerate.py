"""Rates without loss, with 0.5 % loss and at full load, and latency, through gateways and ports.

The program ropewalk-perf offers packets and counts; this builds and runs it, beside dpdk-testpmd for the cost of
forwarding alone and beside gateways in processes of their own, and shows a table and JSON.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from lab import hugepages, memif
from lab.arguments import whole_number
from lab.failure import Failure
from lab.place import Build

from . import arguments as check
from . import build, gateway_books, machine, testpmd
from .core import write
from .linerate_table import table

TARGET = "perf/linerate/ropewalk-perf"
GATEWAY_TARGETS = ("dataplane/ropewalk-dataplane", "control/ropewalk-control", "control/ropewalk")
MEBIBYTES = 48  # for packets that wait in queues on every side
TOPOLOGIES = ("generator", "looped", "back-to-back", "processes", "testpmd", "ports")
SEARCHES = ("mlr", "rfc2544", "mrr", "trial", "soak")
# Without a NIC a row takes some seconds; the standards' long trials are for those who ask.
SHORT = ["--trial-seconds", "0.4", "--initial-trial-seconds", "0.05", "--sum-seconds", "0.8", "--width", "0.02",
         "--limit-seconds", "5", "--latency-seconds", "0.3"]
LONG = ["--trial-seconds", "1", "--initial-trial-seconds", "1", "--sum-seconds", "21", "--width", "0.005",
        "--limit-seconds", "600", "--latency-seconds", "10"]
# Gateways in other processes may be kept from their CPU for a while with packets in their queues.
QUIET_SECONDS = "0.3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=check.output_file, metavar="FILE", help="write machine and rows there")
    parser.add_argument("--topology", action="append", choices=TOPOLOGIES, metavar="NAME",
                        help=f"what to measure, may be repeated: {', '.join(TOPOLOGIES)} (default: all but ports, or "
                             "ports alone when --tx-port is given)")
    parser.add_argument("--copies", type=whole_number(1, 4), metavar="N",
                        help="copies of each packet (default: 1 and 2 looped, 2 back to back and in processes)")
    parser.add_argument("--size", default="64,1420,imix", metavar="LIST", help="bytes of an IP packet, or imix (default %(default)s)")
    parser.add_argument("--ip", choices=("4", "6"), default="4", help="version of the packets")
    parser.add_argument("--flows", type=whole_number(1, 60000), default=64, metavar="N", help="default %(default)s")
    parser.add_argument("--ways", choices=("1", "2"), default="1", help="2: both ways at once, where there are two ends")
    parser.add_argument("--search", choices=SEARCHES, default="mlr",
                        help="mlr: NDR and PDR by RFC 9971 (default); rfc2544: binary search with 60 s trials; mrr: full "
                             "load only; trial, soak: one load")
    parser.add_argument("--rate", metavar="RATE", help="of trial and soak, else the most offered: 2Mpps, 1gbit, 90%%")
    parser.add_argument("--seconds", metavar="N", help="of trial and soak")
    parser.add_argument("--long", action="store_true", help="trials as long as the standard suggests: minutes a row")
    parser.add_argument("--clock", choices=("running", "wall"),
                        help="running: time in which the host took a CPU of the generator, or of gateways in memory, away "
                             "does not count (default); wall: every moment counts")
    parser.add_argument("--tx-port", metavar="DEVICE", help="PCI address, or devargs of a virtual DPDK device, to send on")
    parser.add_argument("--rx-port", metavar="DEVICE", help="where packets come back")
    parser.add_argument("--next-hop", metavar="MAC", help="Ethernet address to send to (default the rx port's)")
    parser.add_argument("--cpu", type=check.cpu, metavar="N", help="CPU of generator and sink (default the first)")
    parser.add_argument("--gateway-cpu", type=check.cpu, metavar="N", help="CPU of gateways or testpmd (default the last)")


def run(arguments: argparse.Namespace) -> int:
    report = measure(arguments)
    if arguments.json:
        write(arguments.json, report)
    for topology, reason in report["failed"].items():
        print(f"perf/run: {topology} failed and has no rows: {reason}", file=sys.stderr)
    if not report["rows"]:
        raise Failure("nothing was measured")
    print(table(report))
    return 1 if report["failed"] else 0


def measure(arguments: argparse.Namespace) -> dict:
    described = machine.describe()
    machine.warn_of_load("rates will be lower and spread more")
    program = build.built(TARGET)
    topologies = arguments.topology or (["ports"] if arguments.tx_port else list(TOPOLOGIES[:-1]))
    report: dict = {"machine": described, "rows": [], "failed": {}}
    for topology in topologies:
        if topology == "testpmd" and not testpmd.is_there():
            print(f"{testpmd.PROGRAM} is not installed (package dpdk-dev): its rows are left out.", file=sys.stderr)
            continue
        if topology == "processes" and os.geteuid() != 0 and not arguments.topology:
            print("Gateways in processes of their own need root: their rows are left out.", file=sys.stderr)
            continue
        try:
            for copies in _copies(topology, arguments):
                _add(report, _measured(program, topology, copies, arguments))
        except (Failure, subprocess.SubprocessError) as failure:
            report["failed"][topology] = str(failure)
    return report


def _copies(topology: str, arguments: argparse.Namespace) -> list[int]:
    if topology not in ("looped", "back-to-back", "processes"):
        return [1]
    if arguments.copies:
        return [arguments.copies]
    return [1, 2] if topology == "looped" else [2]


def _measured(program: Path, topology: str, copies: int, arguments: argparse.Namespace) -> dict:
    if topology == "processes":
        return _through_processes(program, copies, arguments)
    between = "ports" if topology == "testpmd" else topology
    command = [str(program), "--topology", between, "--copies", str(copies)] + _options(topology, arguments)
    if topology != "testpmd":
        return _run(command)
    with hugepages.reserved(testpmd.MEBIBYTES), testpmd.Forwarder(arguments.cpu, arguments.gateway_cpu) as forwarder:
        report = _run(command + forwarder.port_options())
        forwarder.stop()
    forwarder.must_agree(report["rows"])
    for row in report["rows"]:
        row["topology"] = "testpmd"
    return report


def _through_processes(program: Path, copies: int, arguments: argparse.Namespace) -> dict:
    """Each size by itself, so that its drops are known by their reasons."""
    sizes = arguments.size.split(",")
    for size in sizes:
        if size.isdigit() and int(size) > memif.LARGEST_PACKET:
            raise Failure(f"--size {size}: through gateways in processes fit {memif.LARGEST_PACKET} bytes at most")
    for target in GATEWAY_TARGETS:
        build.built(target)
    cpu = sorted(os.sched_getaffinity(0))[-1] if arguments.gateway_cpu is None else arguments.gateway_cpu
    whole: dict = {}
    memory = 2 * memif.memory_mebibytes(copies) + MEBIBYTES
    with memif.memif_gateways(copies, cpu, Build(build.BUILD), memory) as (edge, hub):
        command = [str(program), "--topology", "ports", "--quiet-seconds", QUIET_SECONDS,
                   *memif.port_options(edge, hub)]
        for size in sizes:
            before = gateway_books.settled_counts(edge, hub)
            report = _run(command + _options("processes", arguments) + ["--size", size])
            after = gateway_books.settled_counts(edge, hub)
            row = report["rows"][0]
            did = [now - then for now, then in zip(after, before)]
            refused = row["drops"].get("tx_refused", 0)
            gateway_books.must_add_up(row["packets"], refused, *did, copies)
            row |= {"topology": "processes", "copies": copies, "drops": gateway_books.drops_of(refused, *did)}
            report["rows"] = whole.get("rows", []) + [row]
            whole = report
    whole["machine"]["core_map"]["gateways"] = cpu
    return whole


def _options(topology: str, arguments: argparse.Namespace) -> list[str]:
    options = ["--ip", arguments.ip, "--flows", str(arguments.flows)]
    if topology != "processes":
        options += ["--size", arguments.size]
    # What the generator can is the most of it; where its losses begin says nothing.
    options += ["--search", "mrr" if topology == "generator" and arguments.search == "mlr" else arguments.search]
    if topology in ("back-to-back", "processes", "ports"):
        options += ["--ways", arguments.ways]
    for name in ("rate", "seconds", "cpu", "clock") + (("gateway_cpu",) if topology != "processes" else ()):
        if (value := getattr(arguments, name)) is not None:
            options += ["--" + name.replace("_", "-"), str(value)]
    if topology == "ports":
        for name in ("tx_port", "rx_port", "next_hop"):
            if (value := getattr(arguments, name)) is not None:
                options += ["--" + name.replace("_", "-"), value]
    if arguments.search == "mlr":
        options += LONG if arguments.long else SHORT
    return options


def _run(command: list[str]) -> dict:
    with hugepages.reserved(MEBIBYTES):
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure(f"{Path(command[0]).name} failed with status {done.returncode}; its reason stands above")
    return json.loads(done.stdout)


def _add(report: dict, measured: dict) -> None:
    for row in measured["rows"]:
        row["port_drivers"] = measured["machine"]["port_drivers"]
        row["core_map"] = measured["machine"]["core_map"]
    rest = {key: value for key, value in measured["machine"].items() if key not in ("port_drivers", "core_map")}
    report["machine"] |= rest
    report["rows"] += measured["rows"]
