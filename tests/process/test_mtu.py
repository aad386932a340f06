"""The inner MTU follows what the paths in use carry now: interfaces, and routers that say what does not fit. Nobody else sets
rw0's MTU for long."""
import re
import struct

import pytest

from lab import namespace
from lab.addresses import GATEWAY, INSIDE, outside
from lab.lab import OVERHEAD
from lab.place import BUILD
from lab.transfer import over_tcp
from lab.wait import wait_until

pytestmark = pytest.mark.parametrize("lab", [{"paths": 2, "outer": "ipv4"}, {"paths": 2, "outer": "ipv6"}], indirect=True,
                                     scope="module", ids=lambda it: it["outer"])

WIDE = 1500
MEGABYTE = struct.pack("!262144I", *range(262144))


@pytest.fixture
def outer(request) -> str:
    return request.node.callspec.params["lab"]["outer"]


@pytest.fixture
def overhead(outer) -> int:
    return OVERHEAD[outer]


@pytest.fixture(autouse=True)
def paths_are_wide_again(lab):
    yield
    for number in lab.routers:
        lab.routers[number].restore()
        set_mtu(WIDE, number)
    lab.start()
    for gateway in lab.gateways:
        gateway.forget_route_cache()
        wait_for_inner_mtu(lab.inner_mtu, gateway)


def set_mtu(mtu: int, number: int) -> None:
    """Of a path, at both its ends and its router."""
    for end in ("edge", "hub"):
        namespace.ip(end, "link", "set", f"wan{number}", "mtu", mtu)
        namespace.ip(f"path{number}", "link", "set", end, "mtu", mtu)


def narrow_behind_routers(lab, mtu: int) -> None:
    """Of every path, on the router's side towards hub; edge sees nothing of it on its own interfaces."""
    for number in lab.routers:
        namespace.ip(f"path{number}", "link", "set", "hub", "mtu", mtu)


def wait_for_inner_mtu(expected: int, *gateways) -> None:
    for gateway in gateways:
        wait_until(lambda: f"the inner MTU of {gateway.name} is {expected}, not {gateway.tunnel()}; {gateway.log('control')[-600:]}",
                   lambda: gateway.tunnel()["inner_mtu"] == expected)


def mtu_of_rw0(gateway) -> int:
    return int(re.search(r"mtu (\d+)", namespace.ip(gateway.name, "link", "show", "rw0"))[1])


def check(gateway) -> str:
    """What `ropewalk check` says of the gateway's file beside that it is good, on the gateway itself."""
    checked = namespace.run(gateway.name, BUILD.ropewalk, "check", gateway.file)
    assert "ok" in checked.stdout, checked
    return checked.stderr


def ping(size: int, version: int = 4) -> bool:
    """Whether a packet of so many bytes that must not be fragmented comes back."""
    headers = {4: 28, 6: 48}[version]
    done = namespace.run("edge", "ping", "-c", 1, "-W", 2, "-M", "do", "-s", size - headers, INSIDE[version]["hub"], check=False)
    return done.returncode == 0


def test_interfaces_that_are_narrower_than_the_yaml_says(lab, overhead):
    told = len(lab.edge.log("control"))
    for number in lab.routers:
        set_mtu(1460, number)
    narrow = 1460 - overhead
    wait_for_inner_mtu(narrow, *lab.gateways)
    why = "path path1, MTU 1460 of interface wan1"
    assert lab.edge.tunnel()["inner_mtu_source"] == why
    assert lab.edge.tunnel()["inner_mtu_configured"] == lab.inner_mtu
    assert f"{narrow}: {why}" in lab.edge.show_text("tunnels")
    wait_until("rw0 follows", lambda: all(mtu_of_rw0(gateway) == narrow for gateway in lab.gateways))
    for version in INSIDE:
        assert ping(narrow, version)
        assert not ping(narrow + 1, version)
    assert over_tcp(MEGABYTE) == MEGABYTE
    assert "ports.wan1: paths on it may send 1500 bytes, and interface wan1 carries 1460" in check(lab.edge)
    assert lab.edge.log("control")[told:].count(f"tunnel hub: the inner MTU is {narrow} bytes, before {lab.inner_mtu}: {why}") == 1


def test_one_narrow_path_is_enough_before_the_other_dies(lab, overhead):
    set_mtu(1460, 2)
    wait_for_inner_mtu(1460 - overhead, *lab.gateways)
    assert lab.edge.tunnel()["inner_mtu_source"] == "path path2, MTU 1460 of interface wan2"
    lab.routers[1].drop()
    assert over_tcp(MEGABYTE) == MEGABYTE
    assert ping(1460 - overhead)


def test_a_router_with_a_narrow_far_side(lab, outer, overhead):
    """It answers copies that do not fit, and the kernel keeps what it says."""
    narrow_behind_routers(lab, 1400)
    assert over_tcp(MEGABYTE) == MEGABYTE
    narrow = 1400 - overhead
    wait_for_inner_mtu(narrow, lab.edge)
    peer = outside("hub", outer, 1, GATEWAY)
    assert "mtu 1400" in namespace.ip("edge", "route", "get", peer)
    assert lab.edge.tunnel()["inner_mtu_source"] == f"path path1, MTU 1400 of the route to {peer}"
    for version in INSIDE:
        assert ping(narrow, version)


def test_what_a_router_said_holds_when_the_kernel_has_forgotten_it(lab, overhead):
    """Before users' packets may be larger, a probe must have arrived; the router answers it as it did before."""
    narrow_behind_routers(lab, 1400)
    assert not ping(lab.inner_mtu), "both copies end at routers"
    wait_for_inner_mtu(1400 - overhead, lab.edge)
    wait_until("a probe has confirmed it",
               lambda: all(path["probed_mtu"] == 1400 for path in lab.edge.show("paths")["paths"]))
    told = len(lab.edge.log("control"))
    lab.edge.forget_route_cache()
    peer = outside("hub", lab.outer, 1, GATEWAY)
    wait_until("the router has said it again", lambda: "mtu 1400" in namespace.ip("edge", "route", "get", peer))
    assert lab.edge.tunnel()["inner_mtu"] == 1400 - overhead
    assert f"the inner MTU is {lab.inner_mtu}" not in lab.edge.log("control")[told:]
    assert over_tcp(MEGABYTE) == MEGABYTE


@pytest.mark.parametrize("mtu", [1500, 1300, 1000])
def test_the_mtu_of_rw0_is_kept(lab, mtu):
    """With less than 1280 bytes the kernel takes IPv6 away from it, routes and all."""
    namespace.ip("edge", "link", "set", "rw0", "mtu", mtu)
    wait_until(lambda: f"rw0 has {lab.inner_mtu} again, not {mtu_of_rw0(lab.edge)}",
               lambda: mtu_of_rw0(lab.edge) == lab.inner_mtu)
    for version in INSIDE:
        wait_until(f"IPv{version} works", lambda: ping(lab.inner_mtu, version))


def test_copies_too_big_for_their_port_have_a_name_of_their_own(lab, overhead):
    """Between the change and control's answer to it, which is dead here."""
    before = lab.edge.drops()
    lab.edge.kill("control")
    namespace.ip("edge", "link", "set", "wan1", "mtu", 1400)
    assert ping(lab.inner_mtu), "by path 2"
    after = lab.edge.drops()
    assert after["wan_tx_too_big"] > before["wan_tx_too_big"]
    assert after["wan_tx_full"] == before["wan_tx_full"]
    lab.edge.start("control")
    wait_for_inner_mtu(1400 - overhead, lab.edge)


def test_a_path_that_is_too_narrow_for_the_tunnel_is_named_and_makes_no_other_narrow(lab, overhead):
    set_mtu(1300, 2)
    said = (f"hub/path2: MTU 1300 of interface wan2 leaves {1300 - overhead} bytes for inner packets where inner IPv6 needs 1280")
    wait_until(lambda: f"'{said}' is among {lab.edge.show('summary')['problems']}",
               lambda: any(problem.startswith(said) for problem in lab.edge.problems()))
    assert lab.edge.tunnel()["inner_mtu"] == lab.inner_mtu
    assert ping(lab.inner_mtu), "by path 1"
