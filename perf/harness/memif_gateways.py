"""Two gateways as they are installed, each a dataplane and a control, joined by memif and open to a generator by memif."""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from . import hugepages
from .failure import Failure
from .gateway_books import Counts

PROGRAMS = {"control": "control/ropewalk-control", "dataplane": "dataplane/ropewalk-dataplane", "cli": "control/ropewalk"}
NAMES = "rwmemif-"  # then the pid of the harness, then the side
FOLDERS = "ropewalk-perf-memif-"  # then the pid
SIDES = ("edge", "hub")
ADDRESS = "02:00:00:00:00:01"  # of each gateway on its own inside; they do not see each other
ROUTER = "02:00:00:00:00:02"  # whom they send to there: the generator, which takes everything
LARGEST_PACKET = 1430  # bytes, what fits into paths of 1500
START_SECONDS = 20
SETTLE_SECONDS = 5
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None)


class Gateway:
    """One of the two, with both processes on one CPU."""

    def __init__(self, side: str, build: Path, folder: Path, cpu: int) -> None:
        self.side = side
        self.name = f"{NAMES}{os.getpid()}-{side}"
        self.inside_socket = folder / f"{side}-inside.sock"
        self._build, self._folder, self._cpu = build, folder, cpu
        self._log = folder / f"{side}.log"
        self._processes: dict[str, subprocess.Popen] = {}

    def start(self, part: str) -> None:
        command = [str(self._build / PROGRAMS[part])]
        command += ["--config", str(self._folder / f"{self.side}.yaml")] if part == "control" else [self.name]
        with self._log.open("a") as log:
            # In a session of its own: a Ctrl-C is for the harness, which ends them in order.
            self._processes[part] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                     start_new_session=True, preexec_fn=self._prepare)

    def _prepare(self) -> None:
        """In the new process: its CPU, and an end when the harness comes to one that it cannot see."""
        os.sched_setaffinity(0, {self._cpu})
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    def end(self, part: str, how: signal.Signals = signal.SIGTERM) -> int:
        """Returns its exit status; 0 where it does not run."""
        process = self._processes.pop(part, None)
        if process is None:
            return 0
        process.send_signal(how)
        try:
            return process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def must_run(self) -> None:
        for part, process in self._processes.items():
            if process.poll() is not None:
                raise Failure(f"{part} of {self.side} ended with status {process.returncode}:\n{self.log()}")

    def log(self) -> str:
        return self._log.read_text()[-1500:] if self._log.exists() else ""

    def show(self, page: str) -> dict:
        return json.loads(self.show_text(page, "--json"))

    def show_text(self, page: str, *options: str) -> str:
        command = [str(self._build / PROGRAMS["cli"]), "show", page, "--gateway", self.name, *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        if done.returncode != 0:
            raise Failure(f"'{' '.join(command)}' failed: {done.stdout}{done.stderr}")
        return done.stdout

    def counts(self) -> Counts:
        return Counts.of(self.show("summary"), self.show("drops"))

    def paths_are_up(self) -> bool:
        if not Path(f"/dev/shm/ropewalk.{self.name}").exists():
            return False
        paths = self.show("paths")["paths"]
        return bool(paths) and all(path["state"] == "up" for path in paths)


@contextlib.contextmanager
def memif_gateways(build: Path, copies: int, cpu: int) -> Iterator[tuple[Gateway, Gateway]]:
    """The built programs, AES-256-GCM, a path and a memif for each copy. Once all paths are up both controls are
    stopped: gateways go on as they are, and nobody's messages mix with the packets that are counted."""
    if os.geteuid() != 0:
        raise Failure("gateways must run as root, and so must what starts them")
    _remove_traces_of_the_dead()
    with tempfile.TemporaryDirectory(prefix=f"{FOLDERS}{os.getpid()}-") as name:
        folder = Path(name)
        edge, hub = (Gateway(side, build, folder, cpu) for side in SIDES)
        try:
            _configure(edge, hub, copies, folder, build)
            # The hub is the client of all paths and waits for the edge, whichever is first.
            for part in ("control", "dataplane"):
                for gateway in (hub, edge):
                    gateway.start(part)
            wait_for_paths(edge, hub)
            for gateway in (edge, hub):
                gateway.end("control")
            yield edge, hub
        finally:
            for part in ("dataplane", "control"):
                for gateway in (edge, hub):
                    gateway.end(part)
            for gateway in (edge, hub):
                _remove_traces(gateway.name)


def memory_mebibytes(copies: int) -> int:
    """Packet memory of one gateway, on ordinary pages if need be: queues of each port, and what a worker holds."""
    return 48 + 16 * copies


def port_options(edge: Gateway, hub: Gateway, address: str = ADDRESS) -> list[str]:
    """What tells ropewalk-perf where to send and to receive, and to which Ethernet address."""
    devices = (f"net_memif{number},role=client,id=0,socket={gateway.inside_socket},socket-abstract=no"
               for number, gateway in enumerate((edge, hub)))
    return ["--tx-port", next(devices), "--rx-port", next(devices), "--next-hop", address]


def settled_counts(edge: Gateway, hub: Gateway) -> tuple[Counts, Counts]:
    """As soon as nothing moves any more; after a while also when something does, for then the books will tell."""
    deadline = time.monotonic() + SETTLE_SECONDS
    before = (edge.counts(), hub.counts())
    while True:
        for gateway in (edge, hub):
            gateway.must_run()
        now = (edge.counts(), hub.counts())
        if (now == before and all(counts.balances for counts in now)) or time.monotonic() > deadline:
            return now
        before = now


def wait_for_paths(edge: Gateway, hub: Gateway) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not (edge.paths_are_up() and hub.paths_are_up()):
        for gateway in (edge, hub):
            gateway.must_run()
        if time.monotonic() > deadline:
            raise Failure(f"the gateways did not come up:\n{edge.log()}\n{hub.log()}")
        time.sleep(0.1)


def _configure(edge: Gateway, hub: Gateway, copies: int, folder: Path, build: Path) -> None:
    key = folder / "key"
    key.touch(mode=0o600)
    key.write_text(subprocess.run([build / PROGRAMS["cli"], "genkey"], capture_output=True, text=True, check=True).stdout)
    # Each sees for itself what is free; that must not be the same pages.
    enough = hugepages.free_mebibytes() >= 2 * memory_mebibytes(copies)
    for gateway, peer in ((edge, hub), (hub, edge)):
        (folder / f"{gateway.side}.yaml").write_text(_configuration(gateway, peer, copies, folder, enough))


def _configuration(gateway: Gateway, peer: Gateway, copies: int, folder: Path, on_hugepages: bool) -> str:
    number, far = (1, 2) if gateway.side == "edge" else (2, 1)
    site = {"edge": ("198.18.0.0/24", "2001:db8:18::/48"), "hub": ("198.19.0.0/24", "2001:db8:19::/48")}[peer.side]
    role = "server" if gateway.side == "edge" else "client"
    hugepages_word = "required" if on_hugepages else '"off"'
    lines = [f"gateway: {{ name: {gateway.name}, state_dir: {folder}/{gateway.side} }}",
             # Two that spin on one CPU would take it from each other for whole time slices.
             f"dataplane: {{ memory: {memory_mebibytes(copies)}MiB, hugepages: {hugepages_word}, idle: adaptive }}",
             "ports:",
             f"  users: {{ driver: memif, socket: {gateway.inside_socket}, role: server, mac: \"{ADDRESS}\" }}"]
    lines += [f"  wan{path}: {{ driver: memif, socket: {folder}/wan{path}.sock, role: {role} }}" for path in range(copies)]
    lines += [f"inside: {{ port: users, next_hop: \"{ROUTER}\" }}",
              "tunnels:", f"  {peer.name}:", f"    key_file: {folder}/key", f"    prefixes: [{site[0]}, \"{site[1]}\"]",
              "    paths:"]
    lines += [f"      wan{path}: {{ port: wan{path}, local: \"203.0.{path}.{number}:4500\", "
              f"peer: \"203.0.{path}.{far}:4500\", next_hop: \"02:00:00:00:01:0{path}\" }}" for path in range(copies)]
    return "\n".join(lines) + "\n"


def _remove_traces_of_the_dead() -> None:
    """Of a harness that was killed and could not."""
    def are_dead(names: str) -> bool:
        return not Path("/proc", names.split("-")[0]).exists()
    for left in Path("/dev/shm").glob(f"ropewalk.{NAMES}*"):
        if are_dead(left.name.removeprefix(f"ropewalk.{NAMES}")):
            _remove_traces(left.name.removeprefix("ropewalk."))
    for left in Path(tempfile.gettempdir()).glob(f"{FOLDERS}*"):
        if are_dead(left.name.removeprefix(FOLDERS)):
            shutil.rmtree(left)


def _remove_traces(name: str) -> None:
    for file in (f"/dev/shm/ropewalk.{name}", f"/run/ropewalk/{name}.sock", f"/run/ropewalk/{name}.control.lock",
                 f"/run/ropewalk/{name}.dataplane.lock"):
        Path(file).unlink(missing_ok=True)
    shutil.rmtree(f"/var/run/dpdk/ropewalk-{name}", ignore_errors=True)  # EAL's, which it leaves in any case
