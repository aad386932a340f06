"""Where things are: the tree, the programs under test, the files they leave."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("ROPEWALK_BUILD", ROOT / "build"))

CONTROL = BUILD / "control" / "ropewalk-control"
ROPEWALK = BUILD / "control" / "ropewalk"
DATAPLANE = BUILD / "dataplane" / "ropewalk-dataplane"
STREAM = BUILD / "tests" / "tools" / "ropewalk-stream"

RUNTIME = pathlib.Path("/run/ropewalk")
SHARED_MEMORY = pathlib.Path("/dev/shm")
HUGEPAGES = pathlib.Path("/proc/sys/vm/nr_hugepages")
