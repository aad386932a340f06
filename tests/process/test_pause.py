"""A gateway that stood still delivers and sends nothing that waited longer than the bound."""
import pytest


@pytest.mark.parametrize("parts", [("dataplane",), ("control", "dataplane")], ids="+".join)
@pytest.mark.parametrize("lab", [{"dataplane": {"max_age": "2s"}}], indirect=True, ids=["2s"])
def test_what_waited_too_long_is_dropped_by_name(lab, parts):
    rate, seconds = 500, 3
    before = lab.hub.drops()
    with lab.stream(rate=rate):
        lab.let_pass(rate)
        with lab.hub.stopped(*parts):
            delivered = lab.hub.tunnel()["delivered_packets"]
            lab.let_come(rate * seconds, lab.edge)
            sealed = lab.edge.tunnel()["sealed_packets"]
        lab.let_pass(rate)
    after = lab.hub.drops()
    assert after["copy_stale"] - before["copy_stale"] >= rate * seconds
    assert after["inside_stale"] > before["inside_stale"]
    # Nothing that was sealed during the pause was delivered after it.
    fresh = lab.edge.tunnel()["sealed_packets"] - sealed
    assert 0 < lab.hub.tunnel()["delivered_packets"] - delivered <= fresh
    lab.wait_until_up()


@pytest.mark.parametrize("lab", [{"dataplane": {"max_age": "60s"}}], indirect=True, ids=["60s"])
def test_a_pause_within_the_bound_loses_nothing(lab):
    before = lab.hub.drops()
    with lab.stream(rate=500) as stream:
        lab.let_pass(500)
        with lab.hub.stopped("dataplane"):
            lab.let_come(100, lab.edge)
        lab.let_pass(500)
    stream.assert_perfect()
    assert [lab.hub.drops()[name] - before[name] for name in ("copy_stale", "inside_stale")] == [0, 0]
