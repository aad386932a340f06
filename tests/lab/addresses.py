"""The lab's addresses, outside and inside the tunnel.

    edge:wanN 203.0.113.(8N+2)/29 --- .(8N+1) pathN:edge   pathN:hub 198.51.100.(8N+1) --- hub:wanN 198.51.100.(8N+2)/29
              2001:db8:eN::2/64       ::1                            2001:db8:fN::1                 2001:db8:fN::2/64
"""
import dataclasses

SIDES = ("edge", "hub")
OTHER = {"edge": "hub", "hub": "edge"}
ROUTER, GATEWAY = 1, 2
PREFIX = {"ipv4": 29, "ipv6": 64}
ESP_PORT = 4500
INSIDE_INTERFACE = "rw0"

# By version of IP and side.
INSIDE = {
    4: {"edge": "192.0.2.1", "hub": "192.0.2.2"},
    6: {"edge": "2001:db8:1::1", "hub": "2001:db8:1::2"},
}


@dataclasses.dataclass(frozen=True)
class User:
    """Whose packets go through the tunnel: a namespace, and its address by version of IP."""
    where: str
    addresses: dict[int, str]


# A gateway's own programs are its users, too.
GATEWAYS_THEMSELVES = {side: User(side, {version: INSIDE[version][side] for version in INSIDE}) for side in SIDES}


def outside(side: str, family: str, path: int, host: int) -> str:
    """The end of a path at a gateway, or the router's on the same wire; host 0 makes the network's address."""
    if family == "ipv4":
        return f"{'203.0.113' if side == 'edge' else '198.51.100'}.{8 * path + host}"
    return f"2001:db8:{'e' if side == 'edge' else 'f'}{path:x}::{host}"


def endpoint(address: str, port: int = ESP_PORT) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
