"""The changes. Each is a generator: up to its only yield it is made, and says what was done; behind, it is taken back. One that
leaves nothing to take back happens once more there."""
import random
from collections.abc import Callable, Iterator

from changes.plan import Place
from lab import namespace, real_host
from lab.addresses import ESP_PORT, GATEWAY, OTHER, PREFIX, ROUTER, SIDES, outside
from lab.lab import Lab

Change = Iterator[str]
WIDE = 1500
# The smallest MTU with IPv6, the family of the inner packets and perhaps of the outer ones.
NARROWEST = 1280
FOREIGN = "198.18.99"


class Cable:
    """Between a gateway and the router of a path, which no other path is on."""

    def __init__(self, lab: Lab, place: Place):
        self._lab, self._side, self._number = lab, place.side, place.number
        self._interface = lab.host.interface(self._side, self._number)
        self._router = f"path{self._number}"
        self._family = lab.outer
        self._own = f"{outside(self._side, self._family, self._number, GATEWAY)}/{PREFIX[self._family]}"

    def _ip(self, *words) -> None:
        namespace.ip(self._side, *words)

    def _router_ip(self, *words) -> None:
        namespace.ip(self._router, *words)

    def set_down(self, _: random.Random) -> Change:
        self._ip("link", "set", self._interface, "down")
        yield "set down"
        self._lab.host.set_up(self._side, self._number)

    def deleted(self, _: random.Random) -> Change:
        self._ip("link", "del", self._interface)
        yield "deleted"
        self._lab.host.make_again(self._side, self._number)

    def made_again(self, choice: random.Random) -> Change:
        def make_again() -> None:
            index = namespace.run(self._side, "cat", f"/sys/class/net/{self._interface}/ifindex").stdout.strip()
            self._ip("link", "del", self._interface)
            self._lab.host.make_again(self._side, self._number, *(("index", index) if has_same_index else ()))
        has_same_index = choice.random() < 0.5
        make_again()
        yield f"deleted and made again{' under the same index' if has_same_index else ''}"
        make_again()

    def renamed(self, _: random.Random) -> Change:
        self._ip("link", "set", self._interface, "down")
        self._ip("link", "set", self._interface, "name", f"elsewhere{self._number}")
        yield "renamed"
        self._ip("link", "set", f"elsewhere{self._number}", "name", self._interface)
        self._lab.host.set_up(self._side, self._number)

    def other_mac(self, choice: random.Random) -> Change:
        """The router learns it at once, as from who announces himself."""
        def change() -> str:
            mac = _random_mac(choice)
            self._ip("link", "set", self._interface, "address", mac)
            self._router_ip("neigh", "flush", "dev", self._side)
            return mac
        yield f"Ethernet address {change()}"
        change()

    def router_mac(self, choice: random.Random) -> Change:
        """Silently."""
        def change() -> str:
            mac = _random_mac(choice)
            self._router_ip("link", "set", self._side, "address", mac)
            return mac
        yield f"the router's Ethernet address {change()}"
        change()

    def no_carrier(self, _: random.Random) -> Change:
        self._router_ip("link", "set", self._side, "down")
        yield "no carrier"
        self._router_ip("link", "set", self._side, "up")

    def without_address(self, _: random.Random) -> Change:
        self._ip("address", "del", self._own, "dev", self._interface)
        yield f"{self._own} removed"
        self._ip("address", "replace", self._own, "dev", self._interface)
        self._lab.host.give_routes(self._side, self._number)

    def second_address(self, _: random.Random) -> Change:
        address = f"{FOREIGN}.{self._number}/32"
        self._ip("address", "add", address, "dev", self._interface)
        yield f"{address} added"
        self._ip("address", "del", address, "dev", self._interface)

    def mtu(self, choice: random.Random) -> Change:
        mtu = choice.choice((choice.randrange(NARROWEST, WIDE), 9000))
        self._ip("link", "set", self._interface, "mtu", mtu)
        yield f"MTU {mtu}"
        self._ip("link", "set", self._interface, "mtu", WIDE)

    def router_mtu(self, choice: random.Random) -> Change:
        """It tells the far gateway, whose kernel would remember it for minutes."""
        mtu = choice.randrange(NARROWEST, WIDE)
        self._router_ip("link", "set", self._side, "mtu", mtu)
        yield f"the router's MTU {mtu}"
        self._router_ip("link", "set", self._side, "mtu", WIDE)
        for gateway in self._lab.gateways:
            gateway.forget_route_cache()

    def without_routes(self, _: random.Random) -> Change:
        self._lab.host.take_routes(self._side, self._number)
        yield "routes removed"
        self._lab.host.give_routes(self._side, self._number)

    def neighbours_forgotten(self, _: random.Random) -> Change:
        def forget() -> None:
            self._ip("neigh", "flush", "dev", self._interface)
        forget()
        yield "neighbours forgotten"
        forget()

    def wrong_neighbour(self, choice: random.Random) -> Change:
        router, mac = outside(self._side, self._family, self._number, ROUTER), _random_mac(choice)
        self._ip("neigh", "replace", router, "lladdr", mac, "dev", self._interface, "nud", "permanent")
        yield f"a static neighbour {router} {mac}"
        self._ip("neigh", "del", router, "dev", self._interface)


class Way:
    """What a gateway's kernel knows of how to reach the far end of a path."""

    def __init__(self, lab: Lab, place: Place):
        self._side, self._number = place.side, place.number
        self._version = {"ipv4": "-4", "ipv6": "-6"}[lab.outer]
        self._peer = lab.host.address(OTHER[self._side], self._number, lab.outer)
        self._is_peer_shared = lab.host.shares_interface(OTHER[self._side])
        self._interface = lab.host.interface(self._side, self._number)

    def rule_to_nowhere(self, _: random.Random) -> Change:
        words = ("pref", 100 + self._number, "to", self._peer, "oif", self._interface, "unreachable")
        namespace.ip(self._side, self._version, "rule", "add", *words)
        yield f"a rule: {' '.join(map(str, words))}"
        namespace.ip(self._side, self._version, "rule", "del", *words)

    def route_to_nowhere(self, choice: random.Random) -> Change:
        """A rule where other paths have the same peer."""
        if self._is_peer_shared:
            yield from self.rule_to_nowhere(choice)
            return
        namespace.ip(self._side, self._version, "route", "add", "unreachable", self._peer)
        yield f"{self._peer} is unreachable"
        namespace.ip(self._side, self._version, "route", "del", "unreachable", self._peer)


class Line:
    """What a path's router forwards."""

    def __init__(self, lab: Lab, place: Place):
        self._router = lab.routers[place.number]

    def silent(self, _: random.Random) -> Change:
        self._router.drop()
        yield "drops all"
        self._router.restore()

    def lossy(self, choice: random.Random) -> Change:
        """By the low four bits of the ESP sequence number."""
        lost = choice.randrange(1, 16)
        self._router.drop(f"udp dport {ESP_PORT} @th,188,4 < {lost}")
        yield f"drops {lost} of 16"
        self._router.restore()

    def no_forwarding(self, _: random.Random) -> Change:
        def forward(which: int) -> None:
            namespace.set_kernel(self._router.namespace, f"net.ipv4.ip_forward={which}",
                                 f"net.ipv6.conf.all.forwarding={which}")
        forward(0)
        yield "does not forward"
        forward(1)


class Firewall:
    """Of a gateway. Copies pass it, whatever it says of them; users of the tunnel are let through."""
    RULES = {
        "input": (f"udp dport {ESP_PORT} drop", f"udp dport {ESP_PORT} reject", "ip protocol icmp drop"),
        "output": (f"udp sport {ESP_PORT} drop", "icmp type destination-unreachable drop"),
        "prerouting": (f"udp dport {ESP_PORT} drop",),
    }

    def __init__(self, lab: Lab, place: Place):
        self._side = place.side

    def rule(self, choice: random.Random) -> Change:
        chain = choice.choice(sorted(self.RULES))
        rule = choice.choice(self.RULES[chain])
        namespace.run(self._side, "nft", "-f", "-", input=f"table inet changes {{\n  chain {chain} {{\n"
                      f"    type filter hook {chain} priority -10;\n    {rule}\n  }}\n}}\n")
        yield f"{chain}: {rule}"
        namespace.run(self._side, "nft", "delete", "table", "inet", "changes")

    def loaded_anew(self, _: random.Random) -> Change:
        real_host.load_firewall(self._side)
        yield "loaded anew"
        real_host.load_firewall(self._side)


class Inside:
    """What control keeps of rw0, and what others do beside it."""

    def __init__(self, lab: Lab, place: Place):
        self._side = place.side

    def mtu(self, choice: random.Random) -> Change:
        def change() -> int:
            mtu = choice.randrange(NARROWEST, 2000)
            namespace.ip(self._side, "link", "set", "rw0", "mtu", mtu)
            return mtu
        yield f"MTU {change()} of rw0"
        change()

    def foreign_routes(self, choice: random.Random) -> Change:
        network, table = f"{FOREIGN}.0/24", choice.randrange(1000, 2000)
        namespace.ip(self._side, "route", "add", "unreachable", network)
        namespace.ip(self._side, "route", "add", "unreachable", "default", "table", table)
        namespace.ip(self._side, "rule", "add", "pref", 200, "from", network, "lookup", table)
        yield f"a route to {network}, a rule and table {table}"
        namespace.ip(self._side, "rule", "del", "pref", 200)
        namespace.ip(self._side, "route", "flush", "table", table)
        namespace.ip(self._side, "route", "del", "unreachable", network)


_KINDS = {"cable": Cable, "way": Way, "line": Line, "firewall": Firewall, "inside": Inside}


def changes(lab: Lab) -> dict[Place, list[str]]:
    """By place: those that this lab allows."""
    found: dict[Place, list[str]] = {}
    for side in SIDES:
        for kind in ("firewall", "inside"):
            found[Place(kind, side)] = _names(kind)
        for number in lab.routers:
            found[Place("way", side, number)] = _names("way")
            if not lab.host.shares_interface(side):
                found[Place("cable", side, number)] = _names("cable")
    for number in lab.routers:
        found[Place("line", number=number)] = _names("line")
    if lab.host.name != "real":
        for side in SIDES:
            found[Place("firewall", side)].remove("loaded_anew")
    return found


def begin(lab: Lab, place: Place, name: str, choice: random.Random) -> tuple[str, Callable[[], None]]:
    """Makes the change. What was done, and what takes it back."""
    change = getattr(_KINDS[place.kind](lab, place), name)(choice)
    return next(change), lambda: next(change, None)


def _names(kind: str) -> list[str]:
    return sorted(name for name, value in vars(_KINDS[kind]).items()
                  if callable(value) and not name.startswith("_"))


def _random_mac(choice: random.Random) -> str:
    return "02:00:" + ":".join(f"{choice.randrange(256):02x}" for _ in range(4))
