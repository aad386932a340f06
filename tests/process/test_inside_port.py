"""Users behind a port on both sides, paths over memif: packets that never see the kernel, numbered by ropewalk-perf."""
import json
import os
import signal
import subprocess

import pytest

from lab import memif, namespace
from lab.gateway import wait_until_up
from lab.place import BUILD
from lab.wait import wait_until

COPIES = 2


@pytest.fixture(scope="module")
def interfaces_before():
    return sorted(os.listdir("/sys/class/net"))


@pytest.fixture(scope="module")
def gateways(interfaces_before):
    with memif.memif_gateways(COPIES, max(os.sched_getaffinity(0))) as both:
        yield both


def run_generator(gateways, *options: str, address: str = memif.ADDRESS) -> dict:
    command = [BUILD.directory / "perf/linerate/ropewalk-perf", "--topology", "ports", "--search", "trial", "--rate", "5kpps",
               "--seconds", "0.4", "--size", "imix", "--quiet-seconds", "1", *memif.port_options(*gateways, address), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["rows"][0]


def link_of(gateway, name: str) -> str:
    return next(port["link"] for port in gateway.show("ports")["ports"] if port["name"] == name)


@pytest.mark.parametrize("family", ["4", "6"])
def test_packets_cross_both_ways(gateways, family):
    # Copies of the first hellos found the other end not connected yet.
    before = [gateway.drops() for gateway in gateways]
    packets = run_generator(gateways, "--ways", "2", "--ip", family)["packets"]
    assert packets["delivered"] == packets["offered"] > 1000
    assert packets["repeated"] == packets["of_others"] == 0
    for gateway, earlier in zip(gateways, before):
        assert {reason for reason, count in gateway.drops().items() if count > earlier[reason]} == {"duplicate"}


def test_the_kernel_has_no_part_in_it(gateways, interfaces_before):
    assert sorted(os.listdir("/sys/class/net")) == interfaces_before
    for gateway in gateways:
        assert namespace.run(gateway.name, "ls", "/sys/class/net").stdout.split() == ["lo"]
        shown = gateway.show_text("summary")
        assert "inside port users (memif), next hop 02:00:00:00:00:02, MTU 1430 bytes" in shown
        assert "users (inside)" in gateway.show_text("workers")


def test_frames_for_another_station_are_dropped_by_name(gateways):
    edge, _ = gateways
    before = edge.drops()["inside_not_for_us"]
    packets = run_generator(gateways, address="02:00:00:00:00:99")["packets"]
    assert packets["delivered"] == 0
    assert edge.drops()["inside_not_for_us"] - before == packets["offered"]
    edge.assert_books_balance()


def test_a_gateway_that_was_killed_serves_its_inside_again(gateways):
    edge, hub = gateways
    assert link_of(edge, "wan0") == "up"
    hub.kill("dataplane")
    assert memif.inside_socket(hub).exists()
    wait_until("the edge sees that the other end of its memif is gone", lambda: link_of(edge, "wan0") == "down")
    hub.start("dataplane")
    for gateway in gateways:
        gateway.start("control")
    wait_until_up(*gateways)
    packets = run_generator(gateways)["packets"]
    assert packets["delivered"] == packets["offered"]
    wait_until("the edge sees the other end again", lambda: link_of(edge, "wan0") == "up")


def test_one_that_waits_for_the_other_end_says_so_and_can_be_stopped(gateways):
    edge, hub = gateways
    for gateway in gateways:
        assert gateway.kill("dataplane", signal.SIGTERM) == 0, gateway.log("dataplane")
    already = len(hub.log("dataplane"))
    hub.start("dataplane")
    hub.wait_for_log("dataplane", "waiting for the process that is to be the server of the memif", after=already)
    assert hub.kill("dataplane", signal.SIGTERM) == 0, hub.log("dataplane")
    assert "stopped while port wan0 waited" in hub.log("dataplane")
    hub.start("dataplane")
    edge.start("dataplane")
    wait_until_up(edge, hub)
