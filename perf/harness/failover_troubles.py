"""What is done to lines and gateways. Each returns how long it took, in ms, until the gateways showed what it made of a path;
nothing where that is not asked."""

import itertools
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

from lab import namespace
from lab.addresses import INSIDE
from lab.lab import Lab
from lab.wait import wait_until

Trouble = Callable[[Lab, random.Random, float], list[float]]  # the last one: seconds, where it goes on

SETTLED_S, SEEN_S = 1.0, 1.5
DEAD = {"both": {"link": "down"}}
ONE_WAY = {"upload": {"link": "down"}}
BACK = {"both": {"link": "up"}}
DSCP = 46
NARROW = 1400
CARRIERS_A_RUN = 21
MOST_S = 90  # until a path is as it should be


def shown_after_ms(lab: Lab, number: int, state: str, because: str, changed_s: float) -> list[float]:
    """How long each gateway took to show a path so."""
    def since(gateway):
        path = gateway.path_counters()[f"path{number}"]
        is_so = path["state"] == state and because in path["reason"]
        return [time.monotonic() - path["since_ms"] / 1000] if is_so else None
    return [1000 * (wait_until(lambda: f"path {number} of {gateway.name} is {state} {because}: {gateway.path_counters()}",
                               lambda: since(gateway), seconds=MOST_S)[0] - changed_s) for gateway in lab.gateways]


def cut(how: dict = DEAD, control: str = "alive") -> Trouble:
    """The path in use, at any moment between two probes, without a link event."""
    def trouble(lab: Lab, choice: random.Random, _: float) -> list[float]:
        time.sleep(SETTLED_S + choice.random() * 0.1)
        number = int(lab.carrier(lab.edge).removeprefix("path"))
        if control == "dead":
            for gateway in lab.gateways:
                gateway.kill("control")
        lab.routers[number].change(**how)
        time.sleep(SEEN_S)
        return []
    return trouble


def worsen(state: str, because: str, **line) -> Trouble:
    """The first path becomes so."""
    def trouble(lab: Lab, choice: random.Random, _: float) -> list[float]:
        time.sleep(SETTLED_S + choice.random() * 0.1)
        changed_s = time.monotonic()
        lab.routers[1].change(**line)
        seen = shown_after_ms(lab, 1, state, because, changed_s)
        time.sleep(SEEN_S)
        return seen
    return trouble


def drop(state: str, because: str, match: str) -> Trouble:
    """The first path's router drops what matches, in nft's words; some of the traffic wears a DSCP."""
    def trouble(lab: Lab, choice: random.Random, _: float) -> list[float]:
        echoes = subprocess.Popen(namespace.command("edge", "ping", "-q", "-i", "0.02", "-Q", DSCP << 2, INSIDE[4]["hub"]),
                                  stdout=subprocess.DEVNULL)
        try:
            time.sleep(SETTLED_S + choice.random() * 0.1)
            changed_s = time.monotonic()
            lab.routers[1].drop(match)
            seen = shown_after_ms(lab, 1, state, because, changed_s)
            time.sleep(SEEN_S)
            return seen
        finally:
            echoes.kill()
            echoes.wait()
    return trouble


def narrow(too_big: str) -> Trouble:
    """The first path carries less all at once; what fits inside follows."""
    def trouble(lab: Lab, _: random.Random, __: float) -> list[float]:
        time.sleep(SETTLED_S)
        wait_until(lambda: f"all paths are searched: {lab.edge.path_counters()}", lambda: all(
            path["mtu_search"] == "complete" for gateway in lab.gateways for path in gateway.path_counters().values()),
            seconds=MOST_S)
        before = {gateway.name: gateway.tunnel()["inner_mtu"] for gateway in lab.gateways}
        changed_s = time.monotonic()
        lab.routers[1].change(both={"mtu": f"{NARROW}B", "too_big": too_big})
        seen = []
        for gateway in lab.gateways:
            wait_until(lambda: f"what fits inside follows in {gateway.name}: {gateway.tunnel()}",
                       lambda: gateway.tunnel()["inner_mtu"] < before[gateway.name], seconds=MOST_S)
            seen.append(1000 * (time.monotonic() - changed_s))
        return seen
    return trouble


def pass_by(lab: Lab, _: random.Random, seconds: float) -> list[float]:
    time.sleep(SETTLED_S + seconds)
    return []


def cut_the_first_and_restore(lab: Lab, _: random.Random, seconds: float) -> list[float]:
    time.sleep(SETTLED_S)
    for change in _alternately(seconds, 3):
        lab.routers[1].change(**change)
    return []


def flap(lab: Lab, _: random.Random, seconds: float) -> list[float]:
    """The first path, dead and alive for a second each."""
    time.sleep(SETTLED_S)
    for change in _alternately(seconds, 1):
        lab.routers[1].change(**change)
    return []


def _alternately(seconds: float, each_s: float) -> Iterator[dict]:
    end = time.monotonic() + seconds
    for change in itertools.cycle((DEAD, BACK)):
        if time.monotonic() >= end and change is DEAD:
            return
        yield change
        time.sleep(each_s)


def kill_any_two(lab: Lab, choice: random.Random, seconds: float) -> list[float]:
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
    return []


def lose_carriers(lab: Lab, _: random.Random, __: float) -> list[float]:
    """Each path in turn: the interface at either gateway loses its carrier and has it again."""
    seen = []
    for number in itertools.islice(itertools.cycle(lab.routers), CARRIERS_A_RUN):
        lab.routers[number].link("down")
        shown_after_ms(lab, number, "down", "", 0)
        lab.routers[number].link("up")
        seen += shown_after_ms(lab, number, "up", "", time.monotonic())
        lab.wait_for_copies(1, number)
    return seen


def appear(lab: Lab, choice: random.Random, _: float) -> list[float]:
    """All are dead when the gateways start, and come in any order."""
    for gateway in lab.gateways:
        gateway.stop_for_good()
    for router in lab.routers.values():
        router.change(**DEAD)
    for gateway in lab.gateways:
        gateway.start()
    time.sleep(SETTLED_S + choice.random())
    seen = []
    for number in choice.sample(sorted(lab.routers), len(lab.routers)):
        changed_s = time.monotonic()
        lab.routers[number].change(**BACK)
        seen += shown_after_ms(lab, number, "up", "", changed_s)
    return seen


def stand_still(lab: Lab, _: random.Random, seconds: float) -> list[float]:
    """Both processes of the hub are stopped and go on."""
    time.sleep(SETTLED_S)
    for part in ("control", "dataplane"):
        lab.hub.send_signal(part, signal.SIGSTOP)
    time.sleep(seconds)
    changed_s = time.monotonic()
    for part in ("control", "dataplane"):
        lab.hub.send_signal(part, signal.SIGCONT)
    time.sleep(0.1)
    seen = [shown for number in lab.routers for shown in shown_after_ms(lab, number, "up", "", changed_s)]
    time.sleep(SEEN_S)
    return seen
