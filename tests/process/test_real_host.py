"""A host as people have it: what the lab's has of it, and that hosts behind the gateways reach each other, by the rules of the
page that tells how, and by no others."""
import re
import socket

import pytest

from lab import namespace, real_host
from lab.addresses import GATEWAY, INSIDE, OTHER, SIDES, outside
from lab.wait import wait_until

pytestmark = pytest.mark.parametrize("lab", [{"host": "real", "outer": outer} for outer in ("ipv4", "ipv6")], indirect=True,
                                     ids=["ipv4", "ipv6"], scope="module")

NARROW = 1400
NEW_RULE = re.compile(r"^add rule inet filter (\w+) (.*)$", re.M)


def setting(side: str, name: str) -> int:
    return int(namespace.run(side, "sysctl", "-n", f"net.{name}").stdout)


def ping(user, other, version: int, size: int) -> bool:
    """Whether packets of so many bytes, which must not be fragmented, come back, all of them."""
    headers = {4: 28, 6: 48}[version]
    return namespace.run(user.where, "ping", "-c", 5, "-i", 0.2, "-W", 2, "-M", "do", "-s", size - headers,
                         other.addresses[version], check=False).returncode == 0


def test_it_is_what_it_is_said_to_be(lab):
    """Otherwise the other tests would say little."""
    for side in SIDES:
        for interface in {lab.host.interface(side, number) for number in lab.routers} | {"lan0"}:
            assert setting(side, f"ipv4.conf.{interface}.rp_filter") == 1
            assert setting(side, f"ipv6.conf.{interface}.accept_dad") == 1
            assert setting(side, f"ipv6.conf.{interface}.keep_addr_on_down") == 0
            features = namespace.run(side, "ethtool", "-k", interface).stdout
            assert "tx-udp-segmentation: on" in features and "tcp-segmentation-offload: on" in features
        for chain in ("input", "forward"):
            assert "policy drop" in namespace.run(side, "nft", "list", "chain", "inet", "filter", chain).stdout
    for version in ("-4", "-6"):
        defaults = namespace.ip("edge", version, "route", "show", "default").splitlines()
        assert [re.findall(r"dev (\w+).* metric (\d+)", line)[0] for line in defaults] == [
            (f"wan{number}", str(100 * number)) for number in lab.routers]
    assert len({path["local"] for path in lab.hub.path_counters().values()}) == 1
    assert [port["name"] for port in lab.hub.show("ports")["ports"] if port["side"] == "wan"] == ["wan1"]


def test_nothing_is_wrong_and_nothing_surprises(lab):
    for gateway in lab.gateways:
        summary = gateway.show("summary")
        assert (summary["problems"], summary["notes"]) == ([], [])


@pytest.mark.parametrize("version", INSIDE)
def test_hosts_behind_the_gateways_reach_each_other(lab, version):
    for side in SIDES:
        user, other = lab.host.users[side], lab.host.users[OTHER[side]]
        assert user.where not in SIDES and ping(user, other, version, lab.inner_mtu)
    lab.send(1000, version=version, size=lab.inner_mtu - 48).assert_perfect()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_path_alone_carries_both_ways(lab, number):
    """Whatever the metric of its default route."""
    for other in lab.routers.keys() - {number}:
        lab.routers[other].drop()
    with lab.stream(rate=500) as stream:
        lab.let_pass(500)
    stream.assert_perfect()


def test_the_firewall_lets_in_by_the_tunnel_and_not_by_a_wan(lab):
    with namespace.inside("hub"), socket.create_server(("0.0.0.0", 5003)):
        with namespace.inside("edge"):
            socket.create_connection((INSIDE[4]["hub"], 5003), timeout=10).close()
        with namespace.inside("path2"), pytest.raises(TimeoutError):
            socket.create_connection((outside("hub", "ipv4", 1, GATEWAY), 5003), timeout=2)


@pytest.mark.parametrize("rule", [f"{chain} {words}" for chain, words in NEW_RULE.findall(real_host.firewall())
                                  if "rw0" in words])
def test_each_rule_for_rw0_is_needed(lab, rule):
    """Without it somebody is not reached by somebody who is new to the kernel."""
    user, other = lab.host.users["edge"], lab.host.users["hub"]
    namespace.run("hub", "nft", "-f", "-", input=real_host.firewall().replace(f"add rule inet filter {rule}\n", ""))
    try:
        ways = [(user, INSIDE[4]["hub"]), (user, other.addresses[4]), (other, user.addresses[4])]
        reached = [namespace.run(who.where, "ping", "-c", 1, "-W", 1, whom, check=False).returncode == 0 for who, whom in ways]
        assert not all(reached), reached
    finally:
        real_host.load_firewall("hub")
    wait_until("all are reached again", lambda: ping(user, other, 4, 100))


def test_a_router_that_says_what_does_not_fit_is_heard(lab):
    """Its ICMP comes by each WAN, about copies that no chain of the firewall saw leave."""
    user, other = lab.host.users["edge"], lab.host.users["hub"]
    narrow = lab.inner_mtu - 1500 + NARROW

    def inner_mtu() -> int:
        return lab.edge.tunnel()["inner_mtu"]
    for number in lab.routers:
        namespace.ip(f"path{number}", "link", "set", "hub", "mtu", NARROW)
    try:
        assert not ping(user, other, 4, lab.inner_mtu)
        wait_until(lambda: f"the inner MTU of edge is {narrow}, not {inner_mtu()}", lambda: inner_mtu() == narrow)
        assert ping(user, other, 4, narrow)
    finally:
        for number in lab.routers:
            namespace.ip(f"path{number}", "link", "set", "hub", "mtu", 1500)
        lab.edge.forget_route_cache()
        wait_until(lambda: f"the inner MTU of edge is {lab.inner_mtu}, not {inner_mtu()}", lambda: inner_mtu() == lab.inner_mtu)
