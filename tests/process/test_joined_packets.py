"""Packets that cross between kernel and worker joined, many a system call: cut, sealed, joined again, nothing changed."""
import hashlib
import signal
import socket
import threading

import pytest

from lab import namespace
from lab.addresses import GATEWAYS_THEMSELVES, INSIDE
from lab.capture import Wire
from lab.lab import HOSTS

pytestmark = pytest.mark.parametrize("lab", [{"host": host} for host in HOSTS], indirect=True, ids=HOSTS)

UDP_SEGMENT = 103
# Packets a second, of the gateways' own: what kernels forward besides, a busy machine has no CPU for.
FAST = {"rate": 20_000, "users": GATEWAYS_THEMSELVES}
JOINED, SINGLE = "copies of a path leave joined", "copies leave frame by frame"


def ways_of(gateway):
    return {port["joined"] for port in gateway.show("ports")["ports"]}


def test_copies_leave_joined_where_the_device_cuts_and_one_by_one_elsewhere(lab):
    is_kind = lab.host.name == "kind"
    said, unsaid = (SINGLE, JOINED) if is_kind else (JOINED, SINGLE)
    for gateway in lab.gateways:
        assert said in gateway.log("dataplane") and unsaid not in gateway.log("dataplane")
        assert ways_of(gateway) == {"no: device does not cut" if is_kind else "yes"}


@pytest.fixture(scope="module")
def joining(lab):
    """Devices that cut UDP themselves, as the real host's do; of the kind one's the routers of paths 2 and 3 do not, so that
    their kernel cuts."""
    if lab.host.name == "real":
        return lab
    ends = [(gateway.name, f"wan{number}") for gateway in lab.gateways for number in lab.routers]
    for where, interface in ends + [("path1", "edge"), ("path1", "hub")]:
        namespace.run(where, "ethtool", "-K", interface, "tx", "on", "gso", "on", "gro", "on", "tx-udp-segmentation", "on")
    for gateway in lab.gateways:
        gateway.kill("dataplane", signal.SIGTERM)
        gateway.start("dataplane")
        gateway.wait_for_log("dataplane", JOINED)
    lab.wait_until_up()
    return lab


def test_the_trial_finds_that_this_kernel_cuts_rightly(joining):
    for gateway in joining.gateways:
        assert ways_of(gateway) == {"yes"}, gateway.log("dataplane")


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("size", [16, 1000])
def test_a_fast_stream_is_perfect(joining, version, size):
    with Wire("path1", "edge") as wire:
        stream = joining.send(20_000, size=size, version=version, **FAST)
    stream.assert_perfect()
    assert any(len(frame) > 1514 for frame in wire.frames()) or size < 100, "nothing was joined"


@pytest.mark.parametrize("version", [4, 6])
def test_tcp_arrives_as_it_was_sent(joining, version):
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    with namespace.inside("hub"):
        server = socket.create_server((INSIDE[version]["hub"], 5001), family=family)
    with namespace.inside("edge"):
        client = socket.socket(family, socket.SOCK_STREAM)
    data = bytes(range(251)) * 80_000
    received = []

    def take():
        connection, _ = server.accept()
        with connection:
            while piece := connection.recv(1 << 20):
                received.append(piece)
    taker = threading.Thread(target=take)
    taker.start()
    with server, client:
        client.connect((INSIDE[version]["hub"], 5001))
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        taker.join(20)
    assert not taker.is_alive()
    assert hashlib.sha256(b"".join(received)).digest() == hashlib.sha256(data).digest()
    before = joining.edge.show("tunnels")["tunnels"][0]["sealed_packets"]
    assert before > len(data) / 1400, "the worker is to see packets that fit the paths"


@pytest.mark.parametrize("version", [4, 6])
def test_datagrams_that_the_sender_joined_arrive_apart(joining, version):
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    with namespace.inside("hub"):
        receiver = socket.socket(family, socket.SOCK_DGRAM)
    with namespace.inside("edge"):
        sender = socket.socket(family, socket.SOCK_DGRAM)
    with receiver, sender:
        receiver.bind((INSIDE[version]["hub"], 5002))
        receiver.settimeout(5)
        sender.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 1200)
        payload = bytes(number * 7 % 256 for number in range(1200 * 20 + 77))
        sender.sendto(payload, (INSIDE[version]["hub"], 5002))
        datagrams = [receiver.recv(65536) for _ in range(21)]
    assert [len(datagram) for datagram in datagrams] == [1200] * 20 + [77]
    assert b"".join(datagrams) == payload


def copies_on(lab, number):
    """A fast stream's, as they leave the edge for this path."""
    with Wire(f"path{number}", "edge") as wire:
        stream = lab.send(20_000, rate=20_000, size=1000)
    stream.assert_perfect()
    # The hub's copies cross that wire, too.
    source = socket.inet_aton(lab.host.address("edge", number, "ipv4"))
    copies = [frame for frame in wire.frames() if len(frame) > 1000 and frame[26:30] == source]
    assert copies
    return copies


def test_copies_without_a_checksum_leave_without_one_and_so_one_by_one(joining):
    def reload(checksum):
        with joining.edge.configuration() as content:
            content["tunnels"]["hub"]["paths"]["path2"]["udp_checksum"] = checksum
        joining.edge.reload()
    reload("zero")
    copies = copies_on(joining, 2)
    assert max(map(len, copies)) <= 1514
    assert {frame[40:42] for frame in copies} == {bytes(2)}
    reload("computed")
    copies = copies_on(joining, 2)
    assert max(map(len, copies)) > 1514
    assert bytes(2) not in {frame[40:42] for frame in copies}


def test_a_port_that_shall_not_join_sends_frame_by_frame(joining):
    with joining.edge.configuration() as content:
        content["ports"]["wan2"]["joined"] = "off"
    joining.edge.reload()
    joining.edge.kill("dataplane", signal.SIGTERM)
    joining.edge.start("dataplane")
    joining.wait_until_up()
    ways = {port["name"]: port["joined"] for port in joining.edge.show("ports")["ports"]}
    assert ways == dict.fromkeys(ways, "yes") | {"wan2": "off"}
    assert max(map(len, copies_on(joining, 2))) <= 1514
    assert max(map(len, copies_on(joining, 1))) > 1514


def test_joined_copies_that_a_dead_line_refuses_are_counted_and_cost_nothing(joining):
    """The books, looked at after every test, miss none of those that the port did not take."""
    before = joining.edge.drops()["wan_port_down"]
    with joining.stream(size=1000, **FAST) as stream:
        joining.let_pass(6000)
        joining.routers[1].link("down")
        joining.edge.wait_for_drops("wan_port_down", before + 1)
        joining.let_pass(6000)
    stream.assert_perfect()
