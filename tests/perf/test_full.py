"""perf/run --full with benchmarks that measure nothing."""

import json
from types import SimpleNamespace

from harness import check as allowed
from harness import full


def benchmark(report: dict, status: int = 0) -> SimpleNamespace:
    def run(arguments) -> int:
        arguments.json.write_text(json.dumps(report))
        return status
    def add_arguments(parser) -> None:
        parser.add_argument("--json", type=full.Path)
    return SimpleNamespace(add_arguments=add_arguments, run=run)


KERNEL = {"machine": {"cpu_model": "a cpu"}, "rows": [{"size": 64, "kpps": 250.0}]}
MICRO = {"context": {}, "benchmarks": [{"name": "seal/64", "cpu_time": 93.21}]}


def test_all_reports_lie_in_one_folder(tmp_path):
    assert full.run({"kernel": benchmark(KERNEL), "micro": benchmark(MICRO), "check": allowed}, tmp_path / "new") == 0
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"kernel.json", "micro.json", "report.json", "report.html"}
    reports = json.loads((tmp_path / "new/report.json").read_text())["reports"]
    assert reports["kernel"] == KERNEL
    assert reports["micro"]["rows"] == [{"name": "seal/64", "ns": 93.2}]
    assert "seal/64" in (tmp_path / "new/report.html").read_text()


def test_one_that_fails_ends_it(tmp_path):
    assert full.run({"kernel": benchmark(KERNEL, status=3)}, tmp_path) == 3
    assert not (tmp_path / "report.json").exists()
