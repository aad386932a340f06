"""Link down and up, the timeline, and changes by hand."""
import socket

from line.flow import Flow
from line.measure import delays_ms, skip_if_squeezed


def test_the_timeline_takes_the_link_down_and_up(wire):
    timeline = [{"at": "600ms", "upload": {"link": "down"}}, {"at": "900ms", "upload": {"link": "up"}}]
    with wire.emulate({"timeline": timeline}) as emulator, Flow(wire.near, wire.far) as flow:
        flow.send_paced(1000, 1.2)
        emulator.wait_until_empty()
        arrivals = flow.arrivals()
    gaps = [(late.sent_ns - early.sent_ns) / 1e6 for early, late in zip(arrivals, arrivals[1:])]
    lost = flow.sent - len(arrivals)
    assert emulator.report["upload"]["dropped"]["link_down"] == lost
    skip_if_squeezed(emulator.report, 5000)
    assert 295 <= max(gaps) <= 310, "one gap, as long as the link was down"


def test_a_timeline_starts_over(wire):
    timeline = [{"at": "100ms", "nat": "rebind"}]
    with wire.emulate({"timeline": timeline, "repeat": "200ms"}) as emulator:
        emulator.wait_until_old(1)
        counters = emulator.counters()
    assert counters["nat_rebinds"] == (counters["seconds"] + 0.1) // 0.2


def test_a_change_by_hand_holds_at_once_and_alone(wire):
    with wire.emulate({"upload": {"delay": "10ms"}}) as emulator, Flow(wire.near, wire.far) as flow:
        emulator.change(upload={"loss": "100%"})
        flow.send(20)
        emulator.change(upload={"loss": "0%"})
        flow.send(20)
        emulator.wait_until_empty()
        arrivals = flow.arrivals()
    assert [arrival.number for arrival in arrivals] == list(range(20, 40))
    assert min(delays_ms(arrivals)) >= 10, "the delay is as it was"


def test_everything_can_be_switched_off_again(wire):
    worst = {"rate": "1mbit", "policer": "2000B", "delay": "1s", "loss": "90%", "mtu": "100B",
             "burst_loss": {"enter": "100%", "leave": "0%"}, "duplicate": "100%", "corrupt": "100%"}
    off = {"rate": "unlimited", "policer": "off", "delay": "0ms", "loss": "0%", "mtu": "unlimited", "burst_loss": "off",
           "duplicate": "0%", "corrupt": "0%"}
    with wire.emulate({"upload": worst, "relay": "198.18.0.9:6000"}) as emulator, Flow(wire.near, wire.far) as flow:
        emulator.change(upload=off, relay="off")
        flow.send(100)
        emulator.wait_until_empty()
        assert [arrival.source for arrival in flow.arrivals()] == [flow.sender.getsockname()] * 100


def test_the_timeline_leaves_what_was_changed_by_hand(wire):
    timeline = [{"at": "400ms", "upload": {"delay": "1ms"}}]
    with wire.emulate({"timeline": timeline}) as emulator, Flow(wire.near, wire.far) as flow:
        emulator.change(upload={"loss": "100%"})
        emulator.wait_until_old(0.5)
        flow.send(5)
        assert emulator.counters()["upload"]["dropped"]["loss"] == 5


def test_a_wrong_request_is_answered_with_every_problem_and_changes_nothing(wire):
    with wire.emulate() as emulator, Flow(wire.near, wire.far) as flow:
        answer = emulator.tell({"upload": {"loss": "100%", "delay": "5 parsecs"}, "downlaod": {}})
        assert answer["ok"] is False
        text = "\n".join(answer["problems"])
        assert "upload.delay" in text and "5 parsecs" in text and "20ms" in text
        assert "did you mean 'download'?" in text
        assert emulator.tell("not JSON: at: all")["ok"] is False
        flow.send(5)
        emulator.wait_until_empty()
        assert flow.count_arrivals() == 5


def test_several_clients_and_one_that_leaves_half_a_line(wire):
    with wire.emulate() as emulator:
        half = socket.socket(socket.AF_UNIX)
        half.connect(str(emulator.control_path))
        half.sendall(b'{"upload"')
        emulator.change(upload={"delay": "1ms"})
        half.close()
        emulator.change(upload={"delay": "2ms"})


def test_it_ends_by_itself_after_its_duration(wire):
    with wire.emulate(duration="300ms") as emulator:
        emulator.process.wait(timeout=3)
        assert 0.3 <= emulator.stop()["seconds"] < 1
