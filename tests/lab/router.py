"""A path's router namespace: the place where a path is cut, thinned or made worse."""
import pathlib

from lab import emulator, namespace
from lab.addresses import SIDES


class Router:
    """Drop rules act on what is forwarded, at once and without a word to the gateways; a link that goes down takes the
    carrier with it, and the kernel needs up to a second to use it again after it came back. With an emulator (`wan` is
    its socket) everything is dropped there, and the line may be changed in any way. `ends` are its interfaces to gateways that
    have this path alone on theirs."""

    def __init__(self, number: int, wan: pathlib.Path | None = None, ends: tuple[str, ...] = SIDES):
        self.number = number
        self.wan = wan
        self._ends = ends
        self.namespace = f"path{number}"

    def _nft(self, commands: str) -> None:
        namespace.run(self.namespace, "nft", "-f", "-", input=commands)

    def prepare(self) -> None:
        self._nft("add table inet lab\n"
                  "add chain inet lab forward { type filter hook forward priority 0; }\n")

    def drop(self, match: str = "") -> None:
        """Drops what matches, in nft's words; everything when nothing is said."""
        if self.wan and not match:
            self.change(both={"link": "down"})
            return
        self._nft(f"add rule inet lab forward {match} drop\n")

    def restore(self) -> None:
        if self.wan:
            self.change(both={"link": "up"})
        self._nft("flush chain inet lab forward\n")

    def change(self, **line) -> None:
        """In the words of the emulator's YAML."""
        emulator.change(self.wan, line)

    def wan_counters(self) -> dict:
        return emulator.counters(self.wan)

    def link(self, state: str) -> None:
        for interface in self._ends:
            namespace.ip(self.namespace, "link", "set", interface, state)

    def set_line(self, state: str) -> None:
        """As when a line is cut behind the modem. An emulator swallows everything and says nothing; without one the interfaces go
        down and take the carrier with them."""
        if self.wan:
            self.change(both={"link": state})
        else:
            self.link(state)
