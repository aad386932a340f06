"""Echo requests from edge to hub, as they stand inside the tunnel."""
from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
from scapy.packet import Raw

PAYLOAD = b"sealed by scapy"


def inner_ping(version: int, number: int):
    if version == 4:
        return IP(src="192.0.2.1", dst="192.0.2.2") / ICMP(id=77, seq=number) / Raw(PAYLOAD)
    return IPv6(src="2001:db8:1::1", dst="2001:db8:1::2") / ICMPv6EchoRequest(id=77, seq=number, data=PAYLOAD)
