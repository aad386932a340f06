"""Where things are: the tree, the programs of a build, what gateways leave on the machine."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROFILES = ROOT / "tests" / "lab" / "wanem" / "profiles"
RUNTIME = pathlib.Path("/run/ropewalk")
SHARED_MEMORY = pathlib.Path("/dev/shm")
# Where a lab's directory with configurations, key and logs is made.
RUN_DIRECTORIES = pathlib.Path(os.environ.get("ROPEWALK_LAB_FILES", "/tmp"))


class Build:
    """The programs in a build directory."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory).absolute()
        self.control = self.directory / "control" / "ropewalk-control"
        self.ropewalk = self.directory / "control" / "ropewalk"
        self.dataplane = self.directory / "dataplane" / "ropewalk-dataplane"
        self.stream = self.directory / "tests" / "tools" / "ropewalk-stream"
        self.wanem = self.directory / "tests" / "lab" / "wanem" / "ropewalk-wanem"


BUILD = Build(os.environ.get("ROPEWALK_BUILD", ROOT / "build"))


def gateway_files(name: str) -> list[pathlib.Path]:
    """Shared memory, socket and locks of a gateway, and EAL's directory, which stays in any case."""
    return [SHARED_MEMORY / f"ropewalk.{name}", RUNTIME / f"{name}.sock", *lock_files(name),
            pathlib.Path(f"/var/run/dpdk/ropewalk-{name}")]


def lock_files(name: str) -> list[pathlib.Path]:
    """Held by the gateway's processes while they live; each names its process."""
    return [RUNTIME / f"{name}.{part}.lock" for part in ("control", "dataplane")]
