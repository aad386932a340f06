"""Gateways on hosts as people have them, with what that brings: one public address of the hub for all paths, a default route
a WAN at the edge, told apart by their metrics, duplicate address detection, a strict reverse-path filter, devices that join
and cut, a LAN behind each gateway, and a firewall that lets in what was asked for and what docs/first-steps.md says.

    edge-lan:eth0 --- lan0:edge:wanN --- edge:pathN:hub --- pathN:internet:hub --- wan1:hub:lan0 --- eth0:hub-lan

Routers and what lies between them are kind. An emulator sits between pathN and internet.
"""
import re

from lab import namespace, wires
from lab.addresses import GATEWAY, INSIDE, OTHER, PREFIX, ROUTER, SIDES, User, outside
from lab.failure import Failure
from lab.place import ROOT
from lab.wait import wait_until

INTERNET = "internet"
LAN = "lan0"
LANS = {
    4: {"edge": "198.18.1.{}/24", "hub": "198.19.1.{}/24"},
    6: {"edge": "2001:db8:a::{}/64", "hub": "2001:db8:b::{}/64"},
}
LAN_HOST, LAN_PORT = 10, "eth0"
UPLINK = "wan1"  # of the hub, for all paths
DEFAULTS = {"ipv4": "0.0.0.0/0", "ipv6": "::/0"}

# Without neighbour discovery there is no IPv6 at all.
FIREWALL = """
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    iif lo accept
    ct state established,related accept
    icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
  }
  chain output { type filter hook output priority filter; }
}
"""
FIRST_STEPS = ROOT / "docs" / "first-steps.md"


def firewall() -> str:
    """For nft: what a host had before, and the rules that the page tells its reader to add. Takes the place of any other."""
    rules = re.findall(r"^nft (add rule .*)$", FIRST_STEPS.read_text(), re.M)
    if not rules:
        raise Failure(f"{FIRST_STEPS} has no rules for nft any more, which hosts of the lab are to have")
    return "\n".join(("flush ruleset", FIREWALL, *rules, ""))


class RealHost:
    name = "real"
    router_ends = ("edge",)

    def __init__(self, paths: int, mtu: int, is_emulated: bool):
        self._numbers = range(1, paths + 1)
        self._mtu = mtu
        self._is_emulated = is_emulated
        self._hosts = [*SIDES, *map(_lan_of, SIDES)]
        self._routers = [f"path{number}" for number in self._numbers]
        self.namespaces = [*self._hosts, INTERNET, *self._routers]
        self.users = {side: User(_lan_of(side), {version: lans[side].format(LAN_HOST).partition("/")[0]
                                                 for version, lans in LANS.items()}) for side in SIDES}

    def make(self) -> None:
        for host in self._hosts:
            namespace.set_kernel(host, *(f"net.{setting}" for which in ("all", "default") for setting in (
                f"ipv6.conf.{which}.accept_dad=1", f"ipv6.conf.{which}.keep_addr_on_down=0", f"ipv4.conf.{which}.rp_filter=1")))
        for where in (*SIDES, INTERNET, *self._routers):
            namespace.set_kernel(where, "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        for side in SIDES:
            self._make_lan(side)
        self._make_uplink()
        for number in self._numbers:
            self._make_path(number)
        for side in SIDES:
            load_firewall(side)
        for host in self._hosts:
            wait_until(lambda: f"addresses of {host} were not checked for duplicates: {_unchecked_addresses(host)}",
                       lambda: not _unchecked_addresses(host))

    def interface(self, side: str, number: int) -> str:
        return UPLINK if self.shares_interface(side) else f"wan{number}"

    def shares_interface(self, side: str) -> bool:
        return side == "hub"

    def address(self, side: str, number: int, family: str) -> str:
        return outside(side, family, 1 if self.shares_interface(side) else number, GATEWAY)

    def tunnel(self, side: str) -> dict:
        far = OTHER[side]
        addresses = [f"{INSIDE[4][far]}/32", f"{INSIDE[6][far]}/128"]
        return {"prefixes": [*addresses, *(_network(version, far) for version in LANS)]}

    def set_up(self, side: str, number: int) -> None:
        namespace.ip(side, "link", "set", f"wan{number}", "up")
        self._give_addresses(side, f"wan{number}", number)
        self.give_routes(side, number)

    def make_again(self, side: str, number: int, *how) -> None:
        wires.join(side, f"wan{number}", f"path{number}", side, self._mtu, *how)
        self._finish_edge(number)

    def give_routes(self, side: str, number: int) -> None:
        for family, everywhere in DEFAULTS.items():
            namespace.ip(side, "route", "replace", everywhere, "via", outside(side, family, number, ROUTER), "dev",
                         f"wan{number}", "metric", 100 * number)

    def take_routes(self, side: str, number: int) -> None:
        for family, everywhere in DEFAULTS.items():
            namespace.ip(side, "route", "del", everywhere, "dev", f"wan{number}", "metric", 100 * number)

    def _make_lan(self, side: str) -> None:
        host = _lan_of(side)
        wires.join(side, LAN, host, LAN_PORT, self._mtu)
        for where, interface, number in ((side, LAN, 1), (host, LAN_PORT, LAN_HOST)):
            for lans in LANS.values():
                namespace.ip(where, "address", "add", lans[side].format(number), "dev", interface)
            namespace.ip(where, "link", "set", interface, "up")
        for version, everywhere in ((4, DEFAULTS["ipv4"]), (6, DEFAULTS["ipv6"])):
            namespace.ip(host, "route", "add", everywhere, "via", LANS[version][side].format(1).partition("/")[0])

    def _make_uplink(self) -> None:
        wires.join("hub", UPLINK, INTERNET, "hub", self._mtu)
        self._give_addresses("hub", UPLINK, 1)
        _give_router_addresses(INTERNET, "hub", {family: outside("hub", family, 1, ROUTER) for family in PREFIX})
        namespace.ip("hub", "link", "set", UPLINK, "up")
        for family, everywhere in DEFAULTS.items():
            namespace.ip("hub", "route", "add", everywhere, "via", outside("hub", family, 1, ROUTER))

    def _make_path(self, number: int) -> None:
        router = f"path{number}"
        wires.join("edge", f"wan{number}", router, "edge", self._mtu)
        self._finish_edge(number)
        cables = [(router, "hub", INTERNET, router)]
        if self._is_emulated:
            cables = [(router, "hub", router, "near"), (INTERNET, router, router, "far")]
        for end, interface, other_end, other_interface in cables:
            wires.join(end, interface, other_end, other_interface, self._mtu)
            if self._is_emulated:
                wires.carry_frame_by_frame(end, interface)
                wires.leave_to_emulator(other_end, other_interface)
        for where, interface, host in ((router, "hub", 1), (INTERNET, router, 2)):
            _give_router_addresses(where, interface, {family: _transit(family, number, host) for family in PREFIX})
        for family, length in PREFIX.items():
            namespace.ip(router, "route", "add", f"{outside('hub', family, 1, 0)}/{length}", "via", _transit(family, number, 2))
            namespace.ip(INTERNET, "route", "add", f"{outside('edge', family, number, 0)}/{length}", "via",
                         _transit(family, number, 1))

    def _finish_edge(self, number: int) -> None:
        """A cable between edge and a path's router, which was just plugged in."""
        _give_router_addresses(f"path{number}", "edge", {family: outside("edge", family, number, ROUTER) for family in PREFIX})
        self.set_up("edge", number)

    def _give_addresses(self, side: str, interface: str, number: int) -> None:
        for family, length in PREFIX.items():
            namespace.ip(side, "address", "replace", f"{outside(side, family, number, GATEWAY)}/{length}", "dev", interface)


def load_firewall(side: str) -> None:
    """As at its start; connections that are known stay known."""
    namespace.run(side, "nft", "-f", "-", input=firewall())


def _lan_of(side: str) -> str:
    return f"{side}-lan"


def _network(version: int, side: str) -> str:
    return LANS[version][side].format("" if version == 6 else 0)


def _transit(family: str, number: int, host: int) -> str:
    """Between a path's router and the Internet behind it."""
    return f"100.64.{number}.{host}" if family == "ipv4" else f"2001:db8:d{number:x}::{host}"


def _give_router_addresses(where: str, interface: str, addresses: dict[str, str]) -> None:
    for family, address in addresses.items():
        namespace.ip(where, "address", "add", f"{address}/{PREFIX[family]}", "dev", interface)
    namespace.ip(where, "link", "set", interface, "up")


def _unchecked_addresses(where: str) -> str:
    return namespace.ip(where, "-6", "address", "show", "tentative")
