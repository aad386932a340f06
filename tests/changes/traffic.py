"""Numbered streams without a pause: every so often new ones begin and the old ones end, so that a loss is known soon, and
whereabouts in time."""
import dataclasses

from changes.watch import Difference
from lab.addresses import OTHER, SIDES
from lab.lab import Lab
from lab.losses import between
from lab.stream import Outcome, Stream

# Each packet fits into every MTU that is set: what a change of it does to larger ones is nobody's fault.
STREAMS = ({"version": 4, "rate": 500, "size": 200}, {"version": 6, "rate": 200, "size": 1200})


@dataclasses.dataclass
class Sums:
    """Of one direction."""
    sent: int = 0
    delivered: int = 0
    twice: int = 0
    damaged: int = 0
    longest_gap_ms: float = 0

    def add(self, outcome: Outcome) -> None:
        self.sent += outcome.sent + outcome.refused
        self.delivered += outcome.delivered
        self.twice += outcome.twice
        self.damaged += outcome.damaged
        self.longest_gap_ms = max(self.longest_gap_ms, outcome.longest_gap_ms)

    def __str__(self) -> str:
        return (f"sent {self.sent} delivered {self.delivered} lost {self.sent - self.delivered} twice {self.twice} "
                f"damaged {self.damaged}, longest gap {self.longest_gap_ms:.0f} ms")


class Traffic:
    """Flows within the `with` block."""

    def __init__(self, lab: Lab):
        self._lab = lab
        self._losses_before = lab.losses()
        self.sums = {side: Sums() for side in SIDES}
        self._running: list[Stream] = []
        self._ending: list[Stream] = []

    def __enter__(self):
        self.renew()
        return self

    def __exit__(self, *_):
        for stream in (*self._running, *self._ending):
            stream.kill()

    def renew(self) -> None:
        """The old streams end once new ones flow."""
        self.judge()
        self._ending, self._running = self._running, []
        for options in STREAMS:
            # To ask all counters takes long on a busy machine.
            self._running.append(self._lab.start_stream(losses=dict, **options))
        self._stop(self._ending)

    def end(self) -> None:
        self.judge()
        self._ending, self._running = self._running, []
        self._stop(self._ending)
        self.judge()

    def judge(self) -> None:
        """Raises Difference when a stream that was to end was not perfect, or another one has ended."""
        if not all(stream.is_running() for stream in self._running):
            raise Difference("a stream ended by itself")
        while self._ending:
            stream = self._ending[0]
            stream.finish()
            self._ending.pop(0).kill()
            outcomes = {"edge": stream.edge, "hub": stream.hub}
            for side, outcome in outcomes.items():
                self.sums[side].add(outcome)
            for side, outcome in outcomes.items():
                if not outcome.is_perfect:
                    raise Difference(f"from {side} to {OTHER[side]} not all came once: lost {outcome.lost}, {outcome}; "
                                     f"dropped by all since the beginning: {between(self._losses_before, self._lab.losses())}")

    @staticmethod
    def _stop(streams: list[Stream]) -> None:
        for stream in streams:
            stream.end()
