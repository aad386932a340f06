"""What a lab must not leave behind on the machine."""
import pathlib

from lab import hugepages
from lab.place import BUILD, RUN_DIRECTORIES, RUNTIME, gateway_files


def _running_programs() -> set[str]:
    """Without those of labs apart, which have process numbers of their own (apart.py)."""
    found = set()
    here = pathlib.Path("/proc/self/ns/pid").readlink()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            program, numbers = (process / "exe").readlink(), (process / "ns" / "pid").readlink()
        except OSError:
            continue
        if program.is_relative_to(BUILD.directory) and numbers == here:
            found.add(f"process {process.name} {program.name}")
    return found


def traces() -> set[str]:
    """Everything of a lab's that is there now; other gateways of the machine are not looked at."""
    namespaces = {f"namespace {path.name}" for pattern in ("edge", "hub", "path*", "internet", "*-lan")
                  for path in pathlib.Path("/run/netns").glob(pattern)}
    files = {f"file {path}" for side in ("edge", "hub") for path in (*gateway_files(side), *RUNTIME.glob(f"{side}.*"))
             if path.exists()}
    files |= {f"file {path}" for path in (*RUN_DIRECTORIES.glob("ropewalk-lab.*"), *RUNTIME.glob("lab"))}
    return namespaces | files | _running_programs() | {f"hugepages {hugepages.described().split()[0]}"}
