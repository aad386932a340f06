"""A gateway played by scapy, with the right keys."""
import time

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from judge.sealed import copy_header, derive, open_copy, read_copy, sealed_payload
from lab.capture import Wire, mac_of


class Impostor:
    """Plays the edge gateway on the wire of path 1. Its sequence starts at the clock, as a gateway's does."""

    def __init__(self, lab):
        self.keys = derive(lab.edge.key_file, "edge", "hub")
        self._hub_keys = derive(lab.edge.key_file, "hub", "edge")
        self._with_copy_header = lab.wire == "ropewalk"
        self._wire_name = lab.wire
        self._sequence = time.time_ns()
        self._wire = Wire("path1", "hub")
        self._ethernet = Ether(src=mac_of("path1", "hub"), dst=mac_of("hub", "wan1"))

    def __enter__(self):
        self._wire.__enter__()
        return self

    def __exit__(self, *arguments):
        self._wire.__exit__(*arguments)

    def next_sequence(self) -> int:
        self._sequence += 1
        return self._sequence

    def seal(self, inner) -> bytes:
        """SPI to ICV."""
        return sealed_payload(self.keys, inner, self.next_sequence())

    def send(self, sealed: bytes) -> None:
        payload = (copy_header(1) if self._with_copy_header else b"") + sealed
        self._wire.send(bytes(self._ethernet / IP(src="203.0.113.10", dst="198.51.100.10", flags="DF")
                              / UDP(sport=4500, dport=4500, chksum=0) / payload))

    def reply(self, layer, number: int, seconds: float = 5):
        """The echo reply that hub sealed, opened by scapy."""
        def accept(frame):
            copy = read_copy(frame, self._hub_keys.spi, self._wire_name)
            inner = copy and open_copy(copy, self._hub_keys)
            return inner if inner and layer in inner and inner[layer].seq == number else None
        return self._wire.wait_for(f"echo reply {number}", accept, seconds)
