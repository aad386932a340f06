"""Commands and sockets inside a network namespace."""
import contextlib
import ctypes
import os
import subprocess

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000


def command(namespace: str, *words) -> list[str]:
    """`ip netns exec` becomes the program it starts, so its PID is the program's."""
    return ["ip", "netns", "exec", namespace, *map(str, words)]


def run(namespace: str, *words, check: bool = True, **options) -> subprocess.CompletedProcess:
    done = subprocess.run(command(namespace, *words), capture_output=True, text=True, timeout=60, **options)
    assert not check or done.returncode == 0, f"{' '.join(map(str, words))} in {namespace}: {done.stdout}{done.stderr}"
    return done


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
