"""Gateways in processes of their own: every packet accounted for, and what the books say when one is not."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from harness import gateway_books
from harness.gateway_books import FROM_INSIDE, FROM_PORTS, TO_INSIDE, TO_PORTS, Counts
from lab import memif, session
from lab.failure import Failure
from lab.place import ROOT, SHARED_MEMORY
from lab.traces import traces
from lab.wait import wait_until

STAGES = {"no_tunnel": "inside_rx", "no_memory": "copy", "wan_tx_full": "wan_tx", "duplicate": "wan_rx",
          "inside_tx_full": "inside_tx"}


def counts(rx: int, tx: int, sealed: int, made: int, sent: int, received: int, delivered: int, **drops: int) -> Counts:
    came = {FROM_INSIDE: rx, TO_PORTS: made, FROM_PORTS: received, TO_INSIDE: delivered}
    return Counts(rx, tx, sealed, came, dict(came), {reason: drops.get(reason, 0) for reason in STAGES}, STAGES)


# 1000 offered, 10 refused by the generator's port; two copies each; 5 find no tunnel; some are lost in full queues.
PACKETS = {"offered": 1000, "delivered": 977, "repeated": 0, "too_late": 0, "of_others": 1}
EDGE = counts(990, 0, 985, 1967, 1950, 0, 0, no_tunnel=5, no_memory=3, wan_tx_full=17)
HUB = counts(0, 978, 0, 0, 0, 1950, 982, duplicate=968, inside_tx_full=4)


def test_books_that_add_up():
    gateway_books.must_add_up(PACKETS, 10, EDGE, HUB, 2)
    assert gateway_books.drops_of(10, EDGE, HUB) == {
        "tx_refused": 10, "no_tunnel": 5, "no_memory": 3, "wan_tx_full": 17, "duplicate": 968, "inside_tx_full": 4}


def test_the_message_of_a_control_goes_by_one_path():
    edge = counts(990, 0, 986, 1968, 1951, 0, 0, no_tunnel=5, no_memory=3, wan_tx_full=17)
    edge.came[FROM_INSIDE] = edge.went[FROM_INSIDE] = 991
    hub = counts(0, 978, 0, 0, 0, 1951, 982, duplicate=968, inside_tx_full=4)
    gateway_books.must_add_up(PACKETS, 10, edge, hub, 2)


def wrong_by_one(whole: Counts, equation: str) -> Counts:
    return replace(whole, came=whole.came | {equation: whole.came[equation] + 1})


@pytest.mark.parametrize("packets, refused, edge, hub, says", [
    (PACKETS, 9, EDGE, HUB, "of 991 packets that the generator's port took, 1 are missing"),
    (PACKETS, 10, wrong_by_one(EDGE, FROM_INSIDE), HUB, "of 991 packets from edge's inside and control, 1 are missing"),
    (PACKETS, 10, replace(EDGE, drops=EDGE.drops | {"no_memory": 2}), HUB, "of 1970 copies that edge had to make, 1 are missing"),
    (PACKETS, 10, replace(EDGE, drops=EDGE.drops | {"wan_tx_full": 16}), HUB, "of 1951 copies that edge sent, 1 are missing"),
    (PACKETS, 10, EDGE, wrong_by_one(HUB, TO_INSIDE), "of 983 packets for hub's inside, 1 are missing"),
    (PACKETS | {"delivered": 976}, 10, EDGE, HUB, "of 978 packets that the gateways sent to their insides, 1 are missing"),
    (PACKETS | {"repeated": 1}, 10, EDGE, HUB, "978 packets that the gateways sent to their insides, 1 are too many"),
])
def test_one_packet_that_nobody_knows_of(packets, refused, edge, hub, says):
    with pytest.raises(Failure, match="the packets do not add up") as failure:
        gateway_books.must_add_up(packets, refused, edge, hub, 2)
    assert says in str(failure.value)


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="gateways must run as root")


@needs_root
@pytest.mark.parametrize("copies, ways, family", [(2, "1", "4"), (4, "2", "6")])
def test_every_packet_is_told_of(generator, copies, ways, family):
    left = traces()
    with memif.memif_gateways(copies, max(os.sched_getaffinity(0))) as (edge, hub):
        before = gateway_books.settled_counts(edge, hub)
        done = generator("--topology", "ports", "--search", "trial", "--rate", "20kpps", "--seconds", "0.2", "--size", "imix",
                         "--quiet-seconds", "1", "--ways", ways, "--ip", family, *memif.port_options(edge, hub))
        assert done.returncode == 0, done.stderr
        did = [now - then for now, then in zip(gateway_books.settled_counts(edge, hub), before)]
        row = json.loads(done.stdout)["rows"][0]
        refused = row["drops"].get("tx_refused", 0)
        gateway_books.must_add_up(row["packets"], refused, *did, copies)
        assert row["packets"]["delivered"] > 0 and row["packets"]["repeated"] == 0
        # The same books with another number of packets, so that they are seen to be able to fail.
        with pytest.raises(Failure, match="the packets do not add up"):
            gateway_books.must_add_up(row["packets"] | {"offered": row["packets"]["offered"] + 1}, refused, *did, copies)
    assert traces() == left


@needs_root
def test_the_whole_harness_ends_as_it_should():
    done = subprocess.run([sys.executable, ROOT / "perf/run", "linerate", "--topology", "processes", "--size", "64", "--search",
                           "trial", "--rate", "20kpps", "--seconds", "0.2", "--copies", "1"], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stderr
    assert any(line.startswith("processes ") for line in done.stdout.splitlines()), done.stdout


@needs_root
def test_what_a_killed_benchmark_leaves_is_taken_away():
    left = traces()
    benchmark = subprocess.Popen([sys.executable, ROOT / "perf/run", "linerate", "--topology", "processes", "--size", "64"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until("its gateways start", (SHARED_MEMORY / "ropewalk.hub").exists, seconds=60, every=0.01)
    benchmark.kill()
    benchmark.wait()
    assert traces() != left
    session.end()
    assert traces() == left
