"""NAT rebinding and the relay: who the far end sees, and whether its answers come back."""
import socket

import pytest

from lab.wait import wait_until
from line.flow import Flow, bound

FAMILIES = pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])


class Conversation:
    """A near socket that speaks first, and a far one that answers whom it sees."""

    def __init__(self, wire, port: int, family):
        self.near, self.far = bound(wire.near, port, family), bound(wire.far, port, family)

    def ask(self) -> tuple:
        """The address that the far end sees. The kernel has checked the checksums."""
        self.near.sendto(b"question", self.far.getsockname())
        return wait_until("the question arrived", lambda: self._take(self.far), seconds=2)[1]

    def answer(self, to: tuple) -> None:
        """Comes back to the near socket as from the far one."""
        self.far.sendto(b"answer", to)
        data, source = wait_until("the answer arrived", lambda: self._take(self.near), seconds=2)
        assert data == b"answer" and source[:2] == self.far.getsockname()[:2]

    @staticmethod
    def _take(end):
        try:
            return end.recvfrom(100)
        except BlockingIOError:
            return None


@FAMILIES
def test_after_a_rebinding_the_flow_has_a_new_port_and_the_old_one_is_dead(wire, family):
    talk = Conversation(wire, 4801, family)
    with wire.emulate() as emulator:
        before = talk.ask()
        assert before[:2] == talk.near.getsockname()[:2]
        talk.answer(before)
        emulator.change(nat="rebind")
        after = talk.ask()
        assert after[0] == before[0] and after[1] != before[1]
        talk.answer(after)
        assert talk.ask() == after, "a mapping stays"
        talk.far.sendto(b"too late", before)
        wait_until("the old mapping is dead",
                   lambda: emulator.counters()["download"]["dropped"]["nat_unknown"] == 1, seconds=2)
        emulator.change(nat="rebind")
        assert talk.ask()[1] not in (before[1], after[1])
    assert emulator.report["nat_rebinds"] == 2


def test_the_timeline_rebinds(wire):
    talk = Conversation(wire, 4802, socket.AF_INET)
    with wire.emulate({"timeline": [{"at": "500ms", "nat": "rebind"}]}):
        assert talk.ask()[1] == 4802
        wait_until("another port", lambda: talk.ask()[1] != 4802, seconds=3)


@FAMILIES
def test_through_a_relay_the_far_end_sees_the_relay(wire, family):
    relay = {socket.AF_INET: "198.18.0.9", socket.AF_INET6: "2001:db8:18::9"}[family]
    wire.introduce(wire.far, relay, wire.near.mac)
    setting = f"[{relay}]:6000" if family == socket.AF_INET6 else f"{relay}:6000"
    first, second = Conversation(wire, 4803, family), Conversation(wire, 4804, family)
    with wire.emulate({"relay": setting}) as emulator:
        seen = first.ask()
        assert seen[:2] == (relay, 6000)
        assert second.ask()[:2] == (relay, 6001), "a flow of its own"
        first.answer(seen)
        emulator.change(relay="off")
        assert first.ask()[1] == 4803


def test_a_checksum_of_zero_stays_zero(wire):
    """The kernel would refuse a wrong one; a zero that became a number would be wrong."""
    with wire.emulate() as emulator, Flow(wire.near, wire.far, 4805, checksum=False) as flow:
        flow.send()
        emulator.wait_until_empty()
        emulator.change(nat="rebind")
        flow.send(10)
        emulator.wait_until_empty()
        arrivals = flow.arrivals()
    assert len(arrivals) == 11 and arrivals[-1].source[1] != 4805
