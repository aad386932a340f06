"""A running ropewalk-wanem."""
import json
import os
import pathlib
import signal
import tempfile

from lab import emulator
from lab.wait import wait_until


def frames_lost(direction: dict) -> int:
    return sum(direction["dropped"].values())


def assert_all_accounted_for(report: dict) -> None:
    """in + duplicated = out + dropped + held, each way."""
    for name in ("upload", "download"):
        way = report[name]
        came, went = way["in"]["frames"] + way["duplicated"], way["out"]["frames"] + frames_lost(way) + way["held"]["frames"]
        assert came == went, f"{name}: {came} frames came in or were doubled, {went} went somewhere: {way}"


class Emulator:
    """Between the interfaces near and far of a namespace; settings as the YAML file has them. After the `with` block its
    report is in `report`, and every frame of it accounted for."""

    def __init__(self, where: str, settings: dict, **options):
        self._directory = tempfile.TemporaryDirectory(prefix="ropewalk-wanem.")
        self.control_path = pathlib.Path(self._directory.name, "control")
        file = pathlib.Path(self._directory.name, "line.yaml")
        file.write_text(json.dumps(settings))
        self.process = emulator.start(where, file, self.control_path, **options)
        self.report = None
        self.warnings = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.report is None:
            self.stop()

    def tell(self, request) -> dict:
        return emulator.tell(self.control_path, request)

    def change(self, **settings) -> None:
        emulator.change(self.control_path, settings)

    def counters(self) -> dict:
        return emulator.counters(self.control_path)

    def wait_until_seen(self, frames: int, way: str = "upload") -> None:
        """So many have come in, and are held or treated."""
        wait_until(lambda: f"{frames} frames came in: {self.counters()[way]}",
                   lambda: self.counters()[way]["in"]["frames"] >= frames, every=0.005)

    def wait_until_old(self, seconds: float) -> None:
        """By its own clock."""
        wait_until(f"the emulator has run for {seconds} s", lambda: self.counters()["seconds"] >= seconds)

    def wait_until_empty(self, seconds: float = 5) -> dict:
        """Nothing is on its way any more."""
        def empty():
            counters = self.counters()
            return all(counters[way]["held"]["frames"] == 0 for way in ("upload", "download")) and counters
        return wait_until("no frame is held", empty, seconds=seconds)

    def pause(self, seconds_long) -> None:
        """Takes the CPU away from it."""
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            seconds_long()
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def stop(self) -> dict:
        if self.process.poll() is None:
            self.process.terminate()
        out, self.warnings = self.process.communicate(timeout=10)
        self._directory.cleanup()
        assert self.process.returncode == 0, self.warnings
        self.report = json.loads(out)
        assert_all_accounted_for(self.report)
        return self.report
