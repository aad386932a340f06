"""Gateways on hosts that make it easy: addresses ready at once, each path between two addresses and with a route of its own,
no firewall, nobody behind the gateways, and frames that cross interfaces one by one, their checksums in them."""
from lab import wires
from lab.addresses import GATEWAY, GATEWAYS_THEMSELVES, SIDES, outside


class KindHost:
    name = "kind"
    # What takes its carrier from a gateway when it is set down in a path's router.
    router_ends = SIDES

    def __init__(self, paths: int, mtu: int, is_emulated: bool):
        self._numbers = range(1, paths + 1)
        self._mtu = mtu
        self._is_emulated = is_emulated
        self.namespaces = [*SIDES, *(f"path{number}" for number in self._numbers)]
        self.users = GATEWAYS_THEMSELVES

    def make(self) -> None:
        """In the namespaces, which are there."""
        for number in self._numbers:
            wires.make_path(number, self._mtu, self._is_emulated)

    def interface(self, side: str, number: int) -> str:
        """By which a gateway has the path."""
        return f"wan{number}"

    def shares_interface(self, side: str) -> bool:
        """Whether all paths of a gateway have the same one."""
        return False

    def address(self, side: str, number: int, family: str) -> str:
        """The end of a path."""
        return outside(side, family, number, GATEWAY)

    def tunnel(self, side: str) -> dict:
        """What a gateway's tunnel says because of the host, in the words of the YAML."""
        return {}

    def set_up(self, side: str, number: int) -> None:
        """The interface, and what the kernel took away when it was set down."""
        wires.set_up(side, number)

    def make_again(self, side: str, number: int, *how) -> None:
        wires.make_again(side, number, *how, mtu=self._mtu)

    def give_routes(self, side: str, number: int) -> None:
        wires.give_routes(side, number)

    def take_routes(self, side: str, number: int) -> None:
        wires.take_routes(side, number)
