"""One lab at a time on a machine: begun with a record, ended by it, whatever state it is in."""
import contextlib
import fcntl
import os
import pathlib
import shutil
import tempfile

from lab import hugepages, namespace, record
from lab.addresses import SIDES
from lab.failure import Failure
from lab.place import RUN_DIRECTORIES, RUNTIME, Build, gateway_files, lock_files

_PREFIX = "ropewalk-lab."


def begin(owner: int | None, build: Build, namespaces: list[str]) -> pathlib.Path:
    """Makes the namespaces and the directory for configurations, key, state and logs, and returns the latter. A lab that
    nobody uses is taken away first; `owner` is a process for whose life this one is in use."""
    record.refuse_foreign_owner(owner)
    if record.exists():
        print("Taking away an earlier lab first.", flush=True)
        end()
    _refuse_running_gateways()
    for name in filter(namespace.exists, namespaces):
        raise Failure(f"a network namespace '{name}' exists already and this lab did not make it: remove it with "
                      f"'ip netns del {name}' or leave the lab")
    with ended_on_failure():
        if owner:
            record.claim(owner)
        record.add("build_dir", build.directory)
        # What a gateway of the same name left earlier is not the lab's.
        for file in (file for side in SIDES for file in gateway_files(side) if not file.exists()):
            record.add("files", file)
        for name in namespaces:
            record.add("namespaces", name)
            namespace.add(name)
        directory = pathlib.Path(tempfile.mkdtemp(prefix=_PREFIX, dir=RUN_DIRECTORIES))
        record.add("run_dir", directory)
    return directory


def end() -> None:
    """Takes away what is recorded; nothing recorded is nothing to do."""
    if not record.exists():
        return
    namespace.remove(record.lines("namespaces"))
    for file in map(pathlib.Path, record.lines("files")):
        shutil.rmtree(file) if file.is_dir() else file.unlink(missing_ok=True)
    hugepages.take_back_from_lab()
    directory = pathlib.Path(record.last("run_dir"))
    if directory.name.startswith(_PREFIX):
        shutil.rmtree(directory, ignore_errors=True)
    record.remove()
    with contextlib.suppress(OSError):
        RUNTIME.rmdir()


@contextlib.contextmanager
def ended_on_failure():
    """A lab that is begun and could not be finished does not stay."""
    try:
        yield
    except BaseException:
        end()
        raise


@contextlib.contextmanager
def kept_by_this_process(build: Build, namespaces: list[str]):
    """A lab for the length of a `with` block; its directory."""
    directory = begin(os.getpid(), build, namespaces)
    try:
        yield directory
    finally:
        end()


def _refuse_running_gateways() -> None:
    """Another gateway of the same name on this machine must not be disturbed."""
    for side in SIDES:
        for lock in filter(pathlib.Path.exists, lock_files(side)):
            with lock.open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise Failure(f"a gateway named '{side}' that this lab did not start is running on this machine (process "
                                  f"{file.read().strip()}): stop it first") from None
