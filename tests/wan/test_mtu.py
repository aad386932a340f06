"""MTU, with the answer a router gives and without."""
import errno
import socket

import pytest

from lab import namespace
from lab.wait import wait_until
from line.flow import Flow

_MTU_DISCOVER = {socket.AF_INET: (socket.IPPROTO_IP, 10, 14), socket.AF_INET6: (socket.IPPROTO_IPV6, 23, 24)}
_PROBE = 3  # IP_PMTUDISC_PROBE: never fragment, and send whatever was learned before
FAMILIES = pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])


@pytest.fixture(autouse=True)
def forget_afterwards(wire):
    """A kernel remembers the MTU it was told, and would cut later tests' packets."""
    yield
    for family in ("-4", "-6"):
        namespace.run(wire.near.namespace, "ip", family, "route", "flush", "cache")


def unfragmented(wire, family, port):
    flow = Flow(wire.near, wire.far, port, family)
    level, option, _ = _MTU_DISCOVER[family]
    flow.sender.setsockopt(level, option, _PROBE)
    flow.sender.setsockopt(level, {socket.AF_INET: 11, socket.AF_INET6: 25}[family], 1)  # IP_RECVERR
    flow.sender.connect(flow.to)
    flow.to = None
    return flow


def send(flow, packet_bytes):
    flow.sender.send(bytes(packet_bytes - (28 if flow.family == socket.AF_INET else 48)))


@FAMILIES
def test_icmp_tells_the_sender(wire, family):
    with wire.emulate({"upload": {"mtu": "1300B"}}) as emulator, unfragmented(wire, family, 4701) as flow:
        send(flow, 1300)
        wait_until("1300 bytes fit", flow.count_arrivals, seconds=2)
        send(flow, 1301)

        def error():
            try:
                return flow.sender.recvmsg(2000, 512, socket.MSG_ERRQUEUE)
            except BlockingIOError:
                return None
        _, ancillary, *_ = wait_until("an ICMP error", error, seconds=2)
        number, mtu = int.from_bytes(ancillary[-1][2][:4], "little"), int.from_bytes(ancillary[-1][2][8:12], "little")
        assert (number, mtu) == (errno.EMSGSIZE, 1300)
        assert flow.count_arrivals() == 0
    upload = emulator.report["upload"]
    assert upload["dropped"]["too_big"] == upload["too_big_answers"] == 1


@FAMILIES
def test_silence_tells_nobody(wire, family):
    with wire.emulate({"upload": {"mtu": "1300B", "too_big": "silence"}}) as emulator:
        with unfragmented(wire, family, 4702) as flow:
            send(flow, 1301)
            emulator.wait_until_seen(1)
            with pytest.raises(BlockingIOError):
                flow.sender.recvmsg(2000, 512, socket.MSG_ERRQUEUE)
            assert flow.count_arrivals() == 0
    upload = emulator.report["upload"]
    assert (upload["dropped"]["too_big"], upload["too_big_answers"]) == (1, 0)
