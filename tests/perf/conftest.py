import os
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ROPEWALK_BUILD", TREE / "build"))
sys.path.insert(0, str(TREE / "perf"))


@pytest.fixture
def generator():
    """ropewalk-perf with given options, a tenth of a second of traffic or so."""
    def run(*options: str) -> subprocess.CompletedProcess:
        return subprocess.run([BUILD / "perf/linerate/ropewalk-perf", *options], capture_output=True, text=True, timeout=60)
    return run
