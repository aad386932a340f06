"""Every frame is accounted for, on a wire and on a line that does everything at once."""
import time

from line.emulator import frames_lost
from line.flow import Flow


def test_without_a_file_it_is_a_wire(wire):
    with wire.emulate() as emulator, Flow(wire.near, wire.far) as up, Flow(wire.far, wire.near, 4600) as down:
        up.send(500)
        down.send(300)
        emulator.wait_until_empty()
        assert [arrival.number for arrival in up.arrivals()] == list(range(500))
        assert down.count_arrivals() == 300
    for way, frames in (("upload", 500), ("download", 300)):
        assert emulator.report[way]["in"] == emulator.report[way]["out"] == {"frames": frames, "bytes": frames * 200}


def test_everything_at_once_adds_up_at_any_time(wire):
    everything = {"rate": "30mbit", "queue": "20ms", "delay": "15ms", "jitter": "5ms", "order": "reorder", "loss": "2%",
                  "burst_loss": {"enter": "1%", "leave": "20%"}, "duplicate": "3%", "corrupt": "1%"}
    with wire.emulate({"both": everything}) as emulator, Flow(wire.near, wire.far) as flow:
        for _ in range(5):
            flow.send(200, 1000)
            counters = emulator.counters()["upload"]
            assert counters["in"]["frames"] + counters["duplicated"] == (
                counters["out"]["frames"] + frames_lost(counters) + counters["held"]["frames"])
            emulator.wait_until_seen(flow.sent)
        emulator.wait_until_empty()
        upload = emulator.stop()["upload"]
        arrived = flow.count_arrivals()
    assert upload["in"]["frames"] == 1000
    # The kernel refuses what was damaged under a checksum.
    assert upload["out"]["frames"] == arrived + upload["corrupted"]
    assert all(upload["dropped"][cause] > 0 for cause in ("queue_full", "loss", "burst_loss"))


def test_held_frames_are_reported_when_it_is_stopped(wire):
    with wire.emulate({"upload": {"delay": "30s"}}) as emulator, Flow(wire.near, wire.far) as flow:
        flow.send(50)
        emulator.wait_until_seen(50)
        upload = emulator.stop()["upload"]
    assert upload["held"] == {"frames": 50, "bytes": 50 * 200}


def test_a_starved_emulator_says_so(wire):
    with wire.emulate({"upload": {"delay": "10ms"}}) as emulator, Flow(wire.near, wire.far) as flow:
        flow.send(100)

        def sleep():
            flow.send(100)
            time.sleep(0.3)
        emulator.pause(sleep)
        emulator.wait_until_empty()
    late_by = emulator.report["upload"]["late_by"]
    assert late_by["max_us"] > 200_000
    assert late_by["frames_up_to_us"]["more"] >= 100


def test_what_the_kernel_had_no_room_for_is_counted(wire):
    with wire.emulate() as emulator, Flow(wire.near, wire.far) as flow:
        emulator.pause(lambda: flow.send(60_000, 1400))
        emulator.wait_until_empty()
    upload = emulator.report["upload"]
    assert upload["in"]["frames"] == 60_000
    assert upload["dropped"]["starved"] > 0
