"""The demo's live table: repainted on a terminal, a short line every few seconds elsewhere."""
import sys
import time

from lab.lab import Lab

QUIET_INTERVAL = 5


class Table:
    def __init__(self, lab: Lab, rate: int, seconds: int):
        self._lab = lab
        self._title = f"Streams of {rate} packets/s each way"
        self._seconds = seconds
        self._event = "all paths are up"
        self._started = time.monotonic()
        self._last_line_at = -QUIET_INTERVAL
        if sys.stdout.isatty():
            print("\033[H\033[J", end="")

    def _elapsed(self) -> int:
        return int(time.monotonic() - self._started)

    def tell(self, event: str) -> None:
        """What was done to the paths just now."""
        self._event = event
        if not sys.stdout.isatty():
            print(f"{self._elapsed():3d} s  {event}", flush=True)

    def paint(self) -> None:
        """Once a second or so."""
        if sys.stdout.isatty():
            lines = [f"{self._title}, {self._elapsed()} of {self._seconds} s: {self._event}"]
            for gateway in self._lab.gateways:
                lines += ["", f"== {gateway.name}", *gateway.show_text("paths").splitlines()]
            # Home, every line cleared to its end, and what is below the page cleared: no flicker.
            print("\033[H" + "".join(f"{line}\033[K\n" for line in lines) + "\033[J", end="", flush=True)
        elif self._elapsed() - self._last_line_at >= QUIET_INTERVAL:
            self._last_line_at = self._elapsed()
            counts = (f"{gateway.name} {len(gateway.live_paths())} of {len(self._lab.routers)}" for gateway in self._lab.gateways)
            print(f"{self._elapsed():3d} s  paths up: {', '.join(counts)}", flush=True)

    def paint_until(self, condition, seconds: float) -> bool:
        """Whether it came true in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.paint()
            time.sleep(0.5)
        return True

    def paint_for(self, seconds: float) -> None:
        self.paint_until(lambda: False, seconds)
