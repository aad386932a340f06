"""What is done to the lines while traffic passes, and under which configuration."""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lab.lab import Lab

SETTLED_S, SEEN_S = 1.0, 1.5
RATE, FULL_RATE = 1000, 5000  # packets a second each way
DEAD = {"both": {"link": "down"}}
ONE_WAY = {"upload": {"link": "down"}}
BACK = {"both": {"link": "up"}}
FAST = {"probe_interval": "10ms"}
THREE, TWO = (5, 10, 15), (20, 50)  # ms of the lines, one way


class Case(NamedTuple):
    name: str
    of_class: dict
    trouble: Callable[[Lab, random.Random, float], None]  # the last one: seconds, where it goes on
    of_tunnel: dict = {}
    delays_ms: tuple[int, ...] = THREE
    lines: tuple[dict, ...] = ()  # beside the delay, path by path
    rate: int = RATE
    one_direction: bool = False  # only what the edge's users send is in trouble


def carrier(lab: Lab) -> int:
    """The path that carries what the edge's users send."""
    before = lab.edge.path_counters()
    lab.let_come(100, lab.edge)
    after = lab.edge.path_counters()
    busiest = max(after, key=lambda name: after[name]["tx_copies"] - before[name]["tx_copies"])
    return int(busiest.removeprefix("path"))


def cut(how: dict = DEAD, control: str = "alive"):
    """The path in use, at any moment between two probes, without a link event."""
    def trouble(lab: Lab, choice: random.Random, _: float) -> None:
        time.sleep(SETTLED_S + choice.random() * 0.1)
        number = carrier(lab)
        if control == "dead":
            for gateway in lab.gateways:
                gateway.kill("control")
        lab.routers[number].change(**how)
        time.sleep(SEEN_S)
    return trouble


def pass_by(lab: Lab, _: random.Random, seconds: float) -> None:
    time.sleep(SETTLED_S + seconds)


def cut_the_first_and_restore(lab: Lab, _: random.Random, seconds: float) -> None:
    time.sleep(SETTLED_S)
    for change in _alternately(seconds, 3):
        lab.routers[1].change(**change)


def flap(lab: Lab, _: random.Random, seconds: float) -> None:
    """The first path, dead and alive for a second each."""
    time.sleep(SETTLED_S)
    for change in _alternately(seconds, 1):
        lab.routers[1].change(**change)


def _alternately(seconds: float, each_s: float) -> Iterator[dict]:
    end = time.monotonic() + seconds
    for change in itertools.cycle((DEAD, BACK)):
        if time.monotonic() >= end and change is DEAD:
            return
        yield change
        time.sleep(each_s)


def kill_any_two(lab: Lab, choice: random.Random, seconds: float) -> None:
    """Every 50 ms another path is the one that is sure to live; each of the others is dead or alive."""
    time.sleep(SETTLED_S)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        alive = choice.choice(list(lab.routers))
        lab.routers[alive].change(**BACK)
        for number, router in lab.routers.items():
            if number != alive:
                router.change(**choice.choice((DEAD, BACK)))
        time.sleep(0.05)


DUPLICATE, BEST = {"mode": "duplicate"}, {"mode": "best"}


def shape(name: str, trouble=pass_by, **first_line) -> Case:
    return Case(f"duplicate, two paths, {name}", DUPLICATE, trouble, delays_ms=TWO, lines=(first_line,), rate=FULL_RATE)


CASES = [
    Case("duplicate", DUPLICATE, cut()),
    Case("best", BEST, cut()),
    Case("best, fast", BEST, cut(), of_tunnel=FAST),
    Case("best, one direction", BEST, cut(ONE_WAY), one_direction=True),
    Case("backup", {"mode": "backup", "paths": ["path1", "path2", "path3"]}, cut()),
    Case("best, control dead", BEST, cut(control="dead")),
    Case("duplicate, any two dead", DUPLICATE, kill_any_two, rate=2000),
    Case("duplicate, one flaps", DUPLICATE, flap),
    shape("clean"),
    shape("one cut and restored", cut_the_first_and_restore),
    shape("one loses 20 %", loss="20%"),
    shape("one loses 80 %", loss="80%"),
    shape("one disorders", jitter="10ms", order="reorder"),
]
