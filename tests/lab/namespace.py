"""Network namespaces: made, removed, and commands and sockets inside them."""
import contextlib
import ctypes
import os
import pathlib
import signal
import subprocess
import time

from lab.failure import Failure

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000
_END_SECONDS = 5


def command(namespace: str, *words) -> list[str]:
    """`ip netns exec` becomes the program it starts, so its PID is the program's."""
    return ["ip", "netns", "exec", namespace, *map(str, words)]


def run(namespace: str, *words, check: bool = True, **options) -> subprocess.CompletedProcess:
    return _run(command(namespace, *words), check, **options)


def ip(namespace: str, *words) -> str:
    """`ip` with the namespace's interfaces, addresses and routes."""
    return _run(["ip", "-n", namespace, *map(str, words)], True).stdout


def set_kernel(namespace: str, *settings: str) -> None:
    """Each as `net.ipv4.ip_forward=1`."""
    run(namespace, "sysctl", "-qw", *settings)


def _run(words: list[str], check: bool, **options) -> subprocess.CompletedProcess:
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, **options)
    if check and done.returncode != 0:
        raise Failure(f"'{' '.join(words)}' failed: {done.stdout}{done.stderr}".strip())
    return done


def exists(name: str) -> bool:
    return pathlib.Path("/run/netns", name).exists()


def add(name: str) -> None:
    _run(["ip", "netns", "add", name], True)
    ip(name, "link", "set", "lo", "up")
    # Addresses are ready at once, and IPv6 ones stay when a link goes down and up again.
    set_kernel(name, *(f"net.{setting}" for which in ("all", "default") for setting in (
        f"ipv6.conf.{which}.accept_dad=0", f"ipv6.conf.{which}.keep_addr_on_down=1", f"ipv4.conf.{which}.rp_filter=0")))


def processes_in(names) -> list[int]:
    return [int(process) for name in names if exists(name)
            for process in _run(["ip", "netns", "pids", name], False).stdout.split()]


def remove(names) -> None:
    """With all that runs inside, which gets time to end in order."""
    _signal(processes_in(names), signal.SIGTERM)
    deadline = time.monotonic() + _END_SECONDS
    while processes_in(names) and time.monotonic() < deadline:
        time.sleep(0.05)
    _signal(processes_in(names), signal.SIGKILL)
    for name in filter(exists, names):
        _run(["ip", "netns", "del", name], True)


def _signal(processes: list[int], how: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, how)


def _enter(descriptor: int) -> None:
    if _libc.setns(descriptor, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(namespace: str):
    """Sockets that this thread makes here belong to the namespace for as long as they live."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        _enter(there)
        yield
    finally:
        _enter(home)
        os.close(there)
        os.close(home)
