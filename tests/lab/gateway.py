"""One gateway of the lab: its configuration, its processes, and what it tells of itself."""
import contextlib
import json
import pathlib
import signal
import subprocess

import yaml

from lab import namespace
from lab.addresses import OTHER
from lab.configuration import KEY_FILE
from lab.failure import Failure
from lab.place import BUILD, SHARED_MEMORY, Build
from lab.processes import Processes
from lab.wait import wait_until

# A burst from every queue, a copy for every path.
MOST_HELD = 64 * 16
# A path that has failed again and again proves itself for so long.
LONGEST_HOLD_DOWN_S = 60


class Gateway(Processes):
    def __init__(self, name: str, directory: pathlib.Path, build: Build = BUILD, cpu: int | None = None):
        super().__init__(name, directory, build, cpu)
        self.far = OTHER[name]
        self.state_directory = directory / f"{name}-state"
        self.key_file = directory / KEY_FILE
        self.shared_memory = SHARED_MEMORY / f"ropewalk.{name}"
        self._cut_off: dict[str, int] = {}

    @contextlib.contextmanager
    def configuration(self):
        """The YAML as plain dictionaries; written back at the end of the block."""
        content = yaml.safe_load(self.file.read_text())
        yield content
        self.file.write_text(yaml.safe_dump(content))

    def kill(self, part: str, how: signal.Signals = signal.SIGKILL) -> int:
        """What a dataplane holds when it is killed in the middle of a turn is gone uncounted: the books miss that much from
        then on, and no more."""
        status = super().kill(part, how)
        if part == "dataplane" and how == signal.SIGKILL:
            self._cut_off = {equation: came - went for equation, came, went in self._balances()}
            assert all(0 <= held < MOST_HELD for held in self._cut_off.values()), self._cut_off
        return status

    def stop_for_good(self) -> None:
        """And forgets, as at a reboot: a dataplane that starts beside its control takes what lies in the shared memory, were it
        the old one's."""
        self.stop()
        self.forget_shared_memory()

    def forget_shared_memory(self) -> None:
        self.shared_memory.unlink(missing_ok=True)
        self._cut_off = {}

    def wait_for_shared_memory(self) -> None:
        wait_until(lambda: f"control of {self.name} made its shared memory: {self.log('control')[-1000:]}",
                   self.shared_memory.exists)

    def ropewalk(self, *words) -> subprocess.CompletedProcess:
        return subprocess.run([self.build.ropewalk, *words, "--gateway", self.name], capture_output=True, text=True, timeout=20)

    def show_text(self, what: str, *options) -> str:
        done = self.ropewalk("show", what, *options)
        if done.returncode != 0:
            raise Failure(f"show {what} of {self.name}: {done.stdout}{done.stderr}")
        return done.stdout

    def show(self, what: str) -> dict:
        return json.loads(self.show_text(what, "--json"))

    def reload(self) -> str:
        done = self.ropewalk("reload")
        assert done.returncode == 0, f"reload of {self.name}: {done.stdout}{done.stderr}"
        return done.stdout

    def live_paths(self) -> set[str]:
        """Those the peer is heard on. Without the copy header nobody can tell paths apart: then those that can be sent on."""
        if not self.shared_memory.exists():
            return set()
        shown = self.show("paths")
        runs = shown["dataplane"]["state"] == "running"
        return {path["name"] for path in shown["paths"]
                if path["state"] in ("up", "lossy", "slow") or (path["state"] == "unknown" and runs and path["next_hop"])}

    def path_counters(self) -> dict[str, dict]:
        return {path["name"]: path for path in self.show("paths")["paths"]}

    def tunnel(self) -> dict:
        return self.show("tunnels")["tunnels"][0]

    def drops(self) -> dict[str, int]:
        return {drop["reason"]: drop["packets"] for drop in self.show("drops")["drops"]}

    def wait_for_drops(self, reason: str, count: int) -> None:
        wait_until(lambda: f"{count} drops as {reason} in {self.name}; there are {self.drops()}",
                   lambda: self.drops()[reason] >= count)

    def problems(self) -> list[str]:
        """Asked again where control was too busy to answer."""
        def told():
            problems = self.show("summary")["problems"]
            return None if any("what it knows is missing here" in problem for problem in problems) else [problems]
        return wait_until(f"control of {self.name} answers", told)[0]

    def _balances(self) -> list[tuple[str, int, int]]:
        return [(it["equation"], it["came"], it["went"]) for it in self.show("drops")["balances"]]

    def assert_books_balance(self) -> None:
        """Every packet is accounted for, exactly, but what a killed dataplane held: between two hellos there is a moment when
        all stand still."""
        def balance() -> bool:
            seen = self._balances()
            return bool(seen) and all(came - went == self._cut_off.get(equation, 0) for equation, came, went in seen)
        wait_until(lambda: f"the books of {self.name} balance: {self._balances()}", balance)

    def wait_for_paths(self, *names: str, seconds: float = LONGEST_HOLD_DOWN_S + 20) -> None:
        def are_up() -> bool:
            self.must_run()
            return set(names) <= self.live_paths()
        wait_until(lambda: f"paths {' '.join(names)} of {self.name} are up; logs:\n{self.log_ends()}", are_up, seconds)

    def wait_for_state(self, name: str, *states: str, because: str = "") -> None:
        """Of a path, and that its reason has these words."""
        def is_so() -> bool:
            path = self.path_counters()[name]
            return path["state"] in states and because in path["reason"]
        wait_until(lambda: f"{name} of {self.name} is {states} {because}: {self.path_counters()[name]}", is_so,
                   seconds=LONGEST_HOLD_DOWN_S + 30)

    def wait_until_paths_are(self, names: set[str]) -> None:
        wait_until(lambda: f"the live paths of {self.name} are {names}, not {self.live_paths()}",
                   lambda: self.live_paths() == names, seconds=LONGEST_HOLD_DOWN_S + 20)

    def forget_route_cache(self) -> None:
        """What routers told its kernel of what does not fit."""
        for version in ("-4", "-6"):
            namespace.ip(self.name, version, "route", "flush", "cache")

    def path_names(self) -> list[str]:
        return list(yaml.safe_load(self.file.read_text())["tunnels"][self.far]["paths"])


def run_both(edge: Gateway, hub: Gateway) -> None:
    """Starts what does not run, and returns when each hears the other on every path."""
    edge.start()
    hub.start()
    wait_until_up(edge, hub)


def wait_until_up(*gateways: Gateway) -> None:
    for gateway in gateways:
        gateway.wait_for_paths(*gateway.path_names())
