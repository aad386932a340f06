"""Hugepages for the time of a measurement: added when they are missing and may be, and taken back."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

POOL = Path("/sys/kernel/mm/hugepages/hugepages-2048kB")
MEBIBYTES = 32  # what the benchmarks' packet pool and EAL take


def free_mebibytes() -> int:
    try:
        return 2 * _read("free_hugepages")
    except OSError:
        return 0


def described() -> str:
    """What there is before anything is added."""
    try:
        return f"{_read('nr_hugepages')} of 2 MiB, {_read('free_hugepages')} free"
    except OSError:
        return "none"


@contextlib.contextmanager
def reserved(mebibytes: int = MEBIBYTES) -> Iterator[None]:
    """Without the right to reserve any, or when the kernel finds none, the benchmarks use ordinary memory."""
    added = _reserve(mebibytes // 2)
    try:
        yield
    finally:
        if added > 0:
            # Others may have changed the number meanwhile: only what was added goes.
            _write(max(_read("nr_hugepages") - added, 0))


def _reserve(pages: int) -> int:
    try:
        missing = pages - _read("free_hugepages")
        before = _read("nr_hugepages")
        if missing <= 0:
            return 0
        _write(before + missing)
        return _read("nr_hugepages") - before
    except OSError:
        return 0


def _read(name: str) -> int:
    return int((POOL / name).read_text())


def _write(pages: int) -> None:
    (POOL / "nr_hugepages").write_text(str(pages))
