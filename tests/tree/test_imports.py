"""Folders import one way only: a file includes nothing from a folder that stands behind its own."""
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# What each folder of dataplane/ may include, its own files aside. The files in dataplane/ itself put the parts together.
PACKET_PATH = ["packet", "crypto", "tunnel", "view", "headers", "burst", "stages", "pipeline"]
ALLOWED = {folder: PACKET_PATH[:place] for place, folder in enumerate(PACKET_PATH)} | {
    "eal": ["packet"],
    "channel": ["packet", "crypto", "tunnel", "view", "eal"],
    "worker": PACKET_PATH + ["channel", "eal"],
    "house": PACKET_PATH + ["channel", "eal", "worker"],
    "launcher": [],
}


def included(source: Path) -> set[str]:
    """The folders of dataplane/ that a file includes from."""
    return set(re.findall(r'^#include "dataplane/(\w+)/', source.read_text(), re.MULTILINE))


def test_every_folder_has_a_place():
    folders = {path.name for path in (ROOT / "dataplane").iterdir() if path.is_dir()}
    assert folders == set(ALLOWED)


@pytest.mark.parametrize("folder", ALLOWED)
def test_folder_includes_only_what_stands_before_it(folder):
    wrong = [f"{source.relative_to(ROOT)} includes dataplane/{other}/"
             for source in sorted((ROOT / "dataplane" / folder).glob("*.?pp"))
             for other in sorted(included(source) - {folder} - set(ALLOWED[folder]))]
    assert not wrong


def test_nothing_but_the_programs_own_files_includes_what_puts_the_parts_together():
    wrong = [str(source.relative_to(ROOT)) for source in sorted((ROOT / "dataplane").glob("*/*.?pp"))
             if re.search(r'^#include "dataplane/\w+\.hpp"', source.read_text(), re.MULTILINE)]
    assert not wrong
