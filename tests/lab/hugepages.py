"""Hugepages of 2 MiB for gateways and measurements: added when they are missing and may be, and taken back."""
import contextlib
from collections.abc import Iterator
from pathlib import Path

from lab import record

_POOL = Path("/sys/kernel/mm/hugepages/hugepages-2048kB")


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
def reserved(mebibytes: int) -> Iterator[None]:
    """Without the right to reserve any, or when the kernel finds too few, the programs use ordinary memory."""
    try:
        added = _add(_missing(mebibytes))
    except OSError:
        added = 0
    try:
        yield
    finally:
        if added > 0:
            _take_back(added)


def reserve_for_lab(mebibytes: int) -> str:
    """Until the lab is taken away. Says what came of it."""
    try:
        wanted = _missing(mebibytes)
        if wanted <= 0:
            return f"Hugepages: {_read('free_hugepages')} free ones are enough."
        record.add("hugepages", wanted)
        if _add(wanted):
            return f"Hugepages: reserved {wanted} of 2048 KiB, given back at the end."
    except OSError:
        pass
    record.forget("hugepages")
    return "Hugepages: this kernel has not enough to give; the gateways use ordinary memory."


def take_back_from_lab() -> None:
    if added := record.last("hugepages"):
        _take_back(int(added))
        record.forget("hugepages")


def _missing(mebibytes: int) -> int:
    return (mebibytes + 1) // 2 - _read("free_hugepages")


def _add(pages: int) -> int:
    """All of them or none; returns how many."""
    if pages <= 0:
        return 0
    before = _read("nr_hugepages")
    _write(before + pages)
    if (added := _read("nr_hugepages") - before) == pages:
        return pages
    _take_back(added)
    return 0


def _take_back(pages: int) -> None:
    # Others may have changed the number meanwhile: only what was added goes.
    _write(max(_read("nr_hugepages") - pages, 0))


def _read(name: str) -> int:
    return int((_POOL / name).read_text())


def _write(pages: int) -> None:
    (_POOL / "nr_hugepages").write_text(str(pages))
