"""What a gateway accepts: packets sealed by scapy are delivered; replayed, damaged and forged ones are dropped and
counted, each under its reason."""
import time

import pytest
from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6EchoReply
from scapy.packet import Raw

from judge.impostor import Impostor
from judge.pings import PAYLOAD, inner_ping
from judge.sealed import derive, sealed_payload, sealed_plaintext
from lab.capture import Wire

pytestmark = pytest.mark.parametrize("lab", [{"paths": 2, "wire": "ropewalk"}, {"paths": 2, "wire": "esp"}],
                                     indirect=True, scope="module", ids=lambda it: it["wire"])


@pytest.fixture
def impostor(lab):
    lab.edge.stop()
    with Impostor(lab) as impostor:
        yield impostor


def test_the_gateway_opens_what_scapy_sealed_and_answers(lab, impostor):
    for number in range(1, 6):
        impostor.send(impostor.seal(inner_ping(4, number)))
        assert bytes(impostor.reply(ICMP, number)[Raw]) == PAYLOAD
        impostor.send(impostor.seal(inner_ping(6, number)))
        assert impostor.reply(ICMPv6EchoReply, number).data == PAYLOAD


def assert_dropped_as(lab, impostor, reason: str, packets: list[bytes]) -> None:
    """The packets are counted under the reason, none reaches the inside, and a good one still passes."""
    before = lab.hub.drops()
    with Wire("hub", "rw0") as inside:
        for packet in packets:
            impostor.send(packet)
        lab.hub.wait_for_drops(reason, before[reason] + len(packets))
        impostor.send(impostor.seal(inner_ping(4, 999)))
        impostor.reply(ICMP, 999)
        arrived = [IP(frame) for frame in inside.frames() if frame[0] >> 4 == 4 and IP(frame).src == "192.0.2.1"]
    assert len(arrived) == 1, f"what should be dropped came through: {arrived}"


def test_a_replay_is_dropped(lab, impostor):
    sealed = impostor.seal(inner_ping(4, 10))
    impostor.send(sealed)
    impostor.reply(ICMP, 10)
    assert_dropped_as(lab, impostor, "duplicate", [sealed] * 3)


def test_a_damaged_packet_is_dropped_and_does_not_mark(lab, impostor):
    """One bit in the ciphertext, one in the ICV; the whole packet with the same number is delivered afterwards."""
    sealed = impostor.seal(inner_ping(4, 11))
    damaged = [sealed[:20] + bytes([sealed[20] ^ 4]) + sealed[21:], sealed[:-1] + bytes([sealed[-1] ^ 1])]
    assert_dropped_as(lab, impostor, "authentication_failed", damaged)
    impostor.send(sealed)
    impostor.reply(ICMP, 11)


def test_a_forged_packet_is_dropped(lab, impostor):
    """Right SPI and a fresh number, but another key."""
    forger = derive(lab.edge.key_file, "nobody", "hub")
    forger.spi = impostor.keys.spi
    forged = [sealed_payload(forger, inner_ping(4, 12), time.time_ns() + 10**9 + i) for i in range(5)]
    assert_dropped_as(lab, impostor, "authentication_failed", forged)


def test_iv_and_sequence_must_agree(lab, impostor):
    sealed = impostor.seal(inner_ping(4, 13))
    assert_dropped_as(lab, impostor, "esp_malformed", [sealed[:4] + bytes([sealed[4] ^ 1]) + sealed[5:]])


def test_an_unknown_spi_is_dropped(lab, impostor):
    sealed = impostor.seal(inner_ping(4, 14))
    assert_dropped_as(lab, impostor, "unknown_spi", [b"\x7f\x00\x00\x01" + sealed[4:]])


def test_an_inner_source_that_is_not_the_peers_is_dropped(lab, impostor):
    stranger = IP(src="198.18.0.1", dst="192.0.2.2") / ICMP(id=1, seq=1)
    assert_dropped_as(lab, impostor, "inner_source", [impostor.seal(stranger)])


def test_a_packet_far_behind_is_too_old(lab, impostor):
    old = sealed_payload(impostor.keys, inner_ping(4, 15), time.time_ns() - 3600 * 10**9)
    impostor.send(impostor.seal(inner_ping(4, 16)))
    impostor.reply(ICMP, 16)
    assert_dropped_as(lab, impostor, "too_old", [old])


def test_a_dummy_packet_is_dropped_silently(lab, impostor):
    """Next header 59 and nothing in it (RFC 4303 section 2.6)."""
    sealed = sealed_plaintext(impostor.keys, b"\x01\x02\x02\x3b", impostor.next_sequence())
    assert_dropped_as(lab, impostor, "dummy", [sealed])
