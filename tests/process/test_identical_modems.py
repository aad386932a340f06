"""Two modems of one make hand out the same local address, and the hub has one address: the ports tell the paths apart."""
import pytest

from lab import namespace
from lab.addresses import GATEWAY, PREFIX, ROUTER, endpoint, outside

pytestmark = pytest.mark.parametrize("lab", [{"paths": 2}], indirect=True, ids=["two-paths"])

LOCAL = outside("edge", "ipv4", 1, GATEWAY)
MODEM = outside("edge", "ipv4", 1, ROUTER)
HUB = outside("hub", "ipv4", 1, GATEWAY)
# The second modem's address on the internet.
PUBLIC = outside("hub", "ipv4", 2, ROUTER)


def change_address(where: str, interface: str, old: str, new: str) -> None:
    namespace.ip(where, "address", "del", f"{old}/{PREFIX['ipv4']}", "dev", interface)
    namespace.ip(where, "address", "add", f"{new}/{PREFIX['ipv4']}", "dev", interface)


def make_second_modem_alike() -> None:
    change_address("edge", "wan2", outside("edge", "ipv4", 2, GATEWAY), LOCAL)
    change_address("path2", "edge", outside("edge", "ipv4", 2, ROUTER), MODEM)
    namespace.ip("edge", "route", "replace", f"{HUB}/32", "via", MODEM, "dev", "wan2", "metric", 2)
    namespace.ip("path2", "route", "replace", f"{HUB}/32", "via", outside("hub", "ipv4", 2, GATEWAY), "dev", "hub")
    namespace.run("path2", "nft", "-f", "-", input="add table ip nat\n"
                  "add chain ip nat post { type nat hook postrouting priority srcnat; }\n"
                  "add rule ip nat post oifname hub masquerade\n")


def test_both_carry(lab):
    make_second_modem_alike()
    with lab.edge.configuration() as content:
        content["tunnels"]["hub"]["paths"]["path2"] |= {"local": endpoint(LOCAL), "peer": endpoint(HUB)}
    with lab.hub.configuration() as content:
        content["tunnels"]["edge"]["paths"]["path2"] |= {"local": endpoint(HUB), "peer": endpoint(PUBLIC)}
    for gateway in lab.gateways:
        gateway.reload()
    lab.wait_until_carried()
    with lab.stream(rate=500) as stream:
        lab.wait_for_copies(500, 1, 2)
        lab.routers[1].drop()
        lab.wait_for_copies(500, 2)
    stream.assert_perfect()
