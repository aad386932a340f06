"""TCP connections through the tunnel outlive whatever happens to its paths and to the gateways."""
import signal

import pytest

from lab import kept

# A line that is cut far away says nothing to either end.
pytestmark = pytest.mark.parametrize("lab", [{"profiles": ["wire"]}], indirect=True, ids=["wire"])


@pytest.fixture(scope="module", params=["best", "duplicate"])
def mode(lab, request):
    for gateway in lab.gateways:
        with gateway.configuration() as content:
            content["tunnels"][gateway.far]["classes"] = {"all": {"mode": request.param}}


@pytest.fixture
def connections(lab, mode):
    """Through gateways that remember nothing: paths that were down before are held down."""
    for gateway in lab.gateways:
        gateway.stop_for_good()
    lab.start()
    with kept.bulk() as bulk, kept.typing() as typing:
        yield [bulk, typing]


def all_go_on(connections) -> None:
    for connection in connections:
        connection.must_go_on()


def wait_for_state(lab, number: int, state: str) -> None:
    for gateway in lab.gateways:
        gateway.wait_for_state(f"path{number}", state)


def test_paths_are_cut_and_restored(lab, connections):
    all_go_on(connections)
    for number in lab.routers:
        lab.routers[number].drop()
        wait_for_state(lab, number, "down")
        all_go_on(connections)
        lab.routers[number].restore()
        wait_for_state(lab, number, "up")
        all_go_on(connections)


def test_all_paths_are_dead_for_a_while(lab, connections):
    all_go_on(connections)
    for router in lab.routers.values():
        router.drop()
    for number in lab.routers:
        wait_for_state(lab, number, "down")
    for router in lab.routers.values():
        router.restore()
    all_go_on(connections)


def test_paths_get_bad(lab, connections):
    """The best one in turn: it loses much, and becomes slow, and narrow without a word."""
    for change in ({"loss": "20%"}, {"delay": "400ms"}, {"mtu": "1400B", "too_big": "silence"}):
        for number in lab.routers:
            lab.routers[number].change(both=change)
            all_go_on(connections)
        for number in lab.routers:
            lab.routers[number].change(both={"loss": "0%", "delay": "0ms", "mtu": "unlimited"})
        all_go_on(connections)


def test_paths_are_drained_removed_and_added(lab, connections):
    for number in lab.routers:
        for gateway in lab.gateways:
            assert gateway.ropewalk("path", "drain", f"path{number}").returncode == 0
        all_go_on(connections)
        for gateway in lab.gateways:
            assert gateway.ropewalk("path", "use", f"path{number}").returncode == 0
        with lab.edge.configuration() as content:
            removed = content["tunnels"]["hub"]["paths"].pop(f"path{number}")
        lab.edge.reload()
        all_go_on(connections)
        with lab.edge.configuration() as content:
            content["tunnels"]["hub"]["paths"][f"path{number}"] = removed
        lab.edge.reload()
        wait_for_state(lab, number, "up")
        all_go_on(connections)


@pytest.mark.parametrize("part", ["control", "dataplane"])
def test_processes_die_and_are_started_again(lab, connections, part):
    for gateway in lab.gateways:
        gateway.kill(part, signal.SIGKILL)
        gateway.start(part)
        lab.wait_until_up()
        all_go_on(connections)
