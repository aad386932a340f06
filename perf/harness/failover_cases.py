"""What is done to the lines while traffic passes, and under which configuration."""

from typing import NamedTuple

from . import failover_troubles as troubles
from .failover_troubles import DSCP, ONE_WAY, Trouble

RATE, FULL_RATE = 1000, 5000  # packets a second each way
FAST = {"probe_interval": "10ms"}
THREE, TWO = (5, 10, 15), (20, 50)  # ms of the lines, one way


class Case(NamedTuple):
    name: str
    of_class: dict
    trouble: Trouble
    of_tunnel: dict = {}
    of_dataplane: dict = {}
    delays_ms: tuple[int, ...] = THREE  # none: plain wires between machines, where a router drops what it is told to
    lines: tuple[dict, ...] = ()  # beside the delay, path by path
    rate: int = RATE  # 0: nothing is sent
    size: int = 200
    one_direction: bool = False  # only what the edge's users send is in trouble


WIRES = (0, 0, 0)
DUPLICATE, BEST = {"mode": "duplicate"}, {"mode": "best"}


def shape(name: str, trouble: Trouble = troubles.pass_by, **first_line) -> Case:
    return Case(f"duplicate, two paths, {name}", DUPLICATE, trouble, delays_ms=TWO, lines=(first_line,), rate=FULL_RATE)


CASES = [
    Case("duplicate", DUPLICATE, troubles.cut()),
    Case("best", BEST, troubles.cut()),
    Case("best, fast", BEST, troubles.cut(), of_tunnel=FAST),
    Case("best, one direction", BEST, troubles.cut(ONE_WAY), one_direction=True),
    Case("backup", {"mode": "backup", "paths": ["path1", "path2", "path3"]}, troubles.cut()),
    Case("best, control dead", BEST, troubles.cut(control="dead")),
    Case("duplicate, any two dead", DUPLICATE, troubles.kill_any_two, rate=2000),
    Case("duplicate, one flaps", DUPLICATE, troubles.flap),
    Case("best, one flaps", BEST, troubles.flap),
    Case("duplicate, carriers lost", DUPLICATE, troubles.lose_carriers, delays_ms=WIRES),
    shape("clean"),
    shape("one cut and restored", troubles.cut_the_first_and_restore),
    shape("one loses 20 %", loss="20%"),
    shape("one loses 80 %", loss="80%"),
    shape("one disorders", jitter="10ms", order="reorder"),
    Case("seen: 20 % lost", DUPLICATE, troubles.worsen("lossy", "is lost", both={"loss": "20%"})),
    Case("seen: 400 ms", DUPLICATE, troubles.worsen("slow", "later than", both={"delay": "400ms"})),
    Case("seen: one direction dead", DUPLICATE, troubles.worsen("down", "by it for", **ONE_WAY)),
    Case(f"seen: DSCP {DSCP} dropped", DUPLICATE, troubles.drop("lossy", f"DSCP {DSCP}", f"ip dscp {DSCP}"), delays_ms=WIRES),
    Case("seen: payload throttled", DUPLICATE,
         troubles.drop("lossy", "is lost", "ip length > 300 limit rate over 8 kbytes/second"), delays_ms=WIRES, size=1000),
    Case("seen: MTU 1400, with ICMP", DUPLICATE, troubles.narrow("icmp")),
    Case("seen: MTU 1400, silent", DUPLICATE, troubles.narrow("silence")),
    Case("seen: paths that come", DUPLICATE, troubles.appear, rate=0),
    Case("seen: after both stood still", DUPLICATE, troubles.stand_still, of_dataplane={"max_age": "2s"}),
]
