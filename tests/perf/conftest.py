import subprocess

import pytest

from lab.place import BUILD


@pytest.fixture
def generator():
    """ropewalk-perf with given options, a tenth of a second of traffic or so."""
    def run(*options: str) -> subprocess.CompletedProcess:
        return subprocess.run([BUILD.directory / "perf/linerate/ropewalk-perf", *options], capture_output=True, text=True, timeout=60)
    return run
