"""What tests/changes/run relies on: its plan touches no path that is to be left alone, and its judges see what is wrong."""
import itertools

import pytest

from changes import catalogue, plan
from changes.traffic import Traffic
from changes.watch import Difference, Watch, growth_of
from lab import namespace
from lab.failure import Failure
from lab.lab import HOSTS

PATHS = [1, 2, 3]
PLACES = {plan.Place("line", number=number): ["silent", "lossy"] for number in PATHS} | {
    plan.Place("cable", side, number): ["deleted"] for side in ("edge", "hub") for number in PATHS} | {
    plan.Place("inside", "edge"): ["mtu"]}


def events(seed: int, count: int = 3000) -> list[plan.Event]:
    return list(itertools.islice(plan.events(seed, PATHS, PLACES), count))


def test_a_seed_is_a_plan():
    assert events(7) == events(7)
    assert events(7) != events(8)


def test_a_path_that_is_left_alone_is_whole_and_stays_so():
    alone, whole, standing, seen = None, None, set(), set()
    for event in events(1):
        match event:
            case plan.Begin(place, change):
                assert place not in standing and place.number not in (alone, whole) and change in PLACES[place]
                standing.add(place)
            case plan.End(place):
                assert place.number != alone
                standing.remove(place)
            case plan.MakeWhole(path):
                whole = path
            case plan.HandOver(path):
                assert whole in (None, path)
                alone, whole = path, None
                seen.add(path)
        if whole or alone:
            assert not any(place.number in (alone, whole) for place in standing)
    assert seen == set(PATHS)


def test_everything_is_changed_in_the_end():
    begun = {(event.place, event.change) for event in events(1) if isinstance(event, plan.Begin)}
    assert begun == {(place, change) for place, changes in PLACES.items() for change in changes}


@pytest.mark.parametrize("samples, growth", [
    ([5, 9, 7, 8, 6, 9, 5, 8, 7], -4), ([10, 20, 30, 40, 50, 60], 30), ([3], 0), ([3, 4], 1),
])
def test_what_goes_up_and_down_does_not_grow(samples, growth):
    assert growth_of(samples) == growth


@pytest.mark.parametrize("lab", [{"host": host} for host in HOSTS], indirect=True, ids=HOSTS)
class TestJudges:
    def test_a_lab_has_places_of_every_kind(self, lab):
        found = catalogue.changes(lab)
        assert {place.kind for place in found} == {"cable", "way", "line", "firewall", "inside"} and all(found.values())
        assert (plan.Place("cable", "hub", 1) in found) == (lab.host.name == "kind")

    def test_a_loss_is_seen(self, lab):
        with Traffic(lab) as traffic:
            lab.let_pass(500)
            for router in lab.routers.values():
                router.drop()
            lab.let_come(300)
            for router in lab.routers.values():
                router.restore()
            lab.let_pass(500)
            with pytest.raises(Difference, match="not all came once"):
                traffic.end()

    def test_what_was_not_put_back_is_seen(self, lab):
        watch = Watch(lab)
        watch.wait_until_all_is_as_before()
        namespace.ip("edge", "route", "add", "unreachable", "198.18.99.0/24")
        try:
            with pytest.raises(Failure, match="198.18.99.0/24"):
                watch.wait_until_all_is_as_before(seconds=1)
        finally:
            namespace.ip("edge", "route", "del", "unreachable", "198.18.99.0/24")
