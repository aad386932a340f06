"""YAML files: every problem at once, and every profile is good."""
import subprocess

import pytest

from lab.place import BUILD, PROFILES

FILES = sorted(PROFILES.glob("*.yaml"))


def check(path) -> subprocess.CompletedProcess:
    return subprocess.run([BUILD.wanem, "--check", "--config", path], capture_output=True, text=True, timeout=10)


def test_every_problem_is_named_with_its_line(tmp_path):
    file = tmp_path / "line.yaml"
    file.write_text("""both:
  rate: 20
  dealy: 5ms
upload: { loss: 101%, queue: 5ms, policer: 32KiB }
download: { policer: 32KiB, link: sideways }
relay: here
timeline:
  - { at: 3s, nat: bind }
  - { at: 2s, both: { mtu: 3B } }
  - { both: { burst_loss: { enter: 1% } } }
""")
    done = check(file)
    lines = done.stderr.splitlines()
    assert done.returncode == 1
    for number, key, words in ((2, "both.rate", "20mbit"), (3, "both.dealy", "did you mean 'delay'?"),
                               (4, "upload.loss", "0.5%"), (4, "upload.policer", "one of both"),
                               (5, "download.policer", "without a rate"), (5, "download.link", "up, down"),
                               (6, "relay", "198.51.100.9:5000"), (8, "timeline[0].nat", "rebind"),
                               (9, "timeline[1].at", "ascending"), (9, "timeline[1].both.mtu", "1400B"),
                               (10, "timeline[2].at", "3s"), (10, "timeline[2].both.burst_loss.leave", "0.5%")):
        assert any(line.startswith(f"{file}:{number}: {key}") and words in line for line in lines), (key, lines)
    assert len(lines) == 12, lines


def test_interfaces_are_needed_and_must_be_there(tmp_path):
    without = subprocess.run([BUILD.wanem], capture_output=True, text=True, timeout=10)
    assert without.returncode == 1 and "--near" in without.stderr
    absent = subprocess.run([BUILD.wanem, "--near", "nowhere0", "--far", "nowhere1"], capture_output=True, text=True, timeout=10)
    assert absent.returncode == 1 and "nowhere0" in absent.stderr


def test_there_are_profiles():
    assert {path.stem for path in FILES} >= {"fibre", "cable", "dsl", "lte", "lte-moving", "5g", "geo", "leo",
                                                "hotel-wifi", "transatlantic"}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_profile_is_good(path):
    done = check(path)
    assert (done.returncode, done.stderr) == (0, "")
