"""perf/compare between reports that are made up."""

import json
import subprocess

import pytest

from lab.place import ROOT


def core(ratio: float, spread: float = 0.01) -> dict:
    ratios = [ratio * (1 + spread * step) for step in (-1, -0.5, 0, 0.5, 1)]
    row = {"work": "loop", "cipher": "aes-256-gcm", "size": 64, "copies": 2, "ratio_runs": ratios, "floor_runs": [100.0] * 5}
    return {"machine": {}, "rows": [row]}


def linerate(pps: float, swing: float = 0.0) -> dict:
    def rate(value: float) -> dict:
        return {"pps": value, "gbit": 1}
    mrr = {"median": rate(pps), "min": rate(pps * (1 - swing)), "max": rate(pps * (1 + swing))}
    return {"machine": {}, "rows": [{"topology": "looped", "ways": 1, "copies": 2, "size": "imix", "family": "ipv4",
                                     "mrr": mrr, "ndr": {"ending": "found", "lower": rate(pps * 0.9)}}]}


def kernel(cpu_us: float) -> dict:
    return {"machine": {}, "rows": [{"size": 1400, "kpps": 100, "cpu_us_per_packet_edge": cpu_us}]}


@pytest.fixture
def compare(tmp_path):
    def run(old: dict, new: dict, *options: str) -> subprocess.CompletedProcess:
        for name, report in (("old", old), ("new", new)):
            (tmp_path / name).write_text(json.dumps(report))
        return subprocess.run([ROOT / "perf/compare", tmp_path / "old", tmp_path / "new", *options], capture_output=True,
                              text=True)
    return run


@pytest.mark.parametrize("old, new, verdict", [
    (core(2.0), core(2.04), "same"),
    (core(2.0), core(2.3), "worse"),
    (core(2.0), core(1.7), "better"),
    (core(2.0, spread=0.1), core(2.15, spread=0.1), "same"),  # within the noise
    (linerate(1e6), linerate(0.97e6), "same"),
    (linerate(1e6), linerate(0.8e6), "worse"),
    (linerate(1e6, swing=0.2), linerate(0.8e6), "same"),
    (linerate(1e6), linerate(1.3e6), "better"),
    (kernel(2.0), kernel(2.5), "worse"),
    (kernel(2.0), kernel(1.5), "better"),
    ({"reports": {"core": core(2.0)}}, {"reports": {"core": core(2.5)}}, "worse"),
])
def test_verdicts(compare, old, new, verdict):
    done = compare(old, new)
    assert verdict in done.stdout
    assert done.returncode == (1 if verdict == "worse" else 0), done.stdout + done.stderr


def test_the_threshold_can_be_told(compare):
    assert compare(core(2.0), core(2.3), "--threshold", "20%").returncode == 0


def test_nothing_in_common_is_an_error(compare):
    assert compare(core(2.0), linerate(1e6)).returncode == 1


def test_what_is_no_report_is_said(compare):
    done = compare({"rows": []} | {}, {"no": "rows"})
    assert done.returncode == 2 and "is not a report of perf/run" in done.stderr
