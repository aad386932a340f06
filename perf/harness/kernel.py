"""Two gateways on kernel interfaces, generator and sink beside them: rates, CPU time a packet, one TCP flow.

Beside it, in the same run, the same generator and sink over a bare wire without gateways.
"""

import argparse
import json
import os
import statistics
import subprocess

from lab import namespace
from lab.addresses import INSIDE
from lab.arguments import whole_number
from lab.direct import BARE, DRIVERS, address, direct_gateways
from lab.failure import Failure
from lab.gateway import Gateway
from lab.place import Build
from lab.wait import wait_until

from . import arguments as check
from . import build, machine, tables
from .core import write
from .traffic import Traffic, Trial, confirmed

SIZES = (1400, 64)  # bytes of UDP payload
JOINED = 16
TARGETS = ("dataplane/ropewalk-dataplane", "control/ropewalk-control", "control/ropewalk",
           "perf/kernel/ropewalk-perf-traffic")
COLUMNS = (("through", "{through}"), ("sender", "{sender}"), ("size", "{size}"), ("kpps", "{kpps:.1f}"),
           ("min-max", "{kpps_min:.1f}-{kpps_max:.1f}"), ("Mbit/s", "{mbit:.0f}"), ("lost %", "{lost_percent:.3f}"),
           ("us/packet edge", "{cpu_us_per_packet_edge:.2f}"), ("us/packet hub", "{cpu_us_per_packet_hub:.2f}"),
           ("TCP Mbit/s", "{tcp_mbit:.0f}"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=check.output_file, metavar="FILE", help="write machine and rows there")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter trials, without datagrams joined by the sender")
    parser.add_argument("--trials", type=whole_number(3, 101), default=5, metavar="N",
                        help="trials at the rate found, of which the median is reported (default 5)")
    parser.add_argument("--driver", choices=DRIVERS, default=DRIVERS[0], help="of the paths' ports (default %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    if os.geteuid() != 0:
        raise Failure("this makes network namespaces: run it as root")
    described = machine.describe()
    machine.warn_of_load("these numbers will be too low")
    for target in TARGETS:
        build.built(target)
    with direct_gateways(arguments.driver, Build(build.BUILD)) as (edge, hub):
        rows = measure(edge, hub, arguments)
        described["ways"] = ways(edge)
    report = {"machine": described, "rows": rows}
    if arguments.json:
        write(arguments.json, report)
    print(table(report))
    return 0


def ways(gateway: Gateway) -> list[str]:
    """How packets cross between kernel and worker, as the dataplane's log says."""
    lines = (line.split(" info: ", 1)[-1] for line in gateway.log("dataplane").splitlines())
    return [line for line in lines if line.startswith(("inside: ", "port ")) and ": link is " not in line]


def measure(edge: Gateway, hub: Gateway, arguments: argparse.Namespace) -> list[dict]:
    program = build.BUILD / TARGETS[-1]
    trials, seconds = (3, 0.3) if arguments.quick else (arguments.trials, 0.8)
    rows = []
    for through, target in (("gateways", INSIDE[4]["hub"]), ("bare wire", address("hub", BARE))):
        tcp = statistics.median(tcp_mbit(target, 1 if arguments.quick else 2) for _ in range(3))
        for segments in (1,) if arguments.quick or through == "bare wire" else (1, JOINED):
            for size in SIZES:
                done = confirmed(Traffic(program, edge, hub, target, size, segments), trials, seconds)
                rows.append(row(done, through, size, segments, tcp))
    return rows


def row(trials: list[Trial], through: str, size: int, segments: int, tcp: float) -> dict:
    middle = sorted(trials, key=lambda trial: trial.rate)[len(trials) // 2]
    kpps = [trial.rate / 1e3 for trial in trials]
    through_gateways = through == "gateways"
    return {
        "through": through, "sender": "sendmmsg" if segments == 1 else f"UDP_SEGMENT, {segments} at once", "size": size,
        "kpps": middle.rate / 1e3, "kpps_min": min(kpps), "kpps_max": max(kpps), "mbit": middle.rate * size * 8 / 1e6,
        "cpu_us_per_packet_edge": statistics.median(trial.cpu_us_edge for trial in trials) if through_gateways else 0.0,
        "cpu_us_per_packet_hub": statistics.median(trial.cpu_us_hub for trial in trials) if through_gateways else 0.0,
        "tcp_mbit": tcp, "lost_percent": statistics.median(trial.lost_share for trial in trials) * 100,
        "trials": [{"sent": trial.sent, "delivered": trial.delivered, "lost": trial.lost, "seconds": trial.seconds}
                   for trial in trials],
    }


def tcp_mbit(target: str, seconds: int) -> float:
    """One flow from edge to hub, by iperf3."""
    server = subprocess.Popen(namespace.command("hub", "iperf3", "-s", "-1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until("iperf3 listens in hub", lambda: namespace.run("hub", "ss", "-Hltn", "sport = :5201").stdout)
        done = subprocess.run(namespace.command("edge", "iperf3", "-c", target, "-t", seconds, "-J"), capture_output=True,
                              text=True, timeout=seconds + 20)
        if done.returncode != 0:
            raise Failure(f"iperf3 failed: {json.loads(done.stdout or '{}').get('error', done.stderr)}")
        return json.loads(done.stdout)["end"]["sum_received"]["bits_per_second"] / 1e6
    finally:
        server.kill()
        server.wait()


def table(report: dict) -> str:
    facts = report["machine"]
    lines = [f"{facts['cpu_model']}, {facts['cpus']} CPUs, Linux {facts['kernel']}, revision {facts['git_revision']}"]
    return "\n".join([*lines, *notes(report), "", *tables.text(cells(report), (0, 1))])


def notes(report: dict) -> list[str]:
    return [*report["machine"]["ways"],
            "Two gateways, generator and sink share these CPUs; every packet is sealed (aes-256-gcm) and sent on two paths. "
            "Rates at which 0.1 % is lost at most; size is the UDP payload. CPU time is that of a gateway's processes."]


def cells(report: dict) -> list[list[str]]:
    return [[title for title, _ in COLUMNS]] + [[text.format(**row) for _, text in COLUMNS] for row in report["rows"]]
