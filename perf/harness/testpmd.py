"""Debian's dpdk-testpmd between two memif ports: what forwarding alone costs, and nothing else."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from lab import hugepages
from lab.failure import Failure

PROGRAM = "dpdk-testpmd"
MEBIBYTES = 96  # its own and what ropewalk-perf takes
START_SECONDS = 20


def is_there() -> bool:
    return shutil.which(PROGRAM) is not None


class Forwarder:
    """Runs while the context lasts; the sockets lie in a folder of their own."""

    def __init__(self, main_cpu: int | None, cpu: int | None) -> None:
        cpus = sorted(os.sched_getaffinity(0))
        self._main_cpu = cpus[0] if main_cpu is None else main_cpu
        self._cpu = cpus[-1] if cpu is None else cpu
        self._output = ""

    def __enter__(self) -> "Forwarder":
        self._folder = tempfile.TemporaryDirectory(prefix="ropewalk-testpmd-")
        memory = ["--in-memory"] if hugepages.free_mebibytes() >= MEBIBYTES else ["--no-huge", "--no-shconf"]
        command = [PROGRAM, "--lcores", f"0@{self._main_cpu},1@{self._cpu}", "--no-pci", "-m", "64", "--no-telemetry",
                   "--file-prefix", "ropewalk-testpmd", *memory]
        for number in (0, 1):
            command += ["--vdev", self._devargs(number, "server")]
        command += ["--", "--auto-start", "--forward-mode=io", "--nb-cores=1", "--total-num-mbufs=8192",
                    "--rxd=1024", "--txd=1024"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True)
        self._wait_for_sockets()
        return self

    def __exit__(self, *_) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def port_options(self) -> list[str]:
        """What tells ropewalk-perf where to send and to receive."""
        return ["--tx-port", self._devargs(0, "client"), "--rx-port", self._devargs(1, "client")]

    def stop(self) -> None:
        """Ends it in peace, so that it says what it counted."""
        try:
            self._output, _ = self._process.communicate("\n", timeout=20)
        except subprocess.TimeoutExpired:
            raise Failure(f"{PROGRAM} did not end when it was asked to") from None

    def must_agree(self, rows: list[dict]) -> None:
        """What it says it dropped must be what was lost. (What it received, memif forgets when we disconnect.)"""
        # A packet that came after its trial was over was held up, not lost.
        lost = sum(row["drops"].get("lost_by_device", 0) - row["packets"]["of_others"] for row in rows)
        if lost != (dropped := packets_dropped(self._output)):
            raise Failure(f"the packets do not add up: {lost} were lost on the way through {PROGRAM}, "
                          f"which dropped {dropped}")

    def _devargs(self, number: int, role: str) -> str:
        socket = Path(self._folder.name) / f"{number}.sock"
        return f"net_memif{number},role={role},id=0,socket={socket},socket-abstract=no"

    def _wait_for_sockets(self) -> None:
        sockets = [Path(self._folder.name) / f"{number}.sock" for number in (0, 1)]
        for _ in range(START_SECONDS * 20):
            if all(socket.exists() for socket in sockets):
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        self._process.kill()
        said, _ = self._process.communicate()
        self._folder.cleanup()
        raise Failure(f"{PROGRAM} did not start: {_last_words(said)}")


def _last_words(said: str) -> str:
    return " / ".join(said.strip().splitlines()[-3:])


def packets_dropped(output: str) -> int:
    """By all its ports, as it says when it ends."""
    _, _, sums = output.partition("Accumulated forward statistics for all ports")
    found = re.findall(r"(?:RX|TX)-dropped:\s*(\d+)", sums)
    if not found:
        raise Failure(f"{PROGRAM} did not say what it dropped; its last words: {_last_words(output)}")
    return sum(map(int, found))
