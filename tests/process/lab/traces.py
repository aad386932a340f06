"""What a lab must not leave behind on the machine."""
import pathlib

from lab.place import BUILD, HUGEPAGES, RUNTIME, SHARED_MEMORY


def _running_programs() -> set[str]:
    found = set()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            program = (process / "exe").readlink()
        except OSError:
            continue
        if program.is_relative_to(BUILD):
            found.add(f"process {process.name} {program.name}")
    return found


def traces() -> set[str]:
    """Everything of a lab's that is there now; other gateways of the machine are not looked at."""
    namespaces = {f"namespace {path.name}" for pattern in ("edge", "hub", "path*")
                  for path in pathlib.Path("/run/netns").glob(pattern)}
    files = {f"file {path}" for side in ("edge", "hub")
             for path in (*SHARED_MEMORY.glob(f"ropewalk.{side}"), *RUNTIME.glob(f"{side}.*"),
                          *pathlib.Path("/var/run/dpdk").glob(f"ropewalk-{side}"))}
    files |= {f"file {path}" for path in (*pathlib.Path("/tmp").glob("ropewalk-lab.*"), *RUNTIME.glob("lab"))}
    return namespaces | files | _running_programs() | {f"hugepages {HUGEPAGES.read_text().strip()}"}
