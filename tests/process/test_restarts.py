"""Each process dies under load, alone, and comes back; the other gateway is not touched."""
import signal
import time

import pytest

from lab.lab import HOSTS

pytestmark = pytest.mark.parametrize("lab", [{"host": host} for host in HOSTS], indirect=True, ids=HOSTS)


@pytest.mark.parametrize("side", ["edge", "hub"])
def test_control_killed_under_load_loses_nothing(lab, side):
    gateway = getattr(lab, side)
    with lab.stream(rate=1000) as stream:
        lab.let_pass(500)
        gateway.kill("control")
        lab.let_pass(1500)
        gateway.start("control")
        gateway.wait_for_paths(*gateway.path_names())
        lab.let_pass(500)
    stream.assert_perfect()


def test_control_that_finds_another_file_hands_over_what_the_dataplane_can_take(lab):
    """What it reads at its start only waits, whether control was away or the main lcore stood still."""
    edge, text, pid = lab.edge, lab.edge.file.read_text(), lab.edge.pid("dataplane")
    seen = {part: len(edge.log(part)) for part in ("control", "dataplane")}
    with lab.stream(rate=1000) as stream:
        edge.kill("control")
        with edge.configuration() as content:
            content["dataplane"] |= {"memory": "256MiB"}
            content["tunnels"]["hub"]["classes"] = {"all": {"match": {}, "copies": 2}}
        edge.start("control")
        edge.wait_for_log("control", "edge was started with: dataplane.memory; it goes on", after=seen["control"])
        edge.wait_for_paths(*edge.path_names())
        assert edge.show("config")["config"]["tunnels"]["hub"]["classes"]["all"]["copies"] == 2, "the rest is taken over"
        lab.let_pass(500)
    stream.assert_perfect()
    with edge.stopped("dataplane"):
        edge.wait_for_log("control", "edge is gone", after=seen["control"])
        with edge.configuration() as content:
            content["inside"]["interface"] = "rw9"
        printed = edge.reload()
    assert "inside.interface" in printed and "restart" in printed, printed
    lab.wait_until_up()
    assert edge.pid("dataplane") == pid and edge.runs("dataplane")
    assert "refused" not in edge.log("dataplane")[seen["dataplane"]:]
    edge.file.write_text(text)
    edge.reload()


def test_a_dataplane_that_reads_what_is_superseded_while_it_starts_begins_again(lab):
    """A change waits for its restart; it comes back so soon that control has not seen it go."""
    edge, text = lab.edge, lab.edge.file.read_text()
    with edge.configuration() as content:
        content["dataplane"] |= {"memory": "160MiB"}
    assert "dataplane.memory" in edge.reload()
    seen = {part: len(edge.log(part)) for part in ("control", "dataplane")}
    edge.send_signal("control", signal.SIGSTOP)
    edge.kill("dataplane")
    edge.start("dataplane")
    edge.wait_for_log("dataplane", "memory: 128 MiB", after=seen["dataplane"])
    edge.send_signal("dataplane", signal.SIGSTOP)
    edge.send_signal("control", signal.SIGCONT)
    edge.wait_for_log("control", "what waited for the dataplane's restart is published", after=seen["control"])
    edge.send_signal("dataplane", signal.SIGCONT)
    edge.wait_for_log("dataplane", "beginning again", after=seen["dataplane"])
    edge.wait_for_log("dataplane", "memory: 160 MiB", after=seen["dataplane"])
    lab.wait_until_up()
    lab.send(500).assert_perfect()
    edge.file.write_text(text)
    edge.reload()
    edge.kill("dataplane", signal.SIGTERM)
    edge.start("dataplane")
    lab.wait_until_up()


@pytest.mark.parametrize("side", ["edge", "hub"])
def test_traffic_resumes_when_the_dataplane_is_back(lab, side):
    """How soon depends on the machine; the simulator has the bound, in virtual time."""
    gateway = getattr(lab, side)
    other = lab.hub if gateway is lab.edge else lab.edge
    with lab.stream(rate=1000) as stream:
        lab.let_pass(500)
        gateway.kill("dataplane")
        lab.let_come(300, other)
        started = time.monotonic()
        gateway.start("dataplane")
        lab.let_pass(500)
    stream.assert_nothing_twice()
    for direction in (stream.edge, stream.hub):
        assert direction.gap_start < started < direction.gap_end, f"the gap is not the restart's: {direction}"
        # Hardly more was lost than what was sent in the gap.
        assert direction.lost <= (direction.gap_end - direction.gap_start) * 1000 + 200, direction
    assert gateway.runs("control") and other.runs("control") and other.runs("dataplane")


def test_a_whole_gateway_stops_and_starts(lab):
    lab.hub.stop()
    lab.hub.start()
    lab.wait_until_up()
    stream = lab.send(1000)
    stream.assert_perfect()


@pytest.mark.parametrize("part", ["control", "dataplane"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_each_process_stops_cleanly_on_a_signal(lab, part, how):
    assert lab.edge.kill(part, how) == 0, lab.edge.log(part)[-1000:]
    lab.edge.start()
    lab.wait_until_up()


@pytest.mark.parametrize("first,second", [("control", "dataplane"), ("dataplane", "control")])
def test_either_process_may_start_first_and_says_that_it_waits(lab, first, second):
    lab.hub.stop()
    lab.hub.forget_shared_memory()
    already = len(lab.hub.log(first))
    lab.hub.start(first)
    lab.hub.wait_for_log(first, "waiting for", after=already)
    lab.hub.start(second)
    lab.wait_until_up()
