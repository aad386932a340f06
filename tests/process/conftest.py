import os

import pytest

from judge.sealed import derive
from lab import record, session
from lab.failure import Failure
from lab.lab import Lab
from lab.place import BUILD
from lab.traces import traces


def pytest_configure(config):
    if os.geteuid() != 0:
        raise pytest.UsageError("the process tests make network namespaces: run them as root, by scripts/test process")
    if not BUILD.dataplane.exists():
        raise pytest.UsageError(f"{BUILD.dataplane} is missing: run scripts/build first")
    # What a crashed run left is nobody's; a lab that someone uses is refused here.
    try:
        record.refuse_foreign_owner()
    except Failure as failure:
        raise pytest.UsageError(str(failure)) from None
    session.end()


@pytest.fixture(scope="session")
def traces_before():
    return traces()


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left_behind(traces_before):
    """No namespace, process, shared memory, run directory or hugepage stays after a module's lab is down."""
    yield
    left = traces() ^ traces_before
    assert not left, f"left behind or taken away: {', '.join(sorted(left))}"


@pytest.fixture(scope="module")
def lab(request):
    """Three paths, or what a module asks for by parametrizing `lab` with the arguments of Lab."""
    with Lab(**getattr(request, "param", {})) as lab:
        yield lab


@pytest.fixture(scope="module")
def to_hub(lab):
    """The keys under which edge seals for hub."""
    return derive(lab.edge.key_file, "edge", "hub")


@pytest.fixture(autouse=True)
def books_balance(request):
    """After every test the lab is whole again, and both gateways account for every packet."""
    yield
    if "lab" not in request.fixturenames:
        return
    lab = request.getfixturevalue("lab")
    lab.mend()
    for gateway in lab.gateways:
        gateway.assert_books_balance()
