"""Pooling runs of a fast and a slow machine."""

import random

from harness.check import MOST_SPELLS, THRESHOLD, Spells, judge
from harness.core_rows import DUPLICATE, FLOOR_OF_DUPLICATE, runs_of
from harness.steady import steady


def spell(dice: random.Random, slow: float, cost: float = 1.0) -> list[dict]:
    """One row as ropewalk-perf-core reports it: a slow machine has a floor 1.35 times as high and a ratio 1.12 times."""
    ratios, floors = [], []
    for _ in range(9):
        is_slow = dice.random() < slow
        floors.append(93 * (1.35 if is_slow else 1) * dice.uniform(0.99, 1.03))
        ratios.append(1.56 * cost * (1.12 if is_slow else 1) * dice.uniform(0.98, 1.03))
    return [{"work": "to_paths", "cipher": "aes-256-gcm", "size": 64, "copies": 1, "ratio_runs": ratios, "floor_runs": floors}]


def ratio(dice: random.Random, slow: list[float], cost: float) -> float:
    spells = Spells()
    for share in slow:
        spells.add(spell(dice, share, cost))
    return spells.ratios()["to_paths/aes-256-gcm/64/1"]


def test_only_runs_of_the_fast_machine_count():
    assert steady([1.0, 1.0, 1.0, 2.0, 2.0], [100, 101, 100, 140, 139]).value == 1.0


def test_one_fluke_of_the_floor_is_no_reference():
    assert steady([9.0, 1.0, 1.0, 1.0], [50, 100, 101, 102]).value == 1.0


def test_no_false_alarm_in_a_thousand_and_no_regression_missed():
    dice = random.Random(3)
    name = "to_paths/aes-256-gcm/64/1"
    for _ in range(1000):
        slow = [dice.choice((0.0, 0.3, 0.7, 1.0)) for _ in range(8)]
        same, worse = ratio(dice, slow, 1.0), ratio(dice, slow, 1.2)
        assert not judge({name: same}, {name: 1.56})[0].is_worse
        assert judge({name: worse}, {name: 1.56})[0].is_worse
    assert MOST_SPELLS > 8 and THRESHOLD == 0.15


def test_a_row_that_the_baseline_lacks_is_not_worse():
    assert not judge({"new": 5.0}, {})[0].is_worse


def test_a_duplicate_borrows_a_floor():
    def row(name: str, **rest) -> dict:
        work, cipher, size, copies = name.split("/")
        return {"work": work, "cipher": cipher, "size": int(size), "copies": int(copies)} | rest
    runs = runs_of([row(DUPLICATE, cycles_runs=[50, 60]), row(FLOOR_OF_DUPLICATE, ratio_runs=[2, 2], floor_runs=[100, 80])])
    assert runs[DUPLICATE] == ([0.5, 0.75], [100, 80])
