"""One gateway of the lab: its configuration file and its two processes."""
import contextlib
import json
import pathlib
import signal
import subprocess

import yaml

from lab import namespace
from lab.place import CONTROL, DATAPLANE, ROPEWALK, SHARED_MEMORY
from lab.wait import wait_until

# A burst from every queue, a copy for every path.
MOST_HELD = 64 * 16


class Gateway:
    def __init__(self, name: str, run_directory: pathlib.Path):
        self.name = name
        self.far = {"edge": "hub", "hub": "edge"}[name]
        self.file = run_directory / f"{name}.yaml"
        self.state_directory = run_directory / f"{name}-state"
        self.key_file = run_directory / "edge-hub.key"
        self._logs = {part: run_directory / f"{name}-{part}.log" for part in ("control", "dataplane")}
        self._processes: dict[str, subprocess.Popen] = {}
        self._cut_off: dict[str, int] = {}

    @contextlib.contextmanager
    def configuration(self):
        """The YAML as plain dictionaries; written back at the end of the block."""
        content = yaml.safe_load(self.file.read_text())
        yield content
        self.file.write_text(yaml.safe_dump(content))

    def start(self, *parts: str) -> None:
        """Starts the parts named, both when none is named, as far as they do not run."""
        for part in parts or ("control", "dataplane"):
            if not self.runs(part):
                self._start(part)

    def command(self, part: str) -> list[str]:
        words = {"control": (CONTROL, "--config", self.file), "dataplane": (DATAPLANE, self.name)}[part]
        return namespace.command(self.name, *words)

    def _start(self, part: str) -> None:
        with self._logs[part].open("a") as log:
            self._processes[part] = subprocess.Popen(self.command(part), stdin=subprocess.DEVNULL, stdout=log,
                                                     stderr=log)

    def runs(self, part: str) -> bool:
        return part in self._processes and self._processes[part].poll() is None

    def pid(self, part: str) -> int:
        return self._processes[part].pid

    def log(self, part: str) -> str:
        return self._logs[part].read_text() if self._logs[part].exists() else ""

    def kill(self, part: str, how: signal.Signals = signal.SIGKILL) -> int:
        """Ends the process and waits for its end; returns its exit status. What a dataplane holds when it is killed in
        the middle of a turn is gone uncounted: the books miss that much from then on, and no more."""
        process = self._processes[part]
        process.send_signal(how)
        status = process.wait(timeout=10)
        if part == "dataplane" and how == signal.SIGKILL:
            self._cut_off = {it["equation"]: it["came"] - it["went"] for it in self.show("drops")["balances"]}
            assert all(0 <= held < MOST_HELD for held in self._cut_off.values()), self._cut_off
        return status

    def wait_for_end(self, part: str, seconds: float = 10) -> int:
        return self._processes[part].wait(timeout=seconds)

    def stop(self) -> None:
        for part in ("dataplane", "control"):
            if self.runs(part):
                assert self.kill(part, signal.SIGTERM) == 0, f"{part} of {self.name}: {self.log(part)[-1000:]}"

    def forget_shared_memory(self) -> None:
        """As after a reboot."""
        (SHARED_MEMORY / f"ropewalk.{self.name}").unlink(missing_ok=True)
        self._cut_off = {}

    def wait_for_shared_memory(self) -> None:
        wait_until(lambda: f"control of {self.name} made its shared memory: {self.log('control')[-1000:]}",
                   (SHARED_MEMORY / f"ropewalk.{self.name}").exists)

    def wait_for_log(self, part: str, text: str, after: int = 0, seconds: float = 10) -> None:
        wait_until(f"'{text}' in the log of {self.name}'s {part}", lambda: text in self.log(part)[after:], seconds)

    def ropewalk(self, *words) -> subprocess.CompletedProcess:
        return subprocess.run([ROPEWALK, *words, "--gateway", self.name], capture_output=True, text=True, timeout=20)

    def show(self, what: str) -> dict:
        done = self.ropewalk("show", what, "--json")
        assert done.returncode == 0, f"show {what}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def reload(self) -> str:
        done = self.ropewalk("reload")
        assert done.returncode == 0, f"reload of {self.name}: {done.stdout}{done.stderr}"
        return done.stdout

    def signal_reload(self) -> None:
        self._processes["control"].send_signal(signal.SIGHUP)

    def live_paths(self) -> set[str]:
        """Those the peer is heard on. Without the copy header nobody can tell paths apart, and hellos are not sent:
        then those that can be sent on."""
        if not (SHARED_MEMORY / f"ropewalk.{self.name}").exists():
            return set()
        shown = self.show("paths")
        runs = shown["dataplane"]["state"] == "running"
        alive = {"ropewalk": lambda path: path["state"] == "up",
                 "esp": lambda path: runs and path["next_hop"]}[self._wire()]
        return {path["name"] for path in shown["paths"] if alive(path)}

    def _wire(self) -> str:
        return yaml.safe_load(self.file.read_text())["tunnels"][self.far]["wire"]

    def path_counters(self) -> dict[str, dict]:
        return {path["name"]: path for path in self.show("paths")["paths"]}

    def drops(self) -> dict[str, int]:
        return {drop["reason"]: drop["packets"] for drop in self.show("drops")["drops"]}

    def wait_for_drops(self, reason: str, count: int) -> None:
        wait_until(lambda: f"{count} drops as {reason} in {self.name}; there are {self.drops()}",
                   lambda: self.drops()[reason] >= count, seconds=3)

    def assert_books_balance(self) -> None:
        """Every packet is accounted for, exactly, but what a killed dataplane held: between two hellos there is a moment when all stand still."""
        def balances():
            return [(it["equation"], it["came"], it["went"]) for it in self.show("drops")["balances"]]
        wait_until(lambda: f"the books of {self.name} balance: {balances()}",
                   lambda: balances() and all(
                       came - went == self._cut_off.get(equation, 0) for equation, came, went in balances()), seconds=5)

    def wait_for_paths(self, *names: str, seconds: float = 20) -> None:
        wait_until(lambda: f"paths {' '.join(names)} of {self.name} are up; logs:\n{self.log('control')[-1500:]}\n"
                           f"{self.log('dataplane')[-1500:]}", lambda: set(names) <= self.live_paths(), seconds)

    def wait_until_paths_are(self, names: set[str], seconds: float = 10) -> None:
        wait_until(lambda: f"the live paths of {self.name} are {names}, not {self.live_paths()}",
                   lambda: self.live_paths() == names, seconds)

    def path_names(self) -> list[str]:
        return list(yaml.safe_load(self.file.read_text())["tunnels"][self.far]["paths"])
