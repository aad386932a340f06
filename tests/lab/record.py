"""What the lab made, written down under /run/ropewalk/lab before it is made, so that whoever comes next can take away just
that after a crash.

    namespaces   one name a line
    files        what the gateways will make in /dev/shm and /run
    run_dir      the directory with configurations, key and logs
    hugepages    how many pages were added
    owner        PID and start time of the process that must live for the lab to be in use; absent after `lab up`
    emulated     the number of every path that has a WAN emulator, one a line
    paths, host, build_dir   what was asked for
"""
import pathlib
import shutil

from lab.failure import Failure
from lab.place import RUNTIME

FOLDER = RUNTIME / "lab"


def exists() -> bool:
    return FOLDER.is_dir()


def add(name: str, value) -> None:
    """A line more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / name).open("a") as file:
        file.write(f"{value}\n")


def lines(name: str) -> list[str]:
    file = FOLDER / name
    return file.read_text().splitlines() if file.exists() else []


def last(name: str) -> str:
    return (lines(name) or [""])[-1]


def forget(name: str) -> None:
    (FOLDER / name).unlink(missing_ok=True)


def remove() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)


def claim(process: int) -> None:
    """From here on the lab is in use for as long as that process lives."""
    add("owner", f"{process} {_start_time(process)}")


def refuse_foreign_owner(process: int | None = None) -> None:
    """Fails when a living process other than this one uses the lab."""
    owner, _, started = last("owner").partition(" ")
    if not owner or _start_time(int(owner)) != started or int(owner) == process:
        return
    words = pathlib.Path("/proc", owner, "cmdline").read_text().replace("\0", " ")[:60].strip()
    raise Failure(f"the lab is in use by process {owner} ({words}): wait for its end or stop it first")


def _start_time(process: int) -> str:
    """With the PID it names one process for as long as the system is up; empty when there is none."""
    try:
        return pathlib.Path("/proc", str(process), "stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
