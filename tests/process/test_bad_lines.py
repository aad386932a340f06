"""Lines that lose, delay, disorder, double and damage what they carry: the tunnel delivers what one of them carried."""
import collections

import pytest

pytestmark = pytest.mark.parametrize("lab", [{"profiles": ["wire"]}], indirect=True, ids=["wire"])

CLEAN = {"delay": "0ms", "jitter": "0ms", "order": "keep", "loss": "0%", "burst_loss": "off", "duplicate": "0%",
         "corrupt": "0%", "rate": "unlimited"}


@pytest.fixture(autouse=True)
def clean_afterwards(lab):
    yield
    for router in lab.routers.values():
        router.change(both=CLEAN)


def spoil(lab, *lines: dict) -> None:
    for router, line in zip(lab.routers.values(), lines):
        router.change(both=line)


def came_to_harm(lab, way: str = "upload") -> dict:
    """What the lines did, so that no test passes because nothing happened."""
    harm = collections.Counter()
    for router in lab.routers.values():
        counters = router.wan_counters()[way]
        harm.update(counters["dropped"], duplicated=counters["duplicated"], corrupted=counters["corrupted"])
    return harm


def test_damage_on_two_lines_and_the_late_good_copy_on_the_third(lab):
    """A damaged copy that comes first must not stand in the way of the good one behind it."""
    spoil(lab, {"corrupt": "100%"}, {"corrupt": "50%", "delay": "2ms"}, {"delay": "30ms"})
    stream = lab.send(3000)
    stream.assert_perfect()
    assert came_to_harm(lab)["corrupted"] > 4000
    assert lab.hub.drops()["authentication_failed"] > 0


JUMBLED = {"duplicate": "40%", "jitter": "30ms", "order": "reorder"}
BURSTS = {"burst_loss": {"enter": "2%", "leave": "5%"}, "jitter": "5ms"}


@pytest.mark.parametrize("lines,count,harm,least", [
    ([JUMBLED, {**JUMBLED, "delay": "50ms"}, {**JUMBLED, "delay": "100ms"}], 3000, "duplicated", 3000),
    ([BURSTS, BURSTS, {"delay": "80ms"}], 4000, "burst_loss", 1000),
], ids=["doubled-and-disordered", "bursts-of-loss-beside-a-clean-line"])
def test_all_comes_through_once(lab, lines, count, harm, least):
    spoil(lab, *lines)
    stream = lab.send(count)
    assert stream.edge.lost == stream.hub.lost == 0
    stream.assert_nothing_twice()
    assert came_to_harm(lab)[harm] > least


def test_what_every_line_lost_is_lost_and_counted(lab):
    """A fifth on each of three: eight in a thousand have no copy left."""
    spoil(lab, *[{"loss": "20%"}] * 3)
    stream = lab.send(6000)
    stream.assert_nothing_twice()
    for outcome in (stream.edge, stream.hub):
        assert 15 <= outcome.lost <= 85, outcome
