"""From one byte to jumbo, IPv4 and IPv6; what does not fit is answered, not swallowed."""
import socket
import struct
import subprocess

import pytest
from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.inet6 import ICMPv6PacketTooBig, IPv6

from lab import namespace
from lab.addresses import INSIDE
from lab.capture import Wire
from lab.transfer import over_tcp

# 1500 less 20 (IPv4), 8 (UDP), 8 (copy header), 8 (SPI, sequence), 8 (IV), 2 (trailer), 16 (ICV).
INNER_MTU_1500 = 1430


@pytest.fixture
def wide_rw0(lab):
    """rw0 with a larger MTU than the paths carry, by inside.mtu, and routes into it that do not know the tunnel's, as of an
    operator who routes by a table of his own."""
    texts = {gateway: gateway.file.read_text() for gateway in lab.gateways}
    for gateway in lab.gateways:
        with gateway.configuration() as content:
            content["inside"]["mtu"] = "1500B"
        gateway.reload()
        for version in INSIDE:
            far = INSIDE[version][gateway.far]
            namespace.ip(gateway.name, f"-{version}", "route", "add", far, "dev", "rw0", "table", 99)
            namespace.ip(gateway.name, f"-{version}", "rule", "add", "pref", 10, "to", far, "lookup", 99)
    yield
    for gateway in lab.gateways:
        gateway.file.write_text(texts[gateway])
        gateway.reload()
        for version in INSIDE:
            namespace.ip(gateway.name, f"-{version}", "rule", "del", "pref", 10)
            namespace.ip(gateway.name, f"-{version}", "route", "flush", "table", 99)
            namespace.run(gateway.name, "ip", f"-{version}", "route", "flush", "cache", check=False)


def exchange(version: int, sizes: list[int]) -> list[int]:
    """Sends a payload of each size from edge to hub by plain sockets; returns the sizes that arrive intact."""
    address = {4: "192.0.2.2", 6: "2001:db8:1::2"}[version]
    family = {4: socket.AF_INET, 6: socket.AF_INET6}[version]
    with namespace.inside("hub"):
        receiver = socket.socket(family, socket.SOCK_DGRAM)
    with namespace.inside("edge"):
        sender = socket.socket(family, socket.SOCK_DGRAM)
    with receiver, sender:
        receiver.bind((address, 0))
        receiver.settimeout(1)
        arrived = []
        for size in sizes:
            payload = bytes((size + i) % 251 for i in range(size))
            sender.sendto(payload, receiver.getsockname()[:2])
            try:
                if receiver.recv(65536) == payload:
                    arrived.append(size)
            except TimeoutError:
                pass
    return arrived


@pytest.mark.parametrize("version", [4, 6])
def test_every_small_size_arrives(lab, version):
    """Each size modulo 4 has a padding of its own."""
    sizes = list(range(0, 70))
    assert exchange(version, sizes) == sizes


@pytest.mark.parametrize("version,headers", [(4, 28), (6, 48)])
def test_every_size_up_to_the_mtu_arrives(lab, version, headers):
    sizes = list(range(INNER_MTU_1500 - headers - 40, INNER_MTU_1500 - headers + 1))
    assert exchange(version, sizes) == sizes


def test_tiny_packets_under_load(lab):
    stream = lab.send(4000, rate=2000, size=16)
    stream.assert_perfect()


def test_ipv6_inside(lab):
    stream = lab.send(3000, version=6)
    stream.assert_perfect()


def ping(*words) -> subprocess.CompletedProcess:
    return namespace.run("edge", "ping", "-c", 1, "-W", 2, *words, check=False)


def test_the_inside_interface_has_the_right_mtu(lab):
    for gateway in lab.gateways:
        assert f"mtu {INNER_MTU_1500} " in namespace.run(gateway.name, "ip", "link", "show", "rw0").stdout


def test_a_packet_with_df_beyond_the_mtu_is_refused_at_home(lab):
    """The kernel knows rw0's MTU."""
    assert ping("-M", "do", "-s", INNER_MTU_1500 - 28, "192.0.2.2").returncode == 0
    refused = ping("-M", "do", "-s", 1500 - 28, "192.0.2.2")
    assert refused.returncode != 0 and f"mtu={INNER_MTU_1500}" in refused.stdout + refused.stderr


def test_fragments_without_df_arrive(lab):
    assert ping("-M", "dont", "-s", 4000, "192.0.2.2").returncode == 0
    assert ping("-s", 4000, "2001:db8:1::2").returncode == 0


def checksums_made_anew(packet: IP) -> IP:
    fresh = packet.copy()
    del fresh.chksum
    del fresh[ICMP].chksum
    return IP(bytes(fresh))


def test_fragmentation_needed_is_answered(lab, wide_rw0):
    with Wire("edge", "rw0") as wire:
        ping("-M", "do", "-s", 1500 - 28, "192.0.2.2")
        answer = wire.wait_for("fragmentation needed", lambda frame: frame[0] >> 4 == 4 and ICMP in IP(frame)
                               and IP(frame)[ICMP].type == 3 and IP(frame))
    assert (answer[ICMP].code, answer[ICMP].nexthopmtu) == (4, INNER_MTU_1500)
    right = checksums_made_anew(answer)
    assert (answer.chksum, answer[ICMP].chksum) == (right.chksum, right[ICMP].chksum)
    # The kernel believes it: the next packet of that size is refused at home, and one that fits goes through.
    again = ping("-M", "do", "-s", 1500 - 28, "192.0.2.2")
    assert f"mtu={INNER_MTU_1500}" in again.stdout + again.stderr
    assert ping("-M", "do", "-s", INNER_MTU_1500 - 28, "192.0.2.2").returncode == 0


def test_packet_too_big_is_answered(lab, wide_rw0):
    with Wire("edge", "rw0") as wire:
        ping("-M", "do", "-s", 1500 - 48, "2001:db8:1::2")
        answer = wire.wait_for("packet too big", lambda frame: frame[0] >> 4 == 6 and ICMPv6PacketTooBig in IPv6(frame)
                               and IPv6(frame))
    assert answer[ICMPv6PacketTooBig].mtu == INNER_MTU_1500
    assert ping("-M", "do", "-s", INNER_MTU_1500 - 48, "2001:db8:1::2").returncode == 0


def tcp_mss_of_a_syn(version: int) -> int:
    """The MSS that hub sees in a SYN of edge's."""
    address = {4: "192.0.2.2", 6: "2001:db8:1::2"}[version]
    family = {4: socket.AF_INET, 6: socket.AF_INET6}[version]
    layer = {4: IP, 6: IPv6}[version]
    with namespace.inside("hub"):
        listener = socket.create_server((address, 0), family=family)
    with namespace.inside("edge"):
        client = socket.socket(family, socket.SOCK_STREAM)
    with listener, client, Wire("hub", "rw0") as wire:
        client.settimeout(3)
        client.connect(listener.getsockname()[:2])
        syn = wire.wait_for("SYN", lambda frame: frame[0] >> 4 == version and TCP in layer(frame)
                            and layer(frame)[TCP].flags == "S" and layer(frame))
    checked = layer(bytes(syn))
    del checked[TCP].chksum
    assert layer(bytes(checked))[TCP].chksum == syn[TCP].chksum, "the TCP checksum does not match"
    return dict(syn[TCP].options)["MSS"]


@pytest.mark.parametrize("version,headers", [(4, 40), (6, 60)])
def test_mss_is_clamped(lab, wide_rw0, version, headers):
    assert tcp_mss_of_a_syn(version) == INNER_MTU_1500 - headers


def test_tcp_moves_a_megabyte_over_a_too_wide_interface(lab, wide_rw0):
    sent = struct.pack("!262144I", *range(262144))
    assert over_tcp(sent) == sent
