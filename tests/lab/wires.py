"""The wires of a path: from the gateway edge by a router to the gateway hub, through an emulator if there is one.

    edge:wanN --- edge | pathN forwards | hub --- hub:wanN
    edge:wanN --- edge | pathN forwards | hub --- near | ropewalk-wanem | far --- hub:wanN

So addresses and routes are the same with and without an emulator, and a packet that does not fit is answered on its way.
"""
from lab import namespace
from lab.addresses import GATEWAY, OTHER, PREFIX, ROUTER, outside

# Dataplane and emulator read whole frames from interfaces: checksums must be in them and nothing be joined up.
FRAME_BY_FRAME = ("tx", "off", "gso", "off", "gro", "off")


def join(end: str, interface: str, other_end: str, other_interface: str, mtu: int = 1500, *how) -> None:
    """A cable between two namespaces."""
    namespace.ip(end, "link", "add", interface, *how, "mtu", mtu, "type", "veth", "peer", "name", other_interface, "mtu", mtu,
                 "netns", other_end)


def carry_frame_by_frame(where: str, interface: str) -> None:
    namespace.run(where, "ethtool", "-K", interface, *FRAME_BY_FRAME)


def leave_to_emulator(where: str, interface: str) -> None:
    """The kernel neither answers nor speaks there."""
    namespace.set_kernel(where, f"net.ipv6.conf.{interface}.disable_ipv6=1")
    namespace.ip(where, "link", "set", interface, "arp", "off", "up")


def make_path(number: int, mtu: int, is_emulated: bool) -> None:
    """With addresses and the gateways' routes to each other; the namespaces are there."""
    router, port = f"path{number}", f"wan{number}"
    namespace.set_kernel(router, "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
    cables = [("edge", port, router, "edge")]
    cables += [(router, "hub", router, "near"), ("hub", port, router, "far")] if is_emulated else [("hub", port, router, "hub")]
    for end, interface, other_end, other_interface in cables:
        join(end, interface, other_end, other_interface, mtu)
        carry_frame_by_frame(end, interface)
        carry_frame_by_frame(other_end, other_interface)
    if is_emulated:
        leave_to_emulator(router, "near")
        leave_to_emulator(router, "far")
    for side in OTHER:
        _give_addresses(side, router, port, number)


def make_again(side: str, number: int, *how, mtu: int = 1500) -> None:
    """A gateway's cable to its router, which was deleted, is there again as it was, without an emulator; with other addresses
    of Ethernet. `how` is more for `ip link add`."""
    router, port = f"path{number}", f"wan{number}"
    join(side, port, router, side, mtu, *how)
    carry_frame_by_frame(side, port)
    carry_frame_by_frame(router, side)
    _give_addresses(side, router, port, number)


def set_up(side: str, number: int) -> None:
    """A gateway's interface that was set down. Its addresses stayed."""
    namespace.ip(side, "link", "set", f"wan{number}", "up")
    give_routes(side, number)


def give_routes(side: str, number: int) -> None:
    """To the other gateway's end of the path. They go when the interface is set down."""
    for family, length in PREFIX.items():
        namespace.ip(side, "route", "replace", f"{outside(OTHER[side], family, number, 0)}/{length}", "via",
                     outside(side, family, number, ROUTER))


def take_routes(side: str, number: int) -> None:
    for family, length in PREFIX.items():
        namespace.ip(side, "route", "del", f"{outside(OTHER[side], family, number, 0)}/{length}")


def _give_addresses(side: str, router: str, port: str, number: int) -> None:
    for where, interface, host in ((router, side, ROUTER), (side, port, GATEWAY)):
        for family, length in PREFIX.items():
            no_check = ("nodad",) if family == "ipv6" else ()
            namespace.ip(where, "address", "add", f"{outside(side, family, number, host)}/{length}", "dev", interface, *no_check)
        namespace.ip(where, "link", "set", interface, "up")
    give_routes(side, number)
