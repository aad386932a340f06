"""Two gateways in network namespaces of their own, joined by two wires: what `perf/run kernel` measures through."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .failure import Failure

PATHS = 2
DRIVERS = ("af_packet", "af_xdp")
BARE = 200  # the third octet of a wire that no gateway has a port on
SIDES = ("edge", "hub")
FOLDERS = "ropewalk-perf-gateways-"
START_SECONDS = 20


class Side:
    """A namespace and the gateway in it; both are called rwperf-NAME."""

    def __init__(self, name: str, number: int):
        self.name = f"rwperf-{name}"
        self.inner = f"192.0.2.{number}"
        self.number = number
        self.processes: list[subprocess.Popen] = []
        self.log = Path()

    def command(self, *words: str) -> list[str]:
        return ["ip", "netns", "exec", self.name, *words]

    def ways(self) -> list[str]:
        """How packets cross between kernel and worker, as the dataplane's log says."""
        lines = (line.split(" info: ", 1)[-1] for line in self.log.read_text().splitlines())
        return [line for line in lines if line.startswith(("inside: ", "port "))]

    def cpu_ns(self) -> int:
        """CPU time of both processes so far, every thread."""
        threads = (thread for process in self.processes for thread in Path(f"/proc/{process.pid}/task").iterdir())
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)


@contextlib.contextmanager
def two_gateways(build: Path, driver: str = DRIVERS[0]) -> Iterator[tuple[Side, Side]]:
    """The built programs, aes-256-gcm, every packet on both paths, whose ports are driven by `driver`. Takes away what an
    earlier run left behind."""
    edge, hub = (Side(name, number) for number, name in enumerate(SIDES, 1))
    _remove_namespaces()
    for left in Path(tempfile.gettempdir()).glob(FOLDERS + "*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=FOLDERS) as folder:
        try:
            _make_wires(edge, hub)
            key = Path(folder) / "key"
            key.touch(mode=0o600)
            key.write_text(_run(str(build / "control/ropewalk"), "genkey"))
            for side, peer in ((edge, hub), (hub, edge)):
                _start(side, peer, build, Path(folder), driver)
            _wait_for_paths(edge, hub)
            yield edge, hub
        finally:
            for process in edge.processes + hub.processes:
                process.terminate()
            for process in edge.processes + hub.processes:
                process.wait(10)
            _remove_namespaces()
            for side in (edge, hub):
                _remove_traces(side)


def _make_wires(edge: Side, hub: Side) -> None:
    for side in (edge, hub):
        _run("ip", "netns", "add", side.name)
        _run("ip", "-n", side.name, "link", "set", "lo", "up")
    for wire in (*range(PATHS), BARE):
        _run("ip", "-n", edge.name, "link", "add", f"wan{wire}", "type", "veth", "peer", f"wan{wire}", "netns", hub.name)
        for side in (edge, hub):
            _run("ip", "-n", side.name, "address", "add", f"{outer(side, wire)}/24", "dev", f"wan{wire}")
            _run("ip", "-n", side.name, "link", "set", f"wan{wire}", "up")


def outer(side: Side, wire: int) -> str:
    return f"198.18.{wire}.{side.number}"


def _start(side: Side, peer: Side, build: Path, folder: Path, driver: str) -> None:
    file = folder / f"{side.name}.yaml"
    file.write_text(_configuration(side, peer, folder, driver))
    side.log = folder / f"{side.name}.log"
    commands = ([str(build / "control/ropewalk-control"), "--config", str(file)],
                [str(build / "dataplane/ropewalk-dataplane"), side.name])
    for command in commands:
        with side.log.open("a") as log:
            side.processes.append(subprocess.Popen(side.command(*command), stdout=log, stderr=log))


def _configuration(side: Side, peer: Side, folder: Path, driver: str) -> str:
    lines = [f"gateway: {{ name: {side.name}, state_dir: {folder}/{side.name} }}", "ports:"]
    lines += [f"  wan{path}: {{ driver: {driver}, interface: wan{path} }}" for path in range(PATHS)]
    lines += [f"inside: {{ interface: rw0, addresses: [{side.inner}/24] }}",
              "tunnels:", f"  {peer.name}:", f"    key_file: {folder}/key", f"    prefixes: [{peer.inner}/32]", "    paths:"]
    lines += [f"      wan{path}: {{ port: wan{path}, local: \"{outer(side, path)}:4500\", "
              f"peer: \"{outer(peer, path)}:4500\", next_hop: \"{_address(peer, path)}\" }}" for path in range(PATHS)]
    return "\n".join(lines) + "\n"


def _address(side: Side, wire: int) -> str:
    """The Ethernet address of a wire's end: AF_XDP takes all frames, so the kernel would find no neighbour."""
    return _run(*side.command("cat", f"/sys/class/net/wan{wire}/address")).strip()


def _wait_for_paths(edge: Side, hub: Side) -> None:
    deadline = time.monotonic() + START_SECONDS
    ping = edge.command("ping", "-c", "1", "-W", "1", hub.inner)
    while subprocess.run(ping, capture_output=True).returncode != 0:
        ended = [process for process in edge.processes + hub.processes if process.poll() is not None]
        if ended or time.monotonic() > deadline:
            logs = "\n".join(side.log.read_text()[-1500:] for side in (edge, hub))
            raise Failure(f"the gateways did not come up:\n{logs}")
        time.sleep(0.2)


def _remove_namespaces() -> None:
    for name in SIDES:
        space = f"rwperf-{name}"
        if not Path("/run/netns", space).exists():
            continue
        for process in subprocess.run(["ip", "netns", "pids", space], capture_output=True, text=True).stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
        subprocess.run(["ip", "netns", "delete", space], capture_output=True)


def _remove_traces(side: Side) -> None:
    for pattern in (f"/dev/shm/ropewalk.{side.name}", f"/run/ropewalk/{side.name}.sock",
                    f"/run/ropewalk/{side.name}.control.lock", f"/run/ropewalk/{side.name}.dataplane.lock"):
        Path(pattern).unlink(missing_ok=True)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"'{' '.join(command)}' failed: {done.stderr.strip()}")
    return done.stdout
