"""A numbered UDP stream each way through the tunnel."""
import contextlib
import dataclasses
import itertools
import json
import pathlib
import signal
import subprocess

from lab import namespace
from lab.addresses import GATEWAYS_THEMSELVES, INSIDE_INTERFACE, OTHER, endpoint
from lab.failure import Failure
from lab.losses import between
from lab.place import Build
from lab.wait import wait_until

# Every stream has a UDP port of its own: a late packet of one is never taken for one of another.
_ports = itertools.count(20000)
# Without a packet for so long a receiver gives up: a bound for runs that are dead anyway.
_IDLE_SECONDS = 60
_END_SECONDS = 10


@dataclasses.dataclass
class Outcome:
    """What became of one direction. Times are those of time.monotonic()."""
    sent: int
    refused: int  # by the sender's kernel
    last_refusal: str
    delivered: int
    twice: int
    damaged: int
    longest_gap_ms: float
    gap_start: float
    gap_end: float

    @property
    def lost(self) -> int:
        return self.sent + self.refused - self.delivered

    @property
    def is_perfect(self) -> bool:
        return self.sent > 0 and self.refused == self.lost == self.twice == self.damaged == 0


class Stream:
    """Starts at once; sends `count` packets, or until it is told to stop. `users` send it, one a side. `edge` and `hub` are the
    outcomes by the sender's side, once it is finished. `losses` says what was dropped so far, and where."""

    def __init__(self, build: Build, rate: int = 1000, size: int = 200, version: int = 4, count: int | None = None,
                 users=GATEWAYS_THEMSELVES, losses=dict):
        self._build = build
        self._users = users
        self._losses, self._lost_before = losses, losses()
        self._count = count
        self._port = next(_ports)
        self._receivers = {side: self._start(side, "receive", "--listen", self._address(side, version), "--idle", _IDLE_SECONDS,
                                             "--json") for side in OTHER}
        for side in OTHER:
            wait_until(f"the receiver in {side} listens", lambda: self._listens(self._receivers[side], version))
        limit = () if count is None else ("--count", count)
        self._senders = {side: self._start_sender(side, "--to", self._address(OTHER[side], version), "--rate", rate, "--size", size,
                                                  *limit) for side in OTHER}

    def _address(self, side: str, version: int) -> str:
        return endpoint(self._users[side].addresses[version], self._port)

    def _start(self, side: str, *words, **options) -> subprocess.Popen:
        return subprocess.Popen(namespace.command(self._users[side].where, self._build.stream, *words), stdout=subprocess.PIPE,
                                text=True, **options)

    def _start_sender(self, side: str, *words) -> subprocess.Popen:
        """It looks at what the gateway's interface holds, wherever the gateway's users are."""
        with namespace.inside(side), open("/proc/thread-self/net/dev") as counters:
            return self._start(side, "send", *words, "--device", INSIDE_INTERFACE, "--counters",
                               f"/proc/self/fd/{counters.fileno()}", pass_fds=[counters.fileno()])

    def _listens(self, receiver: subprocess.Popen, version: int) -> bool:
        if receiver.poll() is not None:
            raise Failure(f"ropewalk-stream ended before it listened, with status {receiver.returncode}")
        table = pathlib.Path(f"/proc/{receiver.pid}/net/udp{'6' if version == 6 else ''}").read_text()
        return f":{self._port:04X} " in table

    def is_running(self) -> bool:
        return all(sender.poll() is None for sender in self._senders.values())

    @contextlib.contextmanager
    def during(self):
        """What the block does is done under this stream from its beginning to its end; then the stream is over."""
        try:
            yield self
            assert self.is_running(), "the stream ended before the block"
            self.end()
            self.finish()
        finally:
            self.kill()

    def end(self) -> None:
        """Tells the senders to stop."""
        for sender in self._senders.values():
            sender.send_signal(signal.SIGTERM)

    def finish(self) -> None:
        """Waits until all is sent, and until the receivers have seen the end."""
        self.edge, self.hub = self._outcome("edge"), self._outcome("hub")

    def kill(self) -> None:
        for process in (*self._senders.values(), *self._receivers.values()):
            process.kill()
            process.wait()

    def _outcome(self, sender: str) -> Outcome:
        sent = json.loads(self._senders[sender].communicate(timeout=120)[0])
        receiver = self._receivers[OTHER[sender]]
        try:
            seen, _ = receiver.communicate(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            # No end mark came through.
            receiver.terminate()
            seen, _ = receiver.communicate(timeout=_END_SECONDS)
        seen = json.loads(seen)
        return Outcome(**sent, **{key: seen[key] for key in ("delivered", "twice", "damaged", "longest_gap_ms", "gap_start",
                                                             "gap_end")})

    def assert_perfect(self) -> None:
        for sender, outcome in (("edge", self.edge), ("hub", self.hub)):
            assert outcome.is_perfect, f"{sender}->{OTHER[sender]}: {outcome}; counted since it began: {self._counted()}"
            assert self._count in (None, outcome.sent), f"{sender}->{OTHER[sender]}: {outcome}"

    def assert_lost_only_as(self, reason: str, copies: int) -> None:
        """Nothing was lost, or every copy of it was dropped for this one reason, which counts no more than what happened."""
        counted = self._counted()
        for sender, outcome in (("edge", self.edge), ("hub", self.hub)):
            receiver = OTHER[sender]
            told = f"{sender}->{receiver}: {outcome}; counted since it began: {counted}"
            assert dataclasses.replace(outcome, delivered=outcome.delivered + outcome.lost).is_perfect, told
            assert outcome.lost * copies <= counted.get(f"{receiver} {reason}", 0), told

    def _counted(self) -> dict[str, int]:
        return between(self._lost_before, self._losses())

    def assert_nothing_twice(self) -> None:
        for sender, outcome in (("edge", self.edge), ("hub", self.hub)):
            assert (outcome.twice, outcome.damaged) == (0, 0), f"{sender}->{OTHER[sender]}: {outcome}"
