"""Users behind a port on both sides, paths over memif: packets that never see the kernel, numbered by ropewalk-perf."""
import json
import os
import signal
import subprocess
import sys

import pytest

from lab.place import BUILD, ROOT
from lab.wait import wait_until

sys.path.insert(0, str(ROOT / "perf"))

from harness import memif_gateways  # noqa: E402

COPIES = 2


@pytest.fixture(scope="module")
def interfaces_before():
    return sorted(os.listdir("/sys/class/net"))


@pytest.fixture(scope="module")
def gateways(interfaces_before):
    with memif_gateways.memif_gateways(BUILD, COPIES, max(os.sched_getaffinity(0))) as both:
        yield both


def run_generator(gateways, *options: str, address: str = memif_gateways.ADDRESS) -> dict:
    command = [BUILD / "perf/linerate/ropewalk-perf", "--topology", "ports", "--search", "trial", "--rate", "5kpps",
               "--seconds", "0.4", "--size", "imix", "--quiet-seconds", "1", *memif_gateways.port_options(*gateways, address), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["rows"][0]


def link_of(gateway, name: str) -> str:
    return next(port["link"] for port in gateway.show("ports")["ports"] if port["name"] == name)


def drops(gateway) -> dict[str, int]:
    return {reason: count for reason, count in gateway.counts().drops.items() if count}


@pytest.mark.parametrize("family", ["4", "6"])
def test_packets_cross_both_ways(gateways, family):
    # Copies of the first hellos found the other end not connected yet.
    before = [gateway.counts() for gateway in gateways]
    packets = run_generator(gateways, "--ways", "2", "--ip", family)["packets"]
    assert packets["delivered"] == packets["offered"] > 1000
    assert packets["repeated"] == packets["of_others"] == 0
    for gateway, earlier in zip(gateways, before):
        dropped = (gateway.counts() - earlier).drops
        assert {reason for reason, count in dropped.items() if count} == {"duplicate"}


def test_the_kernel_has_no_part_in_it(gateways, interfaces_before):
    assert sorted(os.listdir("/sys/class/net")) == interfaces_before
    for gateway in gateways:
        shown = gateway.show_text("summary")
        assert "inside port users (memif), next hop 02:00:00:00:00:02, MTU 1430 bytes" in shown
        assert "users (inside)" in gateway.show_text("workers")


def test_frames_for_another_station_are_dropped_by_name(gateways):
    edge, _ = gateways
    before = drops(edge).get("inside_not_for_us", 0)
    packets = run_generator(gateways, address="02:00:00:00:00:99")["packets"]
    assert packets["delivered"] == 0
    assert drops(edge)["inside_not_for_us"] - before == packets["offered"]
    assert edge.counts().balances


def test_a_gateway_that_was_killed_serves_its_inside_again(gateways):
    edge, hub = gateways
    assert link_of(edge, "wan0") == "up"
    hub.end("dataplane", signal.SIGKILL)
    assert hub.inside_socket.exists()
    wait_until("the edge sees that the other end of its memif is gone", lambda: link_of(edge, "wan0") == "down", 3)
    hub.start("dataplane")
    for gateway in gateways:
        gateway.start("control")
    memif_gateways.wait_for_paths(*gateways)
    packets = run_generator(gateways)["packets"]
    assert packets["delivered"] == packets["offered"]
    wait_until("the edge sees the other end again", lambda: link_of(edge, "wan0") == "up", 3)


def test_one_that_waits_for_the_other_end_says_so_and_can_be_stopped(gateways):
    edge, hub = gateways
    for gateway in gateways:
        assert gateway.end("dataplane") == 0, gateway.log()
    hub.start("dataplane")
    wait_until(lambda: f"the hub says that it waits: {hub.log()}",
               lambda: "waiting for the process that is to be the server of the memif" in hub.log()[-500:])
    assert hub.end("dataplane") == 0, hub.log()
    assert "stopped while port wan0 waited" in hub.log()
    hub.start("dataplane")
    edge.start("dataplane")
    memif_gateways.wait_for_paths(edge, hub)
