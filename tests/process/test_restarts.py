"""Each process dies under load, alone, and comes back; the other gateway is not touched."""
import signal
import time

import pytest


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
