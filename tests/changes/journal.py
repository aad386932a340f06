"""What was done and seen, with times: a file to read when a run has failed."""
import pathlib
import time


class Journal:
    """A line each: seconds since the beginning, CLOCK_MONOTONIC as streams have it, and the words."""

    def __init__(self, file: pathlib.Path):
        self.file = file
        self._began = time.monotonic()
        self._lines: list[str] = []
        self._output = file.open("w", buffering=1)

    def note(self, text: str) -> None:
        now = time.monotonic()
        self._lines.append(f"{now - self._began:10.3f} {now:14.3f}  {text}")
        self._output.write(f"{self._lines[-1]}\n")

    def say(self, text: str) -> None:
        """And to whoever looks on."""
        self.note(text)
        print(f"{self._lines[-1].split()[0]:>10} s  {text}", flush=True)

    def end(self, lines: int) -> str:
        return "\n".join(self._lines[-lines:])
