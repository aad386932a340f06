"""The two processes of a gateway: started, watched, killed, and what they log."""
import contextlib
import os
import pathlib
import signal
import subprocess

from lab import namespace
from lab.failure import Failure
from lab.place import BUILD, Build
from lab.wait import wait_until

PARTS = ("control", "dataplane")


class Processes:
    """Control and dataplane of the gateway `name`, in the namespace of that name. They outlive this process."""

    def __init__(self, name: str, directory: pathlib.Path, build: Build = BUILD, cpu: int | None = None):
        self.name = name
        self.build = build
        self.file = directory / f"{name}.yaml"
        self._cpu = cpu
        self._logs = {part: directory / f"{name}-{part}.log" for part in PARTS}
        self._processes: dict[str, subprocess.Popen] = {}

    def start(self, *parts: str) -> None:
        """Starts the parts named, both when none is named, as far as they do not run."""
        for part in parts or PARTS:
            if not self.runs(part):
                self._start(part)

    def command(self, part: str) -> list[str]:
        words = {"control": (self.build.control, "--config", self.file), "dataplane": (self.build.dataplane, self.name)}[part]
        return namespace.command(self.name, *words)

    def _start(self, part: str) -> None:
        with self._logs[part].open("a") as log:
            # In a session of its own: a Ctrl-C is for who started it, who ends it in order.
            self._processes[part] = subprocess.Popen(
                self.command(part), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=None if self._cpu is None else lambda: os.sched_setaffinity(0, {self._cpu}))

    def runs(self, part: str) -> bool:
        return part in self._processes and self._processes[part].poll() is None

    def must_run(self) -> None:
        """Fails when one that was started has ended by itself."""
        for part, process in self._processes.items():
            if process.poll() is not None:
                raise Failure(f"{part} of {self.name} ended with status {process.returncode}:\n{self.log_ends()}")

    def pid(self, part: str) -> int:
        return self._processes[part].pid

    def descriptors(self, part: str) -> int:
        """How many it holds open."""
        return len(os.listdir(f"/proc/{self.pid(part)}/fd"))

    @contextlib.contextmanager
    def stopped(self, *parts: str):
        """As when the host gives them no CPU, for the length of a `with` block."""
        for part in parts:
            self.send_signal(part, signal.SIGSTOP)
        try:
            yield
        finally:
            for part in parts:
                self.send_signal(part, signal.SIGCONT)

    def send_signal(self, part: str, how: signal.Signals) -> None:
        self._processes[part].send_signal(how)

    def kill(self, part: str, how: signal.Signals = signal.SIGKILL) -> int:
        """Ends the process and waits for its end; returns its exit status."""
        process = self._processes.pop(part)
        process.send_signal(how)
        return process.wait(timeout=30)

    def stop(self) -> None:
        for part in reversed(PARTS):
            if self.runs(part) and (status := self.kill(part, signal.SIGTERM)) != 0:
                raise Failure(f"{part} of {self.name} ended with status {status}:\n{self.log(part)[-1000:]}")

    def log(self, part: str) -> str:
        return self._logs[part].read_text() if self._logs[part].exists() else ""

    def log_ends(self) -> str:
        return "\n".join(self.log(part)[-1500:] for part in PARTS)

    def wait_for_log(self, part: str, text: str, after: int = 0) -> None:
        wait_until(f"'{text}' in the log of {self.name}'s {part}", lambda: text in self.log(part)[after:])
