"""A path that falls silent is told once at both ends, with the best reason that is known, and that it is over, too."""
import contextlib
import re
import signal
import subprocess

import pytest

from lab import namespace, wires
from lab.addresses import GATEWAY, INSIDE, OTHER, PREFIX, ROUTER, endpoint, outside
from lab.wait import wait_until

OVER = "all is well again"


@contextlib.contextmanager
def told_once(sides, number: int, words: str):
    """Within the block each of these gateways tells that once of its path, and when the block is over that it is over, once."""
    told = {gateway: len(gateway.log("control")) for gateway in sides}

    def count(gateway, text: str) -> int:
        return gateway.log("control")[told[gateway]:].count(f"{OTHER[gateway.name]}/path{number}: {text}")
    yield
    for gateway in sides:
        wait_until(lambda: f"{gateway.name} tells that it is over: {gateway.log('control')[told[gateway]:]}",
                   lambda: count(gateway, OVER) > 0)
    for gateway in sides:
        assert (count(gateway, words), count(gateway, OVER)) == (1, 1), gateway.log("control")[told[gateway]:]


def wait_for_word(gateway, number: int, text: str, already: int = 0) -> None:
    gateway.wait_for_log("control", f"{OTHER[gateway.name]}/path{number}: {text}", after=already)


def path_of(gateway, number: int) -> dict:
    return gateway.path_counters()[f"path{number}"]


def test_a_path_that_falls_silent_is_told_at_both_ends(lab):
    silent = "down: nothing came from the peer by it for"
    told = {gateway: len(gateway.log("control")) for gateway in lab.gateways}
    with told_once(lab.gateways, 2, silent):
        lab.routers[2].drop()
        for gateway in lab.gateways:
            wait_for_word(gateway, 2, silent, told[gateway])
        lab.routers[2].restore()


def test_a_port_without_carrier_is_the_reason(lab):
    told = {gateway: len(gateway.log("control")) for gateway in lab.gateways}
    reason = "its port wan3 is down: interface wan3 has no carrier"
    with told_once(lab.gateways, 3, reason):
        lab.routers[3].link("down")
        for gateway in lab.gateways:
            wait_for_word(gateway, 3, reason, told[gateway])
        lab.routers[3].link("up")


@contextlib.contextmanager
def deaf_router():
    namespace.ip("path1", "link", "set", "edge", "arp", "off")
    try:
        yield f"router {outside('edge', 'ipv4', 1, ROUTER)} does not answer on wan1"
    finally:
        namespace.ip("path1", "link", "set", "edge", "arp", "on")


@contextlib.contextmanager
def no_route():
    """The kernel takes the peer for a neighbour then."""
    peer = outside("hub", "ipv4", 1, GATEWAY)
    namespace.ip("edge", "route", "del", f"{outside('hub', 'ipv4', 1, 0)}/{PREFIX['ipv4']}")
    try:
        yield f"{peer} does not answer on wan1, where it would be a direct neighbour; if it is behind a router: ip route add {peer}"
    finally:
        wires.give_routes("edge", 1)


@pytest.mark.parametrize("fault", [deaf_router, no_route])
def test_a_next_hop_that_is_dead_at_the_start_of_control_is_named_all_the_time(lab, fault):
    """The kernel gives it up and asks anew in turn."""
    def is_named() -> bool:
        return any(reason in problem for problem in lab.edge.problems())
    lab.edge.kill("control", signal.SIGTERM)
    told = len(lab.edge.log("control"))
    with fault() as reason:
        namespace.ip("edge", "neigh", "flush", "dev", "wan1")
        lab.edge.start("control")
        wait_until(lambda: f"edge names it: {lab.edge.problems()}", is_named)
        wait_for_word(lab.edge, 1, reason, told)
        with lab.stream(rate=200):
            for _ in range(30):
                lab.let_pass(50)
                assert is_named(), lab.edge.problems()
        assert lab.edge.log("control")[told:].count(reason) == 1
    wait_until(lambda: f"it is over: {lab.edge.problems()}", lambda: not is_named(), seconds=30)


def test_what_control_cannot_say_is_not_told_as_nothing(lab):
    """It beats until it was silent for seconds, and answers nobody."""
    with lab.edge.stopped("control"):
        told = lab.edge.show_text("summary")
    assert "what it knows is missing here" in told or "control is not running" in told, told


def test_icmp_errors_about_copies_are_told_and_believed_by_nobody(lab):
    """A router refuses what goes to hub; the other way is as before."""
    hub = outside("hub", "ipv4", 3, GATEWAY)
    says = f"{outside('edge', 'ipv4', 3, ROUTER)} says by ICMP of copies to {endpoint(hub)}: administratively prohibited"
    told = len(lab.edge.log("control"))
    # That the path is down can be told in the same line, before it.
    line = re.compile(f"hub/path3: .*{re.escape(says)}")
    namespace.ip("path3", "route", "add", "prohibit", f"{hub}/32")
    try:
        with lab.stream(rate=500) as stream:
            wait_until(f"edge's control logs '{says}'", lambda: line.search(lab.edge.log("control")[told:]))
            wait_until(lambda: f"'{says}' is in {path_of(lab.edge, 3)}", lambda: says in path_of(lab.edge, 3)["hint"])
            assert f"note: hub/path3: {says}" in lab.edge.show_text("paths")
            before = path_of(lab.edge, 3)["tx_copies"]
            wait_until("copies are sent on it as before", lambda: path_of(lab.edge, 3)["tx_copies"] > before + 100)
            assert "does not arrive" in path_of(lab.edge, 3)["reason"], "as the probes say, and not because of that word"
        stream.assert_perfect()
    finally:
        namespace.ip("path3", "route", "del", "prohibit", f"{hub}/32")
    wait_until(lambda: f"it is over: {path_of(lab.edge, 3)}", lambda: not path_of(lab.edge, 3)["hint"], seconds=30)


def test_a_peer_whose_port_is_closed_says_so_by_icmp(lab):
    """While hub's control is down nobody holds the ports."""
    says = f"{outside('hub', 'ipv4', 1, GATEWAY)} says by ICMP of copies to"
    lab.hub.kill("control", signal.SIGTERM)
    wait_until(lambda: f"'{says}' is in {path_of(lab.edge, 1)}", lambda: says in path_of(lab.edge, 1)["hint"])
    assert "port unreachable" in path_of(lab.edge, 1)["hint"]


def test_a_peer_whose_numbers_ran_back_is_named_in_seconds(lab):
    """As when edge had lost its records and its clock went back by two hours: here hub has received what edge has yet to send."""
    tunnel = lab.hub.tunnel()
    records = lab.directory / "hub-state" / "sequence"
    recorded = [records / "received", records / f"{tunnel['rx_key_id']}.received"]
    told = len(lab.hub.log("control"))
    says = "copies come whose numbers are 7200 s of the peer's clock behind those received"
    lab.hub.stop_for_good()
    try:
        recorded[0].unlink()
        recorded[1].write_text(f"{tunnel['highest_received'] + 7_200_500_000_000}\n")
        lab.hub.start("control")
        lab.hub.start("dataplane")
        lab.hub.wait_for_log("control", f"tunnel edge: {says}", after=told)
        wait_until(lambda: f"hub shows it: {lab.hub.problems()}", lambda: any(says in problem for problem in lab.hub.problems()))
        before = lab.hub.drops()["too_old"]
        lab.hub.wait_for_drops("too_old", before + 20)
        assert lab.hub.log("control")[told:].count(says) == 1
    finally:
        lab.hub.stop_for_good()
        for file in recorded:
            file.unlink(missing_ok=True)


@contextlib.contextmanager
def expedited_traffic():
    """Echoes each way that wear DSCP 46."""
    sender = subprocess.Popen(namespace.command("edge", "ping", "-q", "-i", "0.02", "-Q", 46 << 2, INSIDE[4]["hub"]),
                              stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        sender.kill()
        sender.wait()


def test_a_path_that_throttles_what_is_large_is_lossy(lab):
    """Probes pass, as all that is small does; what users send does not."""
    with lab.stream(rate=200, size=1000) as stream:
        lab.let_pass(200)
        lab.routers[2].drop("ip length > 300 limit rate over 8 kbytes/second")
        for gateway in lab.gateways:
            wait_until(lambda: f"{gateway.name} says how much is lost: {path_of(gateway, 2)}",
                       lambda: path_of(gateway, 2)["state"] == "lossy" and "is lost" in path_of(gateway, 2)["reason"], seconds=30)
        lab.let_pass(200)
        lab.routers[2].restore()
        for gateway in lab.gateways:
            wait_until(lambda: f"{gateway.name} says that it is over: {path_of(gateway, 2)}",
                       lambda: path_of(gateway, 2)["state"] == "up", seconds=30)
    stream.assert_perfect()


def test_a_path_that_swallows_a_mark_says_so(lab):
    with expedited_traffic():
        lab.routers[2].drop("ip dscp 46")
        for gateway in lab.gateways:
            wait_until(lambda: f"{gateway.name} names the mark: {path_of(gateway, 2)}",
                       lambda: "marked DSCP 46 does not arrive" in path_of(gateway, 2)["reason"], seconds=30)
            states = {name: it["state"] for name, it in gateway.path_counters().items()}
            assert states == {"path1": "up", "path2": "lossy", "path3": "up"}
        lab.routers[2].restore()
        for gateway in lab.gateways:
            wait_until(lambda: f"{gateway.name} says that it is over: {path_of(gateway, 2)}",
                       lambda: path_of(gateway, 2)["state"] == "up", seconds=30)
