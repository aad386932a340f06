"""One trial of UDP traffic between two namespaces, and the search for the highest rate that is hardly lost."""

import itertools
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from lab import namespace
from lab.failure import Failure
from lab.gateway import Gateway
from lab.processes import PARTS

# Every trial has a UDP port of its own: what is late of one is never taken for the next one's.
_ports = itertools.cycle(range(20_000, 30_000))
MOST_LOST = 0.001
SLOWEST, FASTEST = 10_000, 1_000_000  # packets a second
ATTEMPTS = 3  # a machine that was busy for a moment must not end the search far too low
CLOSE_ENOUGH = 1.03
SEARCH_SECONDS = 0.3
# A moment in which the host had taken a CPU away ends a search too low, and one without ends it too high.
ABOVE_FOUND, STEP_DOWN = 1.3, 0.95
SETTLE_SECONDS = 0.15  # for what is on its way when the sender ends


@dataclass(frozen=True)
class Traffic:
    """What is sent, from where to where. `segments` datagrams are given to the kernel as one; 1 is what most programs do."""
    program: Path
    edge: Gateway
    hub: Gateway
    address: str
    size: int
    segments: int


@dataclass(frozen=True)
class Trial:
    sent: int
    delivered: int
    seconds: float
    cpu_us_edge: float  # of the gateway, per delivered packet
    cpu_us_hub: float

    @property
    def lost(self) -> int:
        return self.sent - self.delivered

    @property
    def lost_share(self) -> float:
        return self.lost / self.sent if self.sent else 1.0

    @property
    def rate(self) -> float:
        return self.delivered / self.seconds


def cpu_ns(gateway: Gateway) -> int:
    """CPU time of both processes so far, every thread."""
    threads = (thread for part in PARTS for thread in Path(f"/proc/{gateway.pid(part)}/task").iterdir())
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)


def run_trial(traffic: Traffic, rate: float, seconds: float) -> Trial:
    words = (traffic.address, str(next(_ports)), str(traffic.size))
    sink = subprocess.Popen(namespace.command(traffic.hub.name, traffic.program, "receive", *words), stdout=subprocess.PIPE,
                            text=True)
    try:
        sink.stdout.readline()
        before = cpu_ns(traffic.edge), cpu_ns(traffic.hub)
        send = namespace.command(traffic.edge.name, traffic.program, "send", *words, int(rate), seconds, traffic.segments)
        done = subprocess.run(send, stdout=subprocess.PIPE, text=True, timeout=seconds + 20)
        time.sleep(SETTLE_SECONDS)
        after = cpu_ns(traffic.edge), cpu_ns(traffic.hub)
    finally:
        sink.terminate()
        output, _ = sink.communicate(timeout=20)
    if done.returncode != 0 or sink.returncode != 0:
        raise Failure("the traffic program failed; its reason stands above")
    sent, received = json.loads(done.stdout), json.loads(output)
    if received["twice"] or received["wrong"] or received["received"] > sent["sent"]:
        raise Failure(f"more arrived than was sent: sent {sent}, received {received}")
    delivered = received["received"]
    cpu = [(now - then) / 1e3 / max(delivered, 1) for then, now in zip(before, after)]
    return Trial(sent["sent"], delivered, sent["seconds"], *cpu)


def carries(trial: Trial, rate: float, seconds: float) -> bool:
    """Hardly anything lost, and the sender did send what it was asked to."""
    return trial.lost_share <= MOST_LOST and trial.sent >= 0.97 * rate * seconds


def highest_rate(traffic: Traffic) -> float:
    low, high = SLOWEST, FASTEST
    while high / low > CLOSE_ENOUGH:
        rate = (low * high) ** 0.5
        if any(carries(run_trial(traffic, rate, SEARCH_SECONDS), rate, SEARCH_SECONDS) for _ in range(ATTEMPTS)):
            low = rate
        else:
            high = rate
    return low


def mostly_carried(done: list[Trial], rate: float, seconds: float) -> bool:
    return sum(carries(trial, rate, seconds) for trial in done) > len(done) // 2


def confirmed(traffic: Traffic, trials: int, seconds: float) -> list[Trial]:
    """Trials at one rate, of which most lost no more than they may: the first such from above what the search found."""
    rate = min(ABOVE_FOUND * highest_rate(traffic), FASTEST)
    for _ in range(18):
        done = [run_trial(traffic, rate, seconds) for _ in range(trials)]
        if mostly_carried(done, rate, seconds):
            # The first that passed may have been lucky: these are others.
            again = [run_trial(traffic, rate, seconds) for _ in range(trials)]
            if mostly_carried(again, rate, seconds):
                return again
        rate *= STEP_DOWN
    raise Failure(f"{traffic.size}-byte packets are lost at every rate: {done[-1]}")
