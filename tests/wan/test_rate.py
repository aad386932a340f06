"""Rate, queue and policer, measured by the receiver's kernel."""
import pytest

from line.flow import Flow
from line.measure import delays_ms, percentile, rate_of, skip_if_squeezed


@pytest.mark.parametrize("rate_mbit,frame_bytes", [(2, 200), (20, 1400), (100, 1514)])
def test_rate_is_kept_within_one_percent(wire, rate_mbit, frame_bytes):
    # A second's worth at once, so that the line is never idle, however busy the machine that sends.
    line = {"upload": {"rate": f"{rate_mbit}mbit", "queue": "60s"}}
    with wire.emulate(line) as emulator, Flow(wire.near, wire.far) as flow:
        flow.send(int(rate_mbit * 1e6 / 8 / frame_bytes), frame_bytes)
        emulator.wait_until_empty()
        arrivals = flow.arrivals()
    assert len(arrivals) == flow.sent
    skip_if_squeezed(emulator.report, 5000)
    assert rate_of(arrivals, frame_bytes) == pytest.approx(rate_mbit * 1e6, rel=0.01)


def test_a_queue_in_time_is_that_long_and_drops_at_its_tail(wire):
    with wire.emulate({"upload": {"rate": "8mbit", "queue": "40ms"}}) as emulator, Flow(wire.near, wire.far) as flow:
        flow.send(1000, 1000)
        emulator.wait_until_empty()
        arrivals = flow.arrivals()
    # A millisecond a frame: the first goes at once, 40 wait, and one more for every millisecond that sending took.
    upload = emulator.report["upload"]
    assert upload["dropped"]["queue_full"] == 1000 - len(arrivals)
    assert 40 <= upload["queue_high_water"]["us"] / 1000 <= 41
    sending_ms = (arrivals[-1].sent_ns - arrivals[0].sent_ns) / 1e6
    assert 41 <= len(arrivals) <= 43 + sending_ms
    assert [arrival.number for arrival in arrivals[:41]] == list(range(41)), "the tail is dropped, not the head"
    skip_if_squeezed(emulator.report, 1000)
    assert 40 <= percentile(delays_ms(arrivals), 0.99) <= 43


def test_a_queue_in_bytes_holds_that_many(wire):
    with wire.emulate({"upload": {"rate": "1mbit", "queue": "10000B"}}) as emulator, Flow(wire.near, wire.far) as flow:
        flow.send(100, 1000)
        emulator.wait_until_empty()
    upload = emulator.report["upload"]
    assert upload["queue_high_water"]["bytes"] == 10_000 and upload["queue_high_water"]["frames"] == 10
    assert upload["out"]["frames"] in (10, 11)  # 8 ms a frame: sending them may take as long


def test_a_policer_lets_its_rate_pass_without_delay(wire):
    line = {"upload": {"rate": "8mbit", "policer": "200000B", "delay": "2ms"}}
    with wire.emulate(line) as emulator, Flow(wire.near, wire.far) as flow:
        flow.send_paced(3000, 1, 1000)
        emulator.wait_until_empty()
        arrivals = flow.arrivals()
    upload = emulator.report["upload"]
    assert upload["dropped"]["policed"] == flow.sent - len(arrivals)
    assert upload["queue_high_water"]["frames"] == 0
    # A thousand frames a second, and two hundred from the full bucket, which is never full again.
    seconds = (arrivals[-1].sent_ns - arrivals[0].sent_ns) / 1e9
    assert len(arrivals) == pytest.approx(1000 * seconds + 200, rel=0.01)
    skip_if_squeezed(emulator.report, 1000)
    assert percentile(delays_ms(arrivals), 0.9) < 4
