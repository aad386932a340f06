"""A path that dies silently is left by what its class asks for, is named at both ends, and is used again when it is back."""
import contextlib
import signal

import pytest

from lab.wait import wait_until

# A line that is cut far away says nothing to either end.
pytestmark = pytest.mark.parametrize("lab", [{"profiles": ["wire"]}], indirect=True, ids=["wire"])

NUMBERS = {f"path{number}": number for number in (1, 2, 3)}


@contextlib.contextmanager
def every_packet(lab, **of_class):
    """Goes as this class says, at both gateways."""
    for gateway in lab.gateways:
        with gateway.configuration() as content:
            content["tunnels"][gateway.far]["classes"] = {"all": of_class}
        gateway.reload()
    try:
        yield
    finally:
        for gateway in lab.gateways:
            with gateway.configuration() as content:
                del content["tunnels"][gateway.far]["classes"]
            gateway.reload()


def path(gateway, name):
    return gateway.path_counters()[name]


def shares(lab, gateway):
    """Of the copies sent but probes, by path."""
    before = gateway.path_counters()
    lab.let_come(1000, gateway)
    after = gateway.path_counters()
    grown = {it: sum(sign * (after[it][what] - before[it][what]) for what, sign in (("tx_copies", 1), ("tx_probes", -1)))
             for it in after}
    return {it: copies / sum(grown.values()) for it, copies in grown.items()}


def carried_alone(lab, gateway, name):
    """Hardly anything but probes and hellos goes by the others."""
    return shares(lab, gateway)[name] > 0.9


def test_the_active_path_is_cut_and_comes_back(lab):
    """What is lost is what was sent before it was found out, and nothing comes twice."""
    with every_packet(lab, mode="best"):
        with lab.stream(rate=1000) as stream:
            lab.let_pass(500)
            cut = lab.carrier(lab.edge)
            sealed = [gateway.tunnel()["sealed_packets"] for gateway in lab.gateways]
            lab.routers[NUMBERS[cut]].drop()
            for gateway in lab.gateways:
                gateway.wait_for_state(cut, "down")
            unnoticed = [gateway.tunnel()["sealed_packets"] - before for gateway, before in zip(lab.gateways, sealed)]
            for gateway in lab.gateways:
                assert "nothing came from the peer by it for" in path(gateway, cut)["reason"]
            lab.let_pass(500)
            lab.routers[NUMBERS[cut]].restore()
            for gateway in lab.gateways:
                gateway.wait_for_state(cut, "up")
            lab.let_pass(500)
        stream.assert_nothing_twice()
        for outcome, most in zip((stream.edge, stream.hub), unnoticed):
            assert outcome.refused == 0 and outcome.lost <= most, (outcome, unnoticed)


def test_backup_waits_for_its_turn_and_gives_way_again(lab):
    with every_packet(lab, mode="backup", paths=["path2", "path3", "path1"]):
        with lab.stream(rate=1000) as stream:
            wait_until("path2 carries all", lambda: carried_alone(lab, lab.edge, "path2"), seconds=60)
            lab.routers[2].drop()
            lab.edge.wait_for_state("path2", "down")
            wait_until("path3 carries all", lambda: carried_alone(lab, lab.edge, "path3"), seconds=60)
            lab.routers[2].restore()
            lab.edge.wait_for_state("path2", "up")
            wait_until("path2 carries all again", lambda: carried_alone(lab, lab.edge, "path2"), seconds=60)
        stream.assert_nothing_twice()


def test_the_dead_direction_is_named_at_both_ends(lab):
    """What the edge sends on path 1 is swallowed, the other direction is whole."""
    lab.routers[1].change(upload={"link": "down"})
    try:
        reasons = []
        for gateway in lab.gateways:
            gateway.wait_for_state("path1", "down")
            wait_until(lambda: f"a reason at {gateway.name}", lambda: path(gateway, "path1")["reason"])
            reasons.append(path(gateway, "path1")["reason"])
        assert sorted("does not arrive" in reason for reason in reasons) == [False, True], reasons
        assert sorted("nothing came" in reason for reason in reasons) == [False, True], reasons
    finally:
        lab.routers[1].change(upload={"link": "up"})
    for gateway in lab.gateways:
        gateway.wait_for_state("path1", "up")


def test_draining_and_using_a_path_loses_nothing(lab):
    for of_class in ({"mode": "best"}, {"mode": "duplicate"}):
        with every_packet(lab, **of_class), lab.stream(rate=2000) as stream:
            for _ in range(3):
                lab.let_pass(300)
                drained = lab.carrier(lab.edge)
                for gateway in lab.gateways:
                    assert gateway.ropewalk("path", "drain", drained).returncode == 0
                assert path(lab.edge, drained)["drained"]
                lab.let_pass(300)
                assert not carried_alone(lab, lab.edge, drained)
                for gateway in lab.gateways:
                    assert gateway.ropewalk("path", "use", f"{gateway.far}/{drained}").returncode == 0
        stream.assert_perfect()


def test_the_last_path_is_not_drained_and_an_unknown_one_is_named(lab):
    for name in ("path1", "path2"):
        assert lab.edge.ropewalk("path", "drain", name).returncode == 0
    refused = lab.edge.ropewalk("path", "drain", "path3")
    assert refused.returncode == 1 and "the last path of tunnel hub" in refused.stderr
    refused = lab.edge.ropewalk("path", "drain", "lte")
    assert refused.returncode == 1 and "the paths are hub/path1, hub/path2, hub/path3" in refused.stderr
    for name in ("path1", "path2"):
        assert lab.edge.ropewalk("path", "use", name).returncode == 0


def test_a_path_is_left_although_control_is_dead(lab):
    """Workers leave it by the silence that their orders allow; the next control takes over what they had."""
    with every_packet(lab, mode="best"), lab.stream(rate=1000) as stream:
        lab.let_pass(500)
        cut = lab.carrier(lab.edge)
        for gateway in lab.gateways:
            gateway.kill("control", signal.SIGKILL)
        lab.routers[NUMBERS[cut]].drop()
        wait_until(f"{cut} carries nothing", lambda: shares(lab, lab.edge)[cut] < 0.1, seconds=60)
        lab.let_pass(1000)
        for gateway in lab.gateways:
            assert {now["state"] for now in gateway.path_counters().values()} == {"stale"}
        lab.routers[NUMBERS[cut]].restore()
        lab.start()
        for gateway in lab.gateways:
            gateway.wait_for_state(cut, "up")
        lab.let_pass(500)
    stream.assert_nothing_twice()


def is_spared(lab, gateway, name):
    """What is not the users' is some messages a second, and they send a thousand packets."""
    return shares(lab, gateway)[name] < 0.05


@contextlib.contextmanager
def metered(lab, name):
    """The path costs by the byte, as both gateways know. The others' probes are slow enough that a machine which gives them no
    CPU for a moment makes none of them suspect."""
    for gateway in lab.gateways:
        with gateway.configuration() as content:
            content["tunnels"][gateway.far]["paths"][name]["metered"] = True
            content["tunnels"][gateway.far]["probe_interval"] = "300ms"
        gateway.reload()
    try:
        yield
    finally:
        for gateway in lab.gateways:
            with gateway.configuration() as content:
                del content["tunnels"][gateway.far]["paths"][name]["metered"]
                del content["tunnels"][gateway.far]["probe_interval"]
            gateway.reload()
        for gateway in lab.gateways:
            gateway.wait_for_state(name, "up")


def test_a_metered_path_carries_only_when_no_other_is_fit(lab):
    """Nothing of the users' goes by it while others live, all does when they are cut, nothing when they are back."""
    for mode in ("duplicate", "best"):
        with every_packet(lab, mode=mode), metered(lab, "path3"):
            for gateway in lab.gateways:
                gateway.wait_for_state("path3", "metered-idle")
            with lab.stream(rate=1000) as stream:
                lab.let_pass(500)
                for gateway in lab.gateways:
                    wait_until(f"hardly anything of {gateway.name} goes by path3",
                               lambda: is_spared(lab, gateway, "path3"), seconds=60)
                sealed = [gateway.tunnel()["sealed_packets"] for gateway in lab.gateways]
                logged = [len(gateway.log("control")) for gateway in lab.gateways]
                lab.routers[1].drop()
                for gateway in lab.gateways:
                    gateway.wait_for_state("path1", "down")
                    gateway.wait_for_state("path3", "metered-idle")
                lab.routers[2].drop()
                for gateway in lab.gateways:
                    gateway.wait_for_state("path2", "down")
                    gateway.wait_for_state("path3", "up")
                unnoticed = [gateway.tunnel()["sealed_packets"] - before for gateway, before in zip(lab.gateways, sealed)]
                before = [path(gateway, "path3")["rx_first"] for gateway in lab.gateways]
                lab.let_pass(1000)
                for gateway, first in zip(lab.gateways, before):
                    assert path(gateway, "path3")["rx_first"] > first + 100
                for number in (1, 2):
                    lab.routers[number].restore()
                for gateway in lab.gateways:
                    for name in ("path1", "path2"):
                        gateway.wait_for_state(name, "up")
                    gateway.wait_for_state("path3", "metered-idle")
                for gateway, told in zip(lab.gateways, logged):
                    wait_until(f"hardly anything of {gateway.name} goes by path3",
                               lambda: is_spared(lab, gateway, "path3"), seconds=60)
                    for what in ("carries traffic now", "is idle: other paths are fit"):
                        assert what in gateway.log("control")[told:]
            stream.assert_nothing_twice()
            for outcome, most in zip((stream.edge, stream.hub), unnoticed):
                assert outcome.refused == 0 and outcome.lost <= most, (outcome, unnoticed)


def test_loss_and_delay_have_their_states(lab):
    lab.routers[2].change(both={"loss": "40%"})
    for gateway in lab.gateways:
        gateway.wait_for_state("path2", "lossy", because="is lost")
    lab.routers[2].change(both={"loss": "0%"})
    lab.routers[3].change(both={"delay": "400ms"})
    for gateway in lab.gateways:
        gateway.wait_for_state("path3", "slow", because="later than by the fastest path")
    lab.routers[3].change(both={"delay": "0ms"})
    for gateway in lab.gateways:
        for name in ("path2", "path3"):
            gateway.wait_for_state(name, "up")


def test_what_is_measured_is_what_the_line_does(lab):
    """Round trips, and how far a path is behind the fastest one."""
    lab.routers[1].change(both={"delay": "10ms"})
    lab.routers[2].change(both={"delay": "40ms"})
    try:
        for gateway in lab.gateways:
            wait_until(lambda: f"round trips at {gateway.name}: {gateway.path_counters()}",
                       lambda: 20_000 <= path(gateway, "path1")["round_trip_us"] < 30_000
                       and 80_000 <= path(gateway, "path2")["round_trip_us"] < 90_000
                       and path(gateway, "path2")["rx_delay_over_best_us"] > path(gateway, "path1")["rx_delay_over_best_us"],
                       seconds=30)
    finally:
        for number in (1, 2):
            lab.routers[number].change(both={"delay": "0ms"})


def test_a_path_that_flaps_is_left_alone_ever_longer(lab):
    """It is held down twice as long each time; what goes by the others does not notice, and it is used again in the end."""
    for gateway in lab.gateways:
        gateway.stop_for_good()
    lab.start()
    with lab.stream(rate=1000) as stream:
        for count in (1, 2, 3):
            lab.routers[1].drop()
            held_down_ms = []
            for gateway in lab.gateways:
                gateway.wait_for_state("path1", "down")
                now = path(gateway, "path1")
                assert now["flaps"] == count
                held_down_ms.append(now["since_ms"] + now["hold_down_ms"])
            lab.routers[1].restore()
            for gateway in lab.gateways:
                gateway.wait_for_state("path1", "up")
    stream.assert_perfect()
    # Both numbers are rounded down.
    assert all(4 * 1000 - 2 <= it <= 4 * 1000 for it in held_down_ms), held_down_ms
