"""A running ropewalk-wanem."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile

from lab import namespace
from lab.place import BUILD
from lab.wait import wait_until
from lab.wan import tell

WANEM = BUILD / "perf" / "wan" / "ropewalk-wanem"


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
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.process = subprocess.Popen(
            namespace.command(where, WANEM, "--config", file, "--near", "near", "--far", "far", "--control", self.control_path,
                              *words),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.report = None
        self.warnings = ""

    def __enter__(self):
        wait_until("the emulator listens", lambda: self.control_path.exists() or self.process.poll() is not None, seconds=5,
                   every=0.01)
        assert self.process.poll() is None, self.process.communicate()[1]
        return self

    def __exit__(self, *_):
        if self.report is None:
            self.stop()

    def tell(self, request) -> dict:
        return tell(self.control_path, request)

    def change(self, **settings) -> None:
        assert self.tell(settings) == {"ok": True}

    def counters(self) -> dict:
        return self.tell({"show": "counters"})

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
