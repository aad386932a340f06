import os
import pathlib
import sys

import pytest

# Namespaces, waiting and places are those of the process tests.
sys.path.append(str(pathlib.Path(__file__).parent.parent / "process"))

from line.emulator import WANEM  # noqa: E402
from line.wire import Wire  # noqa: E402


def pytest_configure(config):
    if os.geteuid() != 0:
        raise pytest.UsageError("these tests make network namespaces: run them as root, by scripts/test wan")
    if not WANEM.exists():
        raise pytest.UsageError(f"{WANEM} is missing: run scripts/build first")


@pytest.fixture(scope="session")
def wire():
    made = Wire()
    yield made
    made.remove()
