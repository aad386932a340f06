import os

import pytest

from lab.place import BUILD
from line.wire import Wire


def pytest_configure(config):
    if os.geteuid() != 0:
        raise pytest.UsageError("these tests make network namespaces: run them as root, by scripts/test wan")
    if not BUILD.wanem.exists():
        raise pytest.UsageError(f"{BUILD.wanem} is missing: run scripts/build first")


@pytest.fixture(scope="session")
def wire():
    made = Wire()
    yield made
    made.remove()
