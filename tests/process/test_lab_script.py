"""scripts/lab by itself: hugepages, what it takes away, whom it does not disturb."""
import os
import pathlib
import subprocess

import pytest

from lab import hugepages, namespace
from lab.place import BUILD, ROOT
from lab.traces import traces

LAB = ROOT / "scripts" / "lab"


def lab_script(*words, status: int = 0) -> str:
    done = subprocess.run([LAB, *map(str, words)], capture_output=True, text=True, timeout=90)
    assert done.returncode == status, f"{words}: {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(autouse=True)
def down_afterwards(traces_before):
    yield
    lab_script("down")
    assert traces() == traces_before


def reserved_hugepages() -> int:
    return int(hugepages.described().split()[0])


def dataplane_log(printed: str, side: str) -> str:
    directory = next(word for word in printed.split() if word.startswith("/tmp/ropewalk-lab."))
    return pathlib.Path(directory, f"{side}-dataplane.log").read_text()


def test_up_reserves_hugepages_and_says_what_to_type_and_down_gives_them_back():
    before = reserved_hugepages()
    printed = lab_script("up", "--build", BUILD.directory)
    assert "scripts/lab down" in printed
    if "Hugepages: reserved" in printed:
        assert reserved_hugepages() > before
        for side in ("edge", "hub"):
            assert "MiB of hugepages" in dataplane_log(printed, side)
    assert namespace.run("edge", "ping", "-c", 2, "-i", 0.2, "192.0.2.2")
    assert "path3" in lab_script("status")
    lab_script("path", 1, "down")
    assert "192.0.2.1" in lab_script("exec", "edge", "ip", "address", "show", "rw0")
    lab_script("down")
    assert reserved_hugepages() == before


def test_a_real_host_is_played_with_like_the_kind_one():
    printed = lab_script("up", "fibre", "wire", "--host", "real", "--build", BUILD.directory)
    ping = next(line for line in printed.splitlines() if "exec edge-lan ping" in line).partition("#")[0].split()[1:]
    lab_script("path", 1, "down")
    assert "1 received" in lab_script(*ping, "-c", 1)
    lab_script("path", 1, "up")
    assert '"upload"' in lab_script("wan", 2)


def test_profiles_make_paths_that_can_be_changed_by_hand():
    printed = lab_script("up", "fibre", "dsl", "--wires-only", "--build", BUILD.directory)
    directory = pathlib.Path(printed.split()[-1])
    assert "wan2, mtu: 1492B" in (directory / "edge.yaml").read_text()
    lab_script("wan", 2, "upload.loss=7%", "link=down")
    lab_script("wan", 2, '{"nat": "rebind"}')
    assert '"nat_rebinds": 1' in lab_script("wan", 2) and '"nat_rebinds": 0' in lab_script("wan", 1)
    assert "did you mean 'delay'" in lab_script("wan", 1, "dealy=3ms", status=1)
    lab_script("path", 1, "down")
    assert "path 3 has no emulator" in lab_script("wan", 3, status=1)


def test_one_profile_serves_sixteen_paths_of_any_mtu():
    lab_script("up", "wire", "--paths", 16, "--mtu", 9000, "--wires-only", "--build", BUILD.directory)
    assert '"upload"' in lab_script("wan", 16)


def test_the_next_up_takes_away_what_a_crash_left():
    sleeper = subprocess.Popen(["sleep", "600"])
    lab_script("up", "--wires-only", "--owner", sleeper.pid)
    left = subprocess.Popen(namespace.command("edge", "sleep", 600))
    refused = lab_script("up", "--wires-only", status=1)
    assert f"in use by process {sleeper.pid}" in refused
    sleeper.kill()
    sleeper.wait()
    lab_script("up", "--wires-only", "--paths", 1)
    assert left.wait(timeout=5) != 0, "a process of the crashed run lives on"
    assert not os.path.exists("/run/netns/path3")


def test_a_namespace_of_somebody_else_is_left_alone():
    subprocess.run(["ip", "netns", "add", "path2"], check=True)
    try:
        assert "path2" in lab_script("up", "--wires-only", status=1)
        assert not os.path.exists("/run/netns/edge") and os.path.exists("/run/netns/path2")
    finally:
        subprocess.run(["ip", "netns", "del", "path2"], check=True)


@pytest.mark.parametrize("words,said", [
    (("up", "--paths", 17), "1 to 16"), (("up", "--mtu", 100), "1280"), (("up", "--outer", "ipx"), "ipv4"),
    (("up", "--bogus"), "--bogus"), (("up", "fiber"), "hotel-wifi"), (("wan", 1, "loss=1%"), "no emulator"),
    (("up", "fibre", "lte", "--paths", 3), "contradicts"), (("path", 1, "down"), "no path 1"), (("exec", "elsewhere", "true"), "elsewhere"),
])
def test_wrong_words_get_a_sentence(words, said):
    build = ("--build", BUILD.directory) if words[0] == "up" else ()
    assert said in lab_script(*words, *build, status=1)
