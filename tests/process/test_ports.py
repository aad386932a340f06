"""Interfaces come, go and change under a running gateway: each port follows its own, the others go on, nothing is lost."""
import contextlib
import signal

import pytest

from lab import namespace, wires
from lab.addresses import GATEWAY, outside
from lab.capture import Wire
from lab.lab import MORE_THAN_TWO_BURSTS
from lab.wait import wait_until

LENGTH = 29
OTHER_MAC = "02:00:00:00:99:01"


@pytest.fixture(scope="module", autouse=True, params=[1, 2], ids=["one-worker", "two-workers"])
def workers(lab, request):
    """With two workers, each kernel interface has two queues, among which its flows are shared out."""
    texts = {gateway: gateway.file.read_text() for gateway in lab.gateways}
    for gateway in lab.gateways:
        gateway.stop_for_good()
        with gateway.configuration() as content:
            content["dataplane"] |= {"workers": request.param}
    lab.start()
    yield
    for gateway, text in texts.items():
        gateway.stop_for_good()
        gateway.file.write_text(text)
    lab.start()


def port(gateway, name: str) -> dict:
    return next(port for port in gateway.show("ports")["ports"] if port["name"] == name)


def path(gateway, name: str) -> dict:
    return gateway.path_counters()[name]


def index_of(side: str, interface: str) -> int:
    return int(namespace.run(side, "cat", f"/sys/class/net/{interface}/ifindex").stdout)


def wait_for_port(gateway, name: str, link: str, reason: str = "") -> None:
    wait_until(lambda: f"{name} of {gateway.name} is {link} because '{reason}', not {port(gateway, name)}",
               lambda: port(gateway, name)["link"] == link and reason in port(gateway, name)["reason"])


@contextlib.contextmanager
def watched(lab, number: int):
    """Under a stream: what the block does to path `number` is lost nowhere, the path carries again afterwards, and the
    others' links never changed."""
    others = {f"wan{other}" for other in lab.routers if other != number}
    before = {name: port(lab.edge, name)["changes"] for name in others}
    with lab.stream(rate=1000) as stream:
        lab.let_pass(300)
        yield
        lab.wait_for_copies(MORE_THAN_TWO_BURSTS, number)
        lab.let_pass(300)
    stream.assert_perfect()
    assert {name: port(lab.edge, name)["changes"] for name in others} == before


@contextlib.contextmanager
def deleted(side: str, number: int, *how):
    namespace.ip(side, "link", "del", f"wan{number}")
    try:
        yield
    finally:
        wires.make_again(side, number, *how)


@contextlib.contextmanager
def set_down(side: str, number: int):
    namespace.ip(side, "link", "set", f"wan{number}", "down")
    try:
        yield
    finally:
        namespace.ip(side, "link", "set", f"wan{number}", "up")
        wires.give_routes(side, number)


def test_an_interface_that_is_not_there_at_start_is_taken_when_it_comes(lab):
    lab.edge.kill("dataplane", signal.SIGTERM)
    with deleted("edge", 2):
        logged = len(lab.edge.log("dataplane"))
        lab.edge.start("dataplane")
        lab.edge.wait_for_paths("path1", "path3")
        lab.send(500).assert_perfect()
        reason = "no interface wan2 here"
        shown = port(lab.edge, "wan2")
        assert (shown["link"], shown["reason"], shown["address"]) == ("down", reason, None), shown
        shown = path(lab.edge, "path2")
        assert (shown["state"], shown["reason"]) == ("down", reason), shown
        for page in ("ports", "paths"):
            assert f"! port wan2: {reason}\n" in lab.edge.show_text(page)
        assert lab.edge.log("dataplane")[logged:].count(f"port wan2: link is down: {reason}") == 1
        lines = lab.edge.log("dataplane")
    lab.wait_until_carried()
    lab.edge.wait_for_log("dataplane", "port wan2: link is up", after=len(lines))
    lab.send(500).assert_perfect()


@pytest.mark.parametrize("side", ["edge", "hub"])
def test_an_interface_that_is_deleted_and_made_again(lab, side):
    gateway = {"edge": lab.edge, "hub": lab.hub}[side]
    before = gateway.drops()
    logged = len(gateway.log("dataplane"))
    with watched(lab, 1):
        with deleted(side, 1):
            wait_for_port(gateway, "wan1", "down", "no interface wan1 here")
            lab.let_pass(500)
        wait_for_port(gateway, "wan1", "up")
    after = gateway.drops()
    assert after["wan_port_down"] - before["wan_port_down"] >= 500, (before, after)
    assert port(gateway, "wan1")["address"] in namespace.ip(side, "link", "show", "wan1")
    assert gateway.log("dataplane")[logged:].count("port wan1: link is down: no interface wan1 here") == 1


def test_an_interface_that_is_made_again_under_the_same_index(lab):
    """Between two looks, as it were: by its index nobody could tell it from the one before."""
    index = index_of("edge", "wan1")
    with watched(lab, 1):
        with deleted("edge", 1, "index", index):
            pass
        assert index_of("edge", "wan1") == index


def test_an_interface_that_comes_and_goes_again_and_again(lab):
    """Each time another; no descriptor is left behind, and the log has fewer lines than there were changes."""
    before = lab.edge.descriptors("dataplane")
    logged = len(lab.edge.log("dataplane"))
    with watched(lab, 3):
        for _ in range(10):
            with deleted("edge", 3):
                wait_for_port(lab.edge, "wan3", "down")
            wait_for_port(lab.edge, "wan3", "up")
    wait_until(lambda: f"the edge has {before} descriptors, not {lab.edge.descriptors('dataplane')}",
               lambda: lab.edge.descriptors("dataplane") == before)
    assert lab.edge.log("dataplane")[logged:].count("port wan3: link is down: no interface") < 5


def test_an_interface_that_is_renamed_and_back(lab):
    with watched(lab, 2):
        with set_down("edge", 2):
            namespace.ip("edge", "link", "set", "wan2", "name", "elsewhere")
            try:
                wait_for_port(lab.edge, "wan2", "down", "no interface wan2 here")
                lab.let_pass(300)
            finally:
                namespace.ip("edge", "link", "set", "elsewhere", "name", "wan2")
            wait_for_port(lab.edge, "wan2", "down", "interface wan2 is set down")


def test_an_interface_that_is_set_down_and_up(lab):
    before = lab.edge.drops()["wan_port_down"]
    with watched(lab, 2):
        with set_down("edge", 2):
            wait_for_port(lab.edge, "wan2", "down", "interface wan2 is set down; ip link set wan2 up")
            lab.edge.wait_for_drops("wan_port_down", before + 100)
            assert path(lab.edge, "path2")["state"] == "down"


def test_another_ethernet_address(lab):
    """Frames come from the address that the interface has now."""
    mac = port(lab.edge, "wan1")["address"]
    try:
        with watched(lab, 1), Wire("path1", "edge") as wire:
            namespace.ip("edge", "link", "set", "wan1", "address", OTHER_MAC)
            namespace.ip("path1", "neigh", "flush", "dev", "edge")
            source = bytes.fromhex(OTHER_MAC.replace(":", ""))
            wire.wait_for("a copy from the new address", lambda frame: frame[6:12] == source and b"\x11\x94" in frame[34:38])
            wait_until("the edge shows it", lambda: port(lab.edge, "wan1")["address"] == OTHER_MAC)
    finally:
        namespace.ip("edge", "link", "set", "wan1", "address", mac)
        namespace.ip("path1", "neigh", "flush", "dev", "edge")


@contextlib.contextmanager
def removed_by_reload(gateway, number: int):
    """A port and the path on it are not in the configuration. What the block makes of the port is what comes back."""
    with gateway.configuration() as content:
        of_path = content["tunnels"][gateway.far]["paths"].pop(f"path{number}")
        of_port = content["ports"].pop(f"wan{number}")
    try:
        printed = gateway.reload()
        assert f"ports.wan{number}" in printed and "restart" not in printed, printed
        yield of_port
    finally:
        with gateway.configuration() as content:
            # Another place among the ports, as it came last.
            content["ports"][f"wan{number}"] = of_port
            content["tunnels"][gateway.far]["paths"][f"path{number}"] = of_path
        printed = gateway.reload()
    assert f"ports.wan{number}" in printed and "restart" not in printed, printed


def packet_sockets(side: str, interface: str) -> int:
    index = index_of(side, interface)
    lines = namespace.run(side, "cat", "/proc/net/packet").stdout.splitlines()[1:]
    return sum(int(line.split()[4]) == index for line in lines)


@pytest.mark.parametrize("number", [1, 3], ids=["the-first", "the-last"])
def test_a_port_and_its_path_go_and_come_by_reload(lab, number):
    dataplane = lab.edge.pid("dataplane")
    others = {f"path{other}" for other in lab.routers if other != number}
    with lab.stream(rate=1000) as stream:
        lab.let_pass(300)
        with removed_by_reload(lab.edge, number):
            lab.edge.wait_until_paths_are(others)
            assert {port["name"] for port in lab.edge.show("ports")["ports"]} == {f"wan{other[4:]}" for other in others}
            wait_until(lambda: f"nobody listens on wan{number}: {packet_sockets('edge', f'wan{number}')}",
                       lambda: packet_sockets("edge", f"wan{number}") == 0)
            lab.let_pass(500)
        lab.edge.wait_for_paths(*others, f"path{number}")
        lab.wait_for_copies(MORE_THAN_TWO_BURSTS, number)
    stream.assert_perfect()
    assert lab.edge.pid("dataplane") == dataplane


def test_a_port_that_comes_by_reload_may_have_its_interface_later(lab):
    with removed_by_reload(lab.edge, 2), contextlib.ExitStack() as later:
        later.enter_context(deleted("edge", 2))
        wait_until("wan2 is no port", lambda: "wan2" not in {port["name"] for port in lab.edge.show("ports")["ports"]})
    wait_for_port(lab.edge, "wan2", "up")
    lab.wait_until_carried()
    lab.send(500).assert_perfect()


def rename(side: str, number: int, before: str, after: str) -> None:
    for words in (("set", before, "down"), ("set", before, "name", after), ("set", after, "up")):
        namespace.ip(side, "link", *words)
    wires.give_routes(side, number)


def test_a_port_that_was_removed_may_come_back_on_another_interface(lab):
    dataplane = lab.edge.pid("dataplane")
    with lab.stream(rate=1000) as stream:
        for before, after in (("wan2", "modem"), ("modem", "wan2")):
            with removed_by_reload(lab.edge, 2) as of_port:
                rename("edge", 2, before, after)
                of_port["interface"] = after
            lab.wait_for_copies(MORE_THAN_TWO_BURSTS, 2)
    stream.assert_perfect()
    assert lab.edge.pid("dataplane") == dataplane


def test_a_port_that_came_with_a_reload_which_another_one_spoilt_carries_after_the_next(lab):
    text = lab.edge.file.read_text()
    with lab.edge.configuration() as content:
        paths, ports = content["tunnels"]["hub"]["paths"], content["ports"]
        of_path = {number: paths.pop(f"path{number}") for number in (2, 3)}
        of_port = {number: ports.pop(f"wan{number}") for number in (2, 3)}

    def write(**more_of_wan2) -> None:
        with lab.edge.configuration() as content:
            content["ports"] |= {"lte": of_port[3], "wan2": of_port[2] | more_of_wan2}
            content["tunnels"]["hub"]["paths"] |= {"path2": of_path[2], "path3": of_path[3] | {"port": "lte"}}
    try:
        lab.edge.reload()
        write(queues=[0])
        spoilt = lab.edge.ropewalk("reload")
        assert spoilt.returncode != 0 and "ports.wan2: its queues are not those" in spoilt.stdout + spoilt.stderr, spoilt
        write()
        with lab.stream(rate=1000) as stream:
            lab.edge.reload()
            lab.wait_for_copies(MORE_THAN_TWO_BURSTS, 2, 3)
        stream.assert_perfect()
    finally:
        lab.edge.file.write_text(text)
        lab.edge.reload()
    lab.wait_until_up()


def test_a_local_address_that_is_removed_is_named(lab):
    mine = outside("edge", "ipv4", 2, GATEWAY)
    why = f"its local address {mine} is not an address of this machine"

    def problems() -> str:
        return "\n".join(lab.edge.problems())
    logged = len(lab.edge.log("control"))
    with watched(lab, 2):
        namespace.ip("edge", "address", "del", f"{mine}/{LENGTH}", "dev", "wan2")
        try:
            wait_until(lambda: f"the edge names it: {problems()}", lambda: why in problems())
        finally:
            namespace.ip("edge", "address", "add", f"{mine}/{LENGTH}", "dev", "wan2")
            wires.give_routes("edge", 2)
        wait_until(lambda: f"it is over: {problems()}", lambda: why not in problems())
    assert lab.edge.log("control")[logged:].count(why) == 1
