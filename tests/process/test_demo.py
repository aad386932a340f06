"""scripts/demo as a new user runs it: its verdict, and what is left after Ctrl-C, a kill and --keep."""
import os
import signal
import subprocess

import pytest

from lab.place import BUILD, ROOT
from lab.traces import traces

pytestmark = pytest.mark.skipif(BUILD.directory != ROOT / "build", reason="the demo runs what stands in build/")


@pytest.fixture(autouse=True)
def nothing_stays(traces_before):
    yield
    subprocess.run([ROOT / "scripts" / "lab", "down"], check=True)
    assert traces() == traces_before


def start_demo(*options: str) -> subprocess.Popen:
    # Tests that run in the background of a shell have Ctrl-C ignored, and would hand that on; a user's terminal does not.
    return subprocess.Popen([ROOT / "scripts" / "demo", *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, start_new_session=True,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def read_until(demo: subprocess.Popen, text: str) -> str:
    read = ""
    for line in demo.stdout:
        read += line
        if text in line:
            return read
    raise AssertionError(f"the demo ended without '{text}': {read}")


def test_the_demo_ends_with_its_verdict_and_leaves_nothing(traces_before):
    demo = start_demo("--seconds", "24")
    printed, _ = demo.communicate(timeout=120)
    assert printed.splitlines()[-2:] == ["edge->hub: sent 24000 delivered 24000 lost 0 twice 0",
                                         "hub->edge: sent 24000 delivered 24000 lost 0 twice 0"], printed
    for told in ("path 1 killed", "path 1 restored", "paths 2 and 3 killed", "paths 2 and 3 restored", "Mbit/s"):
        assert told in printed, printed
    assert demo.returncode == 0
    assert traces() == traces_before


def test_ctrl_c_takes_everything_away(traces_before):
    demo = start_demo()
    read_until(demo, "paths up:")
    os.killpg(demo.pid, signal.SIGINT)
    rest, _ = demo.communicate(timeout=20)
    assert demo.returncode == 130, rest
    assert traces() == traces_before


def test_the_next_lab_takes_away_what_a_killed_demo_left(traces_before):
    demo = start_demo()
    read_until(demo, "paths up:")
    os.killpg(demo.pid, signal.SIGKILL)
    demo.communicate(timeout=20)
    assert traces() != traces_before
    subprocess.run([ROOT / "scripts" / "lab", "up", "--wires-only"], check=True)
    subprocess.run([ROOT / "scripts" / "lab", "down"], check=True)
    assert traces() == traces_before
