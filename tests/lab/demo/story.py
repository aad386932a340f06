"""What the demo does to the paths while the streams run."""
import sys

from lab.demo.table import Table
from lab.failure import Failure
from lab.lab import MORE_THAN_TWO_BURSTS, Lab
from lab.stream import Stream

RETURN_SECONDS = 12


def tell(lab: Lab, stream: Stream, table: Table, seconds: int) -> None:
    """Path 1, then all the others together: one path is always alive. Eighths of the streams' time, which leaves enough for
    the paths to come back in."""
    part = seconds / 8
    first, *others = lab.routers
    table.paint_for(part)
    if not others:
        table.tell("with one path only, none is killed")
        return
    _kill(lab, table, [first])
    table.paint_for(part)
    _restore(lab, table, [first])
    _kill(lab, table, others)
    table.paint_for(part)
    if not stream.is_running():
        raise Failure("the streams ended before all paths had their turn: this machine is busy, give the demo more --seconds")
    _restore(lab, table, others)


def _kill(lab: Lab, table: Table, numbers: list[int]) -> None:
    for number in numbers:
        lab.routers[number].set_line("down")
    table.tell(f"{_names(numbers)} killed")


def _restore(lab: Lab, table: Table, numbers: list[int]) -> None:
    """Waits until both gateways hear each other on them again, so that the next ones may be killed."""
    before = [gateway.path_counters() for gateway in lab.gateways]
    for number in numbers:
        lab.routers[number].set_line("up")
    table.tell(f"{_names(numbers)} restored")

    # A path that fell silent still counts as up for 1.5 s: what came by it counts.
    def carry() -> bool:
        return all(gateway.path_counters()[name]["rx_copies"] - then[name]["rx_copies"] >= MORE_THAN_TWO_BURSTS
                   for gateway, then in zip(lab.gateways, before) for name in (f"path{number}" for number in numbers))
    if not table.paint_until(carry, RETURN_SECONDS):
        print(f"{_names(numbers)} did not come back within {RETURN_SECONDS} s", file=sys.stderr)


def _names(numbers: list[int]) -> str:
    """`path 1`, `paths 2 and 3`, `paths 2, 3 and 4`"""
    *most, last = map(str, numbers)
    return f"paths {', '.join(most)} and {last}" if most else f"path {last}"
