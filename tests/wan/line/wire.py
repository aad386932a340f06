"""Two hosts in namespaces of their own, joined by an emulator."""
import socket

from lab import namespace, wires
from line.emulator import Emulator
from line.flow import SO_TIMESTAMPNS

NEAR, LINE, FAR = "wan-near", "wan-line", "wan-far"


class Host:
    def __init__(self, name: str, number: int):
        self.namespace = name
        self.ipv4 = f"198.18.0.{number}"
        self.ipv6 = f"2001:db8:18::{number}"
        self.mac = f"02:00:00:00:00:{number:02x}"


class Wire:
    """near:eth0 --- near | emulator | far --- far:eth0. Neighbours are known, so that only a test's frames are on the
    line, and no NIC feature stands between a test and its frames."""

    def __init__(self):
        self.near, self.far = Host(NEAR, 1), Host(FAR, 2)
        # A kernel begins to stamp frames some time after the first socket asked for it; until then a frame gets the time
        # at which it is read.
        self._keeps_stamps_on = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._keeps_stamps_on.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.remove()
        for name in (NEAR, LINE, FAR):
            namespace.add(name)
        for host, end in ((self.near, "near"), (self.far, "far")):
            self._join(host, end)
        for host, peer in ((self.near, self.far), (self.far, self.near)):
            self.introduce(host, peer.ipv4, peer.mac)
            self.introduce(host, peer.ipv6, peer.mac)

    @staticmethod
    def _join(host: Host, end: str) -> None:
        wires.join(host.namespace, "eth0", LINE, end)
        namespace.ip(host.namespace, "link", "set", "eth0", "address", host.mac)
        wires.carry_frame_by_frame(host.namespace, "eth0")
        wires.carry_frame_by_frame(LINE, end)
        wires.leave_to_emulator(LINE, end)
        namespace.set_kernel(host.namespace, "net.ipv6.conf.eth0.router_solicitations=0", "net.ipv6.conf.eth0.addr_gen_mode=1")
        # What a kernel with IPv6 says unasked is no test's frame.
        namespace.run(host.namespace, "nft", "add table ip6 quiet; add chain ip6 quiet output "
                      "{ type filter hook output priority 0; }; add rule ip6 quiet output icmpv6 type "
                      "{ mld2-listener-report, mld-listener-report, mld-listener-reduction } drop")
        namespace.ip(host.namespace, "link", "set", "eth0", "up")
        namespace.ip(host.namespace, "address", "add", f"{host.ipv4}/24", "dev", "eth0")
        namespace.ip(host.namespace, "address", "add", f"{host.ipv6}/64", "dev", "eth0", "nodad")

    @staticmethod
    def introduce(host: Host, address: str, mac: str) -> None:
        namespace.ip(host.namespace, "neigh", "replace", address, "lladdr", mac, "dev", "eth0", "nud", "permanent")

    def emulate(self, settings=None, **options) -> Emulator:
        return Emulator(LINE, settings or {}, **options)

    @staticmethod
    def remove() -> None:
        namespace.remove((NEAR, LINE, FAR))
