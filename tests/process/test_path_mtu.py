"""What a path carries is found by probes, where a router says so and where nobody does; what is sent inside goes on."""
import socket
import struct

import pytest

from lab import namespace
from lab.addresses import INSIDE
from lab.lab import OVERHEAD
from lab.transfer import connection, over_tcp
from lab.wait import wait_until

pytestmark = pytest.mark.parametrize(
    "lab", [{"paths": 2, "outer": outer, "profiles": ["wire"]} for outer in ("ipv4", "ipv6")], indirect=True, scope="module",
    ids=lambda it: it["outer"])

MEGABYTE = struct.pack("!262144I", *range(262144))
WIDE = {"mtu": "unlimited", "too_big": "icmp", "loss": "0%"}
# Probes of one path that are lost between a shrink and the answer to it: a check, and tries of three probes, of which the large
# ones are lost, every 50 ms. So many take less than 3 s of control's time.
MOST_PROBES_LOST = 80


@pytest.fixture
def overhead(request) -> int:
    return OVERHEAD[request.node.callspec.params["lab"]["outer"]]


@pytest.fixture(autouse=True)
def paths_are_wide_again(lab):
    yield
    change(lab, WIDE)
    for gateway in lab.gateways:
        gateway.forget_route_cache()
        wait_for_inner_mtu(lab.inner_mtu, gateway)


def change(lab, line: dict, *numbers: int) -> None:
    """Of these paths, or of all."""
    for number in numbers or lab.routers:
        lab.routers[number].change(both=line)


def wait_for_inner_mtu(expected: int, *gateways) -> None:
    for gateway in gateways:
        wait_until(lambda: f"the inner MTU of {gateway.name} is {expected}, not {gateway.tunnel()}; {gateway.log('control')[-600:]}",
                   lambda: gateway.tunnel()["inner_mtu"] == expected, seconds=40)


def wait_until_searched(lab, probed: int) -> None:
    """Every path was seen to carry so much and no more."""
    def paths():
        return [path for gateway in lab.gateways for path in gateway.show("paths")["paths"]]
    wait_until(lambda: f"every path carries {probed}: {[(path['probed_mtu'], path['mtu_search']) for path in paths()]}",
               lambda: all((path["probed_mtu"], path["mtu_search"]) == (probed, "complete") for path in paths()), seconds=40)


def lost_as_too_big(lab) -> list[int]:
    return [router.wan_counters()[way]["dropped"]["too_big"] for router in lab.routers.values() for way in ("upload", "download")]


def ping(size: int, version: int = 4) -> bool:
    headers = {4: 28, 6: 48}[version]
    done = namespace.run("edge", "ping", "-c", 1, "-W", 2, "-M", "do", "-s", size - headers, INSIDE[version]["hub"], check=False)
    return done.returncode == 0


def udp_arrives(size: int) -> bool:
    """A datagram that the sender's kernel may cut up, as most do."""
    with namespace.inside("hub"):
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.bind((INSIDE[4]["hub"], 0))
    with namespace.inside("edge"):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with receiver, sender:
        receiver.settimeout(10)
        sender.sendto(bytes(size), receiver.getsockname())
        return len(receiver.recv(1 << 16)) == size


def test_paths_that_carry_what_is_allowed_are_confirmed(lab):
    wait_until_searched(lab, 1500)
    for gateway in lab.gateways:
        assert gateway.tunnel()["inner_mtu"] == lab.inner_mtu
        assert "found by probing" not in gateway.log("control")
    assert " 1500 " in lab.edge.show_text("paths")


@pytest.mark.parametrize("too_big", ["silence", "icmp"])
def test_a_shrink_is_found_and_what_is_sent_inside_goes_on(lab, overhead, too_big):
    wait_until_searched(lab, 1500)
    narrow = 1400 - overhead
    lost_before = lost_as_too_big(lab)
    told = len(lab.edge.log("control"))
    with connection(seconds=20) as tcp, lab.stream(rate=100, size=200):
        assert tcp.carry(MEGABYTE) == MEGABYTE
        change(lab, {"mtu": "1400B", "too_big": too_big})
        wait_for_inner_mtu(narrow, *lab.gateways)
        assert tcp.carry(MEGABYTE) == MEGABYTE
    if too_big == "silence":
        assert all(now - before <= MOST_PROBES_LOST for now, before in zip(lost_as_too_big(lab), lost_before))
        for gateway in lab.gateways:
            assert gateway.tunnel()["inner_mtu_source"] in [f"path path{number}, MTU 1400 found by probing" for number in lab.routers]
        assert lab.edge.log("control")[told:].count("the inner MTU is") == 1
        assert f"the inner MTU is {narrow} bytes, before {lab.inner_mtu}: path path" in lab.edge.log("control")[told:]
    for version in INSIDE:
        assert ping(narrow, version)
        assert not ping(narrow + 1, version)
    assert over_tcp(MEGABYTE) == MEGABYTE
    assert udp_arrives(lab.inner_mtu - 28)


def test_one_narrow_path_makes_the_tunnel_narrow(lab, overhead):
    with lab.stream(rate=100, size=200) as stream:
        change(lab, {"mtu": "1460B", "too_big": "silence"}, 2)
        wait_for_inner_mtu(1460 - overhead, *lab.gateways)
    for outcome in (stream.edge, stream.hub):
        assert outcome.is_perfect, outcome
    assert lab.edge.tunnel()["inner_mtu_source"] == "path path2, MTU 1460 found by probing"
    assert {path["name"]: path["probed_mtu"] for path in lab.edge.show("paths")["paths"]} == {"path1": 1500, "path2": 1460}


def test_a_tenth_of_all_lost_makes_nothing_narrow(lab):
    """Many checks, of which many are lost, and nothing is refused."""
    told = [len(gateway.log("control")) for gateway in lab.gateways]
    change(lab, {"loss": "10%"})
    before = lab.edge.tunnel()["injected_packets"]
    with lab.stream(rate=100, size=200):
        # Eight hellos and checks a second.
        wait_until("a hundred messages more", lambda: lab.edge.tunnel()["injected_packets"] >= before + 100, seconds=60)
    for gateway, length in zip(lab.gateways, told):
        assert "the inner MTU is" not in gateway.log("control")[length:]


def test_another_control_keeps_what_was_found(lab, overhead):
    change(lab, {"mtu": "1400B", "too_big": "silence"})
    with lab.stream(rate=100, size=200):
        wait_for_inner_mtu(1400 - overhead, lab.edge)
    lab.edge.kill("control")
    lab.edge.start("control")
    lab.edge.wait_for_paths(*lab.edge.path_names())
    assert lab.edge.tunnel()["inner_mtu"] == 1400 - overhead
    wait_until_searched(lab, 1400)
    assert f"the inner MTU is {lab.inner_mtu}" not in lab.edge.log("control").rpartition("taking over")[2]


def test_probing_can_be_switched_off(lab, overhead):
    with lab.edge.configuration() as content:
        content["tunnels"]["hub"]["paths"]["path1"]["mtu_probing"] = "off"
    lab.edge.reload()
    def searches():
        return {path["name"]: path["mtu_search"] for path in lab.edge.show("paths")["paths"]}
    wait_until(lambda: f"path1 is left alone: {searches()}", lambda: searches()["path1"] == "disabled")
    change(lab, {"mtu": "1400B", "too_big": "silence"}, 1)
    with lab.stream(rate=100, size=200):
        wait_for_inner_mtu(1400 - overhead, lab.hub)
    assert lab.edge.tunnel()["inner_mtu"] == lab.inner_mtu, "it believes its file"
    with lab.edge.configuration() as content:
        del content["tunnels"]["hub"]["paths"]["path1"]["mtu_probing"]
    lab.edge.reload()
    wait_for_inner_mtu(1400 - overhead, lab.edge)
