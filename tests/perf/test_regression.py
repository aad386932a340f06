"""The packet path against the baseline of this kind of machine: ratios to the crypto library's cost in the same run."""

import subprocess

import pytest

from lab.place import ROOT


def test_no_ratio_to_the_floor_got_worse():
    done = subprocess.run([ROOT / "perf/run", "check"], capture_output=True, text=True, timeout=110)
    print(done.stdout)
    if "There is no baseline for this kind of machine" in done.stdout:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
