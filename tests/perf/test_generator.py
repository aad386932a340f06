"""ropewalk-perf end to end, over gateways in memory. Rates are not looked at: this machine may be doing other things."""

import contextlib
import json
import os
import subprocess
import sys

import pytest

LOAD = ("--search", "trial", "--rate", "50kpps", "--size", "64")
# Every moment counts, so that a trial is over in time however busy the CPUs are.
SHORT = (*LOAD, "--seconds", "0.2", "--clock", "wall")


def row(done) -> dict:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["rows"][0]


@pytest.mark.parametrize("topology", ["generator", "looped", "back-to-back"])
def test_every_packet_is_told_of(generator, topology):
    found = row(generator("--topology", topology, *SHORT))
    packets = found["packets"]
    assert packets["offered"] > 0
    lost = sum(count for name, count in found["drops"].items() if name != "duplicate")
    assert packets["offered"] - packets["delivered"] == lost
    assert packets["repeated"] == packets["too_late"] == packets["of_others"] == 0


@pytest.mark.parametrize("options", [("--topology", "looped", "--copies", "2"),
                                     ("--topology", "looped", "--copies", "4"),
                                     ("--topology", "back-to-back", "--copies", "4", "--ip", "6"),
                                     ("--topology", "back-to-back", "--copies", "3", "--ways", "2")])
def test_copies_are_dropped_and_counted(generator, options):
    found = row(generator(*options, *SHORT))
    copies = int(options[3])
    assert found["drops"]["duplicate"] == (copies - 1) * found["packets"]["delivered"]
    assert found["packets"]["repeated"] == 0


@pytest.mark.parametrize("topology", ["generator", "looped", "back-to-back"])
def test_fails_when_packets_disappear_behind_its_back(generator, topology):
    done = generator("--topology", topology, *SHORT, "--steal-every", "1000")
    assert done.returncode == 1
    assert "the packets do not add up" in done.stderr and "are missing" in done.stderr
    assert done.stdout == ""


def test_a_search_ends_and_reports_its_bounds(generator):
    found = row(generator("--size", "imix", "--trial-seconds", "0.05", "--initial-trial-seconds", "0.02", "--sum-seconds",
                          "0.1", "--width", "0.1", "--limit-seconds", "1.5", "--latency-seconds", "0.05"))
    assert found["rate_is"] == "memory-path rate" and "percent_of_line" not in json.dumps(found)
    assert found["mrr"]["min"]["pps"] <= found["mrr"]["median"]["pps"] <= found["mrr"]["max"]["pps"]
    for goal in ("ndr", "pdr"):
        assert found[goal]["ending"] in ("found", "out of time", "passes the highest load", "fails at the lowest load")
    for load in found["loads"]:
        latency = load["latency_ns"]
        assert 0 < latency["p50"] <= latency["p90"] <= latency["p99"] <= latency["p99.9"] <= latency["max"]


def test_a_soak_is_told_in_windows(generator):
    found = row(generator("--search", "soak", "--seconds", "0.6", "--window", "0.2", "--rate", "20kpps", "--size", "1420"))
    assert len(found["loads"]) == 3


@contextlib.contextmanager
def a_cpu_taken_half():
    """By a process that does nothing else, on the last CPU."""
    cpu = str(max(os.sched_getaffinity(0)))
    busy = "print(flush=True)\nwhile True: pass"
    with subprocess.Popen(["taskset", "-c", cpu, sys.executable, "-c", busy], stdout=subprocess.PIPE) as thief:
        try:
            thief.stdout.readline()
            yield cpu
        finally:
            thief.kill()


def first_of(rows, wanted) -> dict:
    """The first row that is as wanted. The kernel says when the thief runs, so one trial may not see him."""
    return next((row for row in rows if wanted(row)), None) or pytest.fail("no trial was as wanted")


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="generator and gateways need a CPU each")
@pytest.mark.parametrize("side", ["generator", "gateways"])
def test_time_in_which_a_cpu_was_away_does_not_count(generator, side):
    """What is lost or late meanwhile is not looked at: other programs may take CPUs for longer than queues last."""
    other = str(min(os.sched_getaffinity(0)))
    with a_cpu_taken_half() as cpu:
        cpus = ("--cpu", cpu, "--gateway-cpu", other) if side == "generator" else ("--cpu", other, "--gateway-cpu", cpu)
        trials = lambda clock: (row(generator(*cpus, *LOAD, "--seconds", "0.5", "--clock", clock)) for _ in range(20))
        running = first_of(trials("running"), lambda found: found["time_held"][side] > 0.01)
        wall = first_of(trials("wall"), lambda found: found["loads"][0]["latency_ns"]["max"] > 1e6)
    assert running["time_held"]["longest_us"] > 1000
    assert running["loads"][0]["packets_disturbed"] > 0
    assert wall["time_held"] == {"generator": 0, "gateways": 0, "longest_us": 0}
    assert wall["loads"][0]["packets_disturbed"] == 0


@pytest.mark.parametrize("options, says", [
    (("--mode", "stripe"), "this release sends duplicate"),
    (("--rate", "50%", "--search", "trial"), "needs a line"),
    (("--rate", "fast"), "allowed are a number"),
    (("--size", "20"), "allowed are imix and 44 to"),
    (("--size", "1500"), "the bytes of an IP packet"),
    (("--ways", "2"), "has one end only"),
    (("--topology", "ports"), "needs both"),
    (("--ring", "100"), "power of two"),
    (("--cpu", "4095"), "not available to this process"),
])
def test_refuses_in_one_sentence(generator, options, says):
    done = generator(*options)
    assert done.returncode == 1
    assert says in done.stderr and len(done.stderr.strip().splitlines()) == 1
