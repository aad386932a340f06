"""A numbered UDP stream each way through the tunnel."""
import dataclasses
import itertools
import json
import pathlib
import subprocess

from lab import namespace
from lab.place import STREAM
from lab.wait import wait_until

INSIDE = {
    4: {"edge": "192.0.2.1", "hub": "192.0.2.2"},
    6: {"edge": "2001:db8:1::1", "hub": "2001:db8:1::2"},
}
OTHER = {"edge": "hub", "hub": "edge"}

# Every stream has a UDP port of its own: a late packet of one is never taken for one of another.
_ports = itertools.count(20000)


@dataclasses.dataclass
class Outcome:
    """What became of one direction. Times are those of time.monotonic()."""
    count: int
    sent: int
    delivered: int
    lost: int
    twice: int
    damaged: int
    longest_gap_ms: float
    gap_start: float
    gap_end: float


class Stream:
    """Starts at once; the `with` block is what happens to the gateways meanwhile; `edge` and `hub` are the outcomes by
    sender, once the block has ended and all packets are sent."""

    def __init__(self, rate: int = 1000, count: int = 5000, size: int = 200, version: int = 4, idle: float = 8):
        self._count = count
        self._port = next(_ports)
        self._receivers = {
            side: self._start(side, "receive", "--listen", self._address(side, version), "--count", count,
                              "--idle", idle, "--json")
            for side in OTHER
        }
        for side in OTHER:
            wait_until(f"the receiver in {side} listens", lambda: self._listens(self._receivers[side], version))
        self._senders = {
            side: self._start(side, "send", "--to", self._address(OTHER[side], version), "--rate", rate,
                              "--count", count, "--size", size)
            for side in OTHER
        }

    def _address(self, side: str, version: int) -> str:
        address = INSIDE[version][side]
        return f"[{address}]:{self._port}" if version == 6 else f"{address}:{self._port}"

    @staticmethod
    def _start(side: str, *words) -> subprocess.Popen:
        return subprocess.Popen(namespace.command(side, STREAM, *words), stdout=subprocess.PIPE, text=True)

    def _listens(self, receiver: subprocess.Popen, version: int) -> bool:
        assert receiver.poll() is None, "the receiver ended before it listened"
        table = pathlib.Path(f"/proc/{receiver.pid}/net/udp{'6' if version == 6 else ''}").read_text()
        return f":{self._port:04X} " in table

    def is_running(self) -> bool:
        return any(sender.poll() is None for sender in self._senders.values())

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            for process in (*self._senders.values(), *self._receivers.values()):
                process.kill()
                process.wait()
            return
        self.edge = self._outcome("edge")
        self.hub = self._outcome("hub")

    def _outcome(self, sender: str) -> Outcome:
        sent = json.loads(self._senders[sender].communicate(timeout=120)[0])
        seen = json.loads(self._receivers[OTHER[sender]].communicate(timeout=30)[0])
        return Outcome(count=self._count, sent=sent["sent"],
                       **{key: seen[key] for key in ("delivered", "lost", "twice", "damaged", "longest_gap_ms",
                                                     "gap_start", "gap_end")})

    def assert_perfect(self) -> None:
        for sender, outcome in (("edge", self.edge), ("hub", self.hub)):
            assert (outcome.sent, outcome.delivered, outcome.lost, outcome.twice, outcome.damaged) == (
                self._count, self._count, 0, 0, 0), f"{sender}->{OTHER[sender]}: {outcome}"

    def assert_nothing_twice(self) -> None:
        for sender, outcome in (("edge", self.edge), ("hub", self.hub)):
            assert (outcome.twice, outcome.damaged) == (0, 0), f"{sender}->{OTHER[sender]}: {outcome}"
