"""What a prefix would take away is said before it happens; a LAN is not taken, and all traffic locks nobody out."""
import pytest

from lab import namespace
from lab.addresses import GATEWAY, ROUTER, outside
from lab.place import BUILD
from lab.wait import wait_until

LAN = "198.18.1.0/24"
BEYOND = "198.18.77.7"
SECONDS = 5


@pytest.fixture(autouse=True)
def configuration_stays(lab):
    text = lab.edge.file.read_text()
    yield
    lab.edge.file.write_text(text)
    lab.edge.reload()
    lab.wait_until_up()


@pytest.fixture
def lan():
    """A network of edge's with the metric that NetworkManager gives it."""
    namespace.ip("edge", "link", "add", "lan0", "type", "veth", "peer", "name", "lan0far")
    namespace.ip("edge", "address", "add", "198.18.1.2/24", "dev", "lan0", "metric", "100")
    for end in ("lan0", "lan0far"):
        namespace.ip("edge", "link", "set", end, "up")
    yield
    namespace.run("edge", "ip", "link", "del", "lan0", check=False)


@pytest.fixture
def default_route():
    """By the router of path 1, with a metric as NetworkManager's."""
    router = outside("edge", "ipv4", 1, ROUTER)
    namespace.ip("edge", "route", "add", "default", "via", router, "dev", "wan1", "metric", "100")
    yield
    namespace.ip("edge", "route", "del", "default", "via", router, "dev", "wan1", "metric", "100")


def take(gateway, *prefixes: str) -> None:
    """More prefixes of the only tunnel."""
    with gateway.configuration() as content:
        content["tunnels"][gateway.far]["prefixes"] += prefixes


def check(gateway) -> str:
    """What `ropewalk check` says of the gateway's file beside that it is good, on the gateway itself."""
    checked = namespace.run(gateway.name, BUILD.ropewalk, "check", gateway.file)
    assert "ok" in checked.stdout, checked
    return checked.stderr


def leaves_by(destination: str, *source: str) -> str:
    words = namespace.ip("edge", "route", "get", destination, *source).split()
    return words[words.index("dev") + 1]


def wait_until_leaves_by(interface: str, destination: str) -> None:
    wait_until(lambda: f"{destination} leaves by {interface}, not {leaves_by(destination)}",
               lambda: leaves_by(destination) == interface, seconds=SECONDS)


def test_a_lan_is_not_taken_and_the_prefix_comes_when_it_is_gone(lab, lan):
    take(lab.edge, LAN)
    assert f"{LAN} is the network of interface lan0" in check(lab.edge)
    assert "network of interface lan0" in lab.edge.reload()
    assert leaves_by("198.18.1.9") == "lan0"
    assert "network of interface lan0" in lab.edge.ropewalk("show", "summary").stdout
    namespace.ip("edge", "link", "del", "lan0")
    wait_until_leaves_by("rw0", "198.18.1.9")


def test_a_lan_that_comes_later_gets_its_network_back(lab, request):
    take(lab.edge, LAN)
    lab.edge.reload()
    wait_until_leaves_by("rw0", "198.18.1.9")
    request.getfixturevalue("lan")
    wait_until_leaves_by("lan0", "198.18.1.9")


def test_the_inside_interfaces_own_network_is_no_conflict(lab):
    take(lab.edge, "192.0.2.0/24")
    assert check(lab.edge) == ""
    lab.edge.reload()
    assert lab.edge.problems() == []
    lab.send(500).assert_perfect()


def test_an_inside_network_without_a_prefix_is_named(lab):
    """What is sent to the peer's inside address would end as no_tunnel."""
    with lab.edge.configuration() as content:
        content["tunnels"]["hub"]["prefixes"] = ["198.18.7.0/24"]
    assert "inside.addresses: 192.0.2.1/24 leads all of 192.0.2.0/24 to the tunnels" in check(lab.edge)
    lab.edge.reload()
    notes = lab.edge.show("summary")["notes"]
    assert any("none of them has a prefix in it" in note for note in notes), notes


def test_all_traffic_locks_nobody_out(lab, default_route):
    mine = outside("edge", "ipv4", 1, GATEWAY)
    assert leaves_by(BEYOND) == "wan1"
    take(lab.edge, "0.0.0.0/0")
    said = check(lab.edge)
    assert mine in said and "route del" not in said, said
    lab.edge.reload()
    wait_until_leaves_by("rw0", BEYOND)
    assert leaves_by(BEYOND, "from", mine) == "wan1"
    assert "default via" in namespace.ip("edge", "route", "show")
    lab.wait_until_up()
    lab.send(500).assert_perfect()


def test_with_the_last_wide_prefix_its_rules_go(lab, default_route):
    before = namespace.ip("edge", "rule", "show")
    take(lab.edge, "0.0.0.0/0")
    lab.edge.reload()
    wait_until_leaves_by("rw0", BEYOND)
    assert namespace.ip("edge", "rule", "show") != before
    with lab.edge.configuration() as content:
        content["tunnels"]["hub"]["prefixes"].remove("0.0.0.0/0")
    lab.edge.reload()
    wait_until_leaves_by("wan1", BEYOND)
    assert namespace.ip("edge", "rule", "show") == before


def test_a_rule_by_port_is_honoured(lab):
    """The only way to path 2's far end stands in a table that its datagrams alone look into."""
    router = outside("edge", "ipv4", 2, ROUTER)
    network = f"{outside('hub', 'ipv4', 2, 0)}/29"
    way = namespace.ip("edge", "route", "show", network).split()
    assert router in way, way
    namespace.ip("edge", "rule", "add", "ipproto", "udp", "dport", "4500", "lookup", "100")
    namespace.ip("edge", "route", "add", network, "via", router, "dev", "wan2", "table", "100")
    namespace.ip("edge", "route", "del", network)
    try:
        lab.edge.kill("control")
        lab.edge.start("control")
        lab.edge.wait_for_paths("path2")
        assert lab.edge.problems() == []
    finally:
        namespace.ip("edge", "route", "add", network, "via", router, "dev", "wan2")
        namespace.ip("edge", "rule", "del", "ipproto", "udp", "dport", "4500", "lookup", "100")
        namespace.ip("edge", "route", "flush", "table", "100")
