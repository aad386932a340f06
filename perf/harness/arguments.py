"""Arguments that benchmarks have in common, checked before anything is built."""

import argparse
import os
from pathlib import Path


def cpu(text: str) -> int:
    allowed = sorted(os.sched_getaffinity(0))
    if text not in map(str, allowed):
        raise argparse.ArgumentTypeError(f"found '{text}'; allowed here: {', '.join(map(str, allowed))}")
    return int(text)


def output_file(text: str) -> Path:
    """A file that can be written, though not yet made."""
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"'{text}' is a folder; allowed: the name of a file")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"'{text}' cannot be written; allowed: a file in a folder that is there and yours")
    return path


def output_folder(text: str) -> Path:
    """A folder that is there, or that can be made."""
    path = Path(text)
    there = next(parent for parent in (path.absolute(), *path.absolute().parents) if parent.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise argparse.ArgumentTypeError(f"'{text}' cannot be made; allowed: a folder in one that is there and yours")
    return path
