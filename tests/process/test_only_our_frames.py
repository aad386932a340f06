"""By a kernel interface a worker gets datagrams for the ports of paths, untagged and for this host, and nothing else;
what it could not take in time is told."""
import struct
import sys

import pytest

from lab import namespace
from lab.addresses import ESP_PORT, GATEWAY, ROUTER, outside
from lab.capture import mac_of
from lab.wait import wait_until

SEND = """
import socket, sys
port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
port.bind((sys.argv[1], 0))
frame = bytes.fromhex(sys.argv[3])
sent = 0
while sent < int(sys.argv[2]):
    try:
        sent += port.send(frame) > 0
    except BlockingIOError:
        pass
    except OSError as error:
        if error.errno != 105:  # ENOBUFS
            raise
"""
GOOD = 40


def octets(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def datagram(udp_port: int, protocol: int = 17) -> bytes:
    """To the hub's end of path 1, with an SPI that nobody has."""
    copy_header = b"\x01\x01" + bytes(6)
    payload = copy_header + struct.pack(">I", 0xdead0000) + bytes(60)
    udp = struct.pack(">HHHH", 40000, udp_port, 8 + len(payload), 0) + payload
    ends = [bytes(map(int, outside("hub", "ipv4", 1, host).split("."))) for host in (ROUTER, GATEWAY)]
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 0, 0x4000, 64, protocol, 0) + ends[0] + ends[1] + udp


def frame(packet: bytes, to: str, ether_type: bytes = b"\x08\x00") -> bytes:
    return octets(to) + octets(mac_of("path1", "hub")) + ether_type + packet


def send(count: int, what: bytes) -> None:
    namespace.run("path1", sys.executable, "-c", SEND, "hub", count, what.hex())


def good_frame() -> bytes:
    return frame(datagram(ESP_PORT), mac_of("hub", "wan1"))


def seen_after(lab, what: bytes, count: int = 100) -> dict[str, int]:
    """Drops of the hub that these frames caused; known when good ones sent behind them were counted."""
    before = lab.hub.drops()
    send(count, what)
    send(GOOD, good_frame())
    lab.hub.wait_for_drops("unknown_spi", before["unknown_spi"] + GOOD)
    risen = {name: now - before[name] for name, now in lab.hub.drops().items() if now != before[name]}
    risen["unknown_spi"] -= GOOD
    return {name: count for name, count in risen.items() if count}


def test_a_frame_of_ours_is_seen(lab):
    assert seen_after(lab, good_frame(), 100) == {"unknown_spi": 100}


@pytest.mark.parametrize("what", ["foreign address", "broadcast", "vlan", "priority tag", "other port", "tcp", "arp"])
def test_what_is_not_for_us_stays_the_kernel_s(lab, what):
    ours = mac_of("hub", "wan1")
    assert seen_after(lab, {
        "foreign address": lambda: frame(datagram(ESP_PORT), "02:00:00:99:99:99"),
        "broadcast": lambda: frame(datagram(ESP_PORT), "ff:ff:ff:ff:ff:ff"),
        "vlan": lambda: frame(b"\x00\x05\x08\x00" + datagram(ESP_PORT), ours, b"\x81\x00"),
        "priority tag": lambda: frame(b"\xa0\x00\x08\x00" + datagram(ESP_PORT), ours, b"\x81\x00"),
        "other port": lambda: frame(datagram(ESP_PORT + 1), ours),
        "tcp": lambda: frame(datagram(ESP_PORT, protocol=6), ours),
        "arp": lambda: frame(bytes(46), ours, b"\x08\x06"),
    }[what]()) == {}


def test_a_first_fragment_is_named(lab):
    packet = bytearray(datagram(ESP_PORT))
    packet[6:8] = b"\x20\x00"
    assert seen_after(lab, frame(bytes(packet), mac_of("hub", "wan1"))) == {"outer_fragment": 100}


def test_ports_follow_a_reload(lab):
    """The filter opens for a path's new port, and closes when it has gone."""
    fresh = frame(datagram(ESP_PORT + 7), mac_of("hub", "wan1"))
    assert seen_after(lab, fresh) == {}
    with lab.hub.configuration() as content:
        for path in content["tunnels"]["edge"]["paths"].values():
            path["local"] = path["local"].replace(f":{ESP_PORT}", f":{ESP_PORT + 7}")
    lab.hub.reload()
    try:
        before = lab.hub.drops()["unknown_spi"]
        send(GOOD, fresh)
        lab.hub.wait_for_drops("unknown_spi", before + GOOD)
    finally:
        with lab.hub.configuration() as content:
            for path in content["tunnels"]["edge"]["paths"].values():
                path["local"] = path["local"].replace(f":{ESP_PORT + 7}", f":{ESP_PORT}")
        lab.hub.reload()
        lab.wait_until_up()
    assert seen_after(lab, fresh) == {}


def missed(lab) -> int:
    return {port["name"]: port["rx_missed"] for port in lab.hub.show("ports")["ports"]}["wan1"]


def test_frames_that_a_late_worker_missed_are_told(lab):
    """More than the socket's memory holds: each is either seen or missed."""
    sent = 120_000
    drops, missed_before = lab.hub.drops()["unknown_spi"], missed(lab)
    with lab.hub.stopped("dataplane"):
        send(sent, good_frame())
    wait_until(lambda: f"{sent} frames are accounted for: {lab.hub.drops()['unknown_spi'] - drops} seen, "
                       f"{missed(lab) - missed_before} missed",
               lambda: lab.hub.drops()["unknown_spi"] - drops + missed(lab) - missed_before >= sent)
    # What the far gateway sent meanwhile may have been missed, too.
    assert missed(lab) > missed_before
    assert "missed by ports" in lab.hub.ropewalk("show", "summary").stdout
    lab.wait_until_up()


def test_a_flood_for_others_costs_the_tunnel_nothing(lab):
    before = lab.hub.drops(), missed(lab)
    flood = frame(datagram(ESP_PORT + 1), mac_of("hub", "wan1"))
    with lab.stream(rate=500) as stream:
        send(200_000, flood)
    stream.assert_perfect()
    assert (lab.hub.drops()["not_for_us"], missed(lab)) == (before[0]["not_for_us"], before[1])
