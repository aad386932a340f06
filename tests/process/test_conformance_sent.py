"""What a gateway seals, against a program that is not ours: scapy opens it and finds the original packets."""
import itertools
import time

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.ipsec import IPSecIntegrityError
from scapy.layers.l2 import Ether

from judge.pings import inner_ping
from judge.sealed import copy_header, open_copy, read_copy, sealed_payload
from lab import namespace
from lab.capture import Wire
from lab.wait import wait_until

pytestmark = pytest.mark.parametrize("lab", [{"paths": 2, "wire": "ropewalk"}, {"paths": 2, "wire": "esp"}],
                                     indirect=True, scope="module", ids=lambda it: it["wire"])


def copies_of(frames, keys, wire):
    return [copy for frame in frames if (copy := read_copy(frame, keys.spi, wire))]


@pytest.mark.parametrize("address,layer", [("192.0.2.2", IP), ("2001:db8:1::2", IPv6)])
def test_scapy_opens_what_the_gateway_sealed(lab, to_hub, address, layer):
    payload = "5ca9" * 8
    with Wire("path1", "edge") as first, Wire("path2", "edge") as second, Wire("edge", "rw0") as inside:
        namespace.run("edge", "ping", "-c", 3, "-i", 0.2, "-p", payload, "-s", 200, address)
        originals = {frame for frame in inside.frames() if bytes.fromhex(payload) in frame
                     and layer(frame).dst == address}
        assert len(originals) == 3

        def copies_of_all(wire):
            copies = copies_of(wire.frames(), to_hub, lab.wire)
            return originals <= {bytes(open_copy(copy, to_hub)) for copy in copies} and copies
        seen = [wait_until("every inner packet is among the copies of this path", lambda: copies_of_all(wire))
                for wire in (first, second)]
    sealed = {}
    for copies in seen:
        for copy in copies:
            assert copy.esp.seq == copy.sequence & 0xFFFFFFFF
            sealed.setdefault(copy.sequence, set()).add(bytes(copy.esp))
    both = [versions for versions in sealed.values()]
    assert all(len(versions) == 1 for versions in both), "copies of one sequence number differ from SPI to ICV"


def test_sequence_numbers_are_never_used_twice_not_even_after_a_kill(lab, to_hub):
    def sequences():
        with Wire("path1", "edge") as first, Wire("path2", "edge") as second:
            namespace.run("edge", "ping", "-c", 5, "-i", 0.05, "192.0.2.2")
            by_wire = wait_until("every ping came by both paths", lambda: five_on_both(first, second))
        found = {}
        for copy in itertools.chain(*by_wire):
            found.setdefault(copy.sequence, set()).add(bytes(copy.esp))
        assert all(len(sealed) == 1 for sealed in found.values())
        return set(found)

    def five_on_both(*wires):
        by_wire = [copies_of(wire.frames(), to_hub, lab.wire) for wire in wires]
        first, second = ({copy.sequence for copy in copies} for copies in by_wire)
        return len(first & second) >= 5 and by_wire

    before = sequences()
    lab.edge.kill("dataplane")
    lab.edge.start("dataplane")
    lab.wait_until_up()
    after = sequences()
    assert min(after) > max(before)
    assert abs(max(after) - time.time_ns()) < 3600e9, "numbers start at the wall clock in nanoseconds"


def test_copy_header_names_the_path_and_counts(lab, to_hub):
    if lab.wire == "esp":
        pytest.skip("no copy header on this wire")
    for number in (1, 2):
        with Wire(f"path{number}", "edge") as wire:
            namespace.run("edge", "ping", "-c", 5, "-i", 0.05, "192.0.2.2")
            headers = wait_until("five copies", lambda: len(found := [
                copy.header for copy in copies_of(wire.frames(), to_hub, lab.wire)]) >= 5 and found)
        assert {header[0] for header in headers} == {number}
        assert all(header[1] & 1 for header in headers)
        counts = [int.from_bytes(header[2:5], "big") for header in headers]
        assert counts == list(range(counts[0], counts[0] + len(counts)))


def test_outer_headers(lab, to_hub):
    with Wire("path1", "edge") as wire:
        namespace.run("edge", "ping", "-c", 1, "-Q", hex(46 << 2), "192.0.2.2")
        copy = wire.wait_for("copy with DSCP 46", lambda frame: (copy := read_copy(frame, to_hub.spi, lab.wire))
                             and copy.outer.tos >> 2 == 46 and copy)
    outer = copy.outer
    assert (outer.src, outer.dst) == ("203.0.113.10", "198.51.100.10")
    assert outer.flags == "DF"
    assert (outer[UDP].sport, outer[UDP].dport) == (4500, 4500)
    right = IP(bytes(outer))
    del right.chksum, right[UDP].chksum
    right = IP(bytes(right))
    assert (right.chksum, right[UDP].chksum) == (outer.chksum, outer[UDP].chksum)


def test_scapy_itself_would_notice(lab, to_hub):
    """The opener above fails on a damaged packet: its success means something."""
    sealed = sealed_payload(to_hub, inner_ping(4, 1), 12345678901234)
    frame = bytes(Ether() / IP() / UDP(sport=4500, dport=4500) / (
        (copy_header(1) if lab.wire == "ropewalk" else b"") + sealed))
    assert bytes(open_copy(read_copy(frame, to_hub.spi, lab.wire), to_hub)) == bytes(inner_ping(4, 1))
    frame = frame[:-1] + bytes([frame[-1] ^ 1])
    with pytest.raises(IPSecIntegrityError):
        open_copy(read_copy(frame, to_hub.spi, lab.wire), to_hub)
