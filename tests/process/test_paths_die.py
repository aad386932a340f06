"""Paths are cut, thinned and mended; the traffic inside does not notice."""
import random
import time

import pytest

# A line that is cut far away says nothing to either end, so paths die in an emulator.
pytestmark = pytest.mark.parametrize("lab", [{"profile": "wire"}], indirect=True, ids=["wire"])


def test_random_kill_and_restore_every_200_ms(lab):
    """Always at least one path alive, and never a moment without one: the next survivor is restored first."""
    choice = random.Random(20240229)
    alive = set(lab.routers)
    with lab.stream(rate=1000, count=8000) as stream:
        while stream.is_running():
            time.sleep(0.2)
            next_alive = set(choice.sample(sorted(lab.routers), choice.randint(1, 2)))
            for number in next_alive - alive:
                lab.routers[number].restore()
            # What was sealed before the restoration has no copy on the restored path: let it arrive.
            time.sleep(0.02)
            for number in alive - next_alive:
                lab.routers[number].drop()
            alive = next_alive
    stream.assert_perfect()


def test_disjoint_30_percent_loss_on_each_path(lab):
    """The low four bits of the ESP sequence number (after UDP's and the copy header's 8 bytes each and the SPI) choose
    what a router drops: 5 of 16 packets on each path, no packet on two of them."""
    low_bits_of_sequence = "@th,188,4"
    for number, router in lab.routers.items():
        first = 5 * (number - 1)
        for low_bits in range(first, first + 5):
            router.drop(f"udp dport 4500 {low_bits_of_sequence} {low_bits}")
    before = lab.hub.path_counters()
    with lab.stream(rate=1000, count=6000) as stream:
        pass
    stream.assert_perfect()
    after = lab.hub.path_counters()
    for name in before:
        arrived = after[name]["rx_copies"] - before[name]["rx_copies"]
        assert 0.65 < arrived / 6000 < 0.73, f"{name} did not lose 5 of 16 copies: {arrived} of 6000 arrived"


def test_links_lose_their_carrier(lab):
    """The interface at the gateway goes down with the link. Path 1, then 2 and 3 together, each back in full before the
    next goes."""
    with lab.stream(rate=1000, count=9000) as stream:
        for numbers in ((1,), (2, 3)):
            time.sleep(0.5)
            for number in numbers:
                lab.routers[number].link("down")
            time.sleep(1)
            for number in numbers:
                lab.routers[number].link("up")
            lab.wait_until_carried()
    stream.assert_perfect()


def test_a_silent_path_is_seen_and_named(lab):
    """The output is perfect, so only the gateway can tell that a path carries nothing."""
    lab.routers[2].drop()
    for gateway in lab.gateways:
        gateway.wait_until_paths_are({"path1", "path3"})
    with lab.stream(rate=500, count=500) as stream:
        pass
    stream.assert_perfect()
    lab.routers[2].restore()
    for gateway in lab.gateways:
        gateway.wait_for_paths("path2")


def test_all_paths_die_and_come_back(lab):
    """What is sent meanwhile is lost, nothing is delivered late or twice, and traffic goes on by itself."""
    with lab.stream(rate=500, count=3000) as stream:
        time.sleep(1)
        for router in lab.routers.values():
            router.drop()
        time.sleep(2)
        restored = time.monotonic()
        for router in lab.routers.values():
            router.restore()
    stream.assert_nothing_twice()
    for outcome in (stream.edge, stream.hub):
        assert 500 < outcome.lost < 1500, outcome
        assert outcome.gap_end - restored < 1, outcome
