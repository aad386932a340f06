"""Paths are cut, thinned and mended; the traffic inside does not notice."""
import contextlib
import random

import pytest

from lab.lab import HOSTS, MORE_THAN_TWO_BURSTS
from lab.processes import PARTS
from lab.wait import wait_until

# A line that is cut far away says nothing to either end, so paths die in an emulator.
pytestmark = pytest.mark.parametrize("lab", [{"profiles": ["wire"], "host": host} for host in HOSTS], indirect=True, ids=HOSTS)


def test_random_kill_and_restore(lab):
    """Always at least one path alive, and never a moment without one: the next survivor is restored first."""
    choice = random.Random(20240229)
    alive = set(lab.routers)
    with lab.stream(rate=1000) as stream:
        for _ in range(35):
            next_alive = set(choice.sample(sorted(lab.routers), choice.randint(1, 2)))
            for number in next_alive - alive:
                lab.routers[number].restore()
            # What was sealed before the restoration has no copy on the restored path.
            lab.wait_for_copies(MORE_THAN_TWO_BURSTS, *next_alive)
            for number in alive - next_alive:
                lab.routers[number].drop()
            alive = next_alive
    stream.assert_perfect()


@contextlib.contextmanager
def copies_leave_one_by_one(lab):
    """A router that gets joined copies looks at the first one, and drops all or none of them."""
    def let_join(word):
        for gateway in lab.gateways:
            with gateway.configuration() as content:
                for port in content["ports"].values():
                    port["joined"] = word
            gateway.stop_for_good()
        lab.start()

    let_join("off")
    try:
        yield
    finally:
        let_join("auto")


def test_disjoint_30_percent_loss_on_each_path(lab):
    """The low four bits of the ESP sequence number (after UDP's and the copy header's 8 bytes each and the SPI) choose
    what a router drops: 5 of 16 packets on each path, no packet on two of them."""
    low_bits_of_sequence = "@th,188,4"
    for number, router in lab.routers.items():
        first = 5 * (number - 1)
        for low_bits in range(first, first + 5):
            router.drop(f"udp dport 4500 {low_bits_of_sequence} {low_bits}")
    with copies_leave_one_by_one(lab):
        before = lab.hub.path_counters()
        stream = lab.send(6000)
        after = lab.hub.path_counters()
    stream.assert_perfect()
    for name in before:
        came = {what: after[name][what] - before[name][what] for what in ("rx_copies", "rx_probes")}
        arrived = came["rx_copies"] - came["rx_probes"]
        assert 0.65 < arrived / 6000 < 0.73, f"{name} did not lose 5 of 16 copies: {arrived} of 6000 arrived"


def test_links_lose_their_carrier(lab):
    """The interface at the gateway goes down with the link. Paths one by one, then two together, each back in full before
    the next goes; no descriptor is left behind."""
    before = [gateway.descriptors(part) for gateway in lab.gateways for part in PARTS]
    with lab.stream(rate=1000) as stream:
        for numbers in ((1,), (2,), (3,), (2, 3)):
            lab.let_pass(300)
            for number in numbers:
                lab.routers[number].link("down")
            for gateway in lab.gateways:
                gateway.wait_until_paths_are({f"path{number}" for number in lab.routers if number not in numbers})
            for number in numbers:
                lab.routers[number].link("up")
            lab.wait_until_up()
            lab.wait_until_carried()
    stream.assert_perfect()
    wait_until(lambda: f"as many descriptors as before: {before}",
               lambda: [gateway.descriptors(part) for gateway in lab.gateways for part in PARTS] == before)


def test_a_silent_path_is_seen_and_named(lab):
    """The output is perfect, so only the gateway can tell that a path carries nothing."""
    lab.routers[2].drop()
    for gateway in lab.gateways:
        gateway.wait_until_paths_are({"path1", "path3"})
    stream = lab.send(500, rate=500)
    stream.assert_perfect()
    lab.routers[2].restore()
    for gateway in lab.gateways:
        gateway.wait_for_paths("path2")


def test_all_paths_die_and_come_back(lab):
    """What is sent meanwhile is lost, nothing is delivered late or twice, and traffic goes on by itself."""
    with lab.stream(rate=500) as stream:
        lab.let_pass(500)
        before = [gateway.tunnel()["sealed_packets"] for gateway in lab.gateways]
        for router in lab.routers.values():
            router.drop()
        lab.let_come(1000)
        for router in lab.routers.values():
            router.restore()
        after = [gateway.tunnel()["sealed_packets"] for gateway in lab.gateways]
        lab.let_pass(500)
    stream.assert_nothing_twice()
    for outcome, then, now in zip((stream.edge, stream.hub), before, after):
        # What the lines swallowed, and nothing that was sent when they were back.
        assert 700 < outcome.lost <= now - then, outcome  # control's own messages and probes are sealed, too
