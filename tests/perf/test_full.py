"""perf/run --full with benchmarks that measure nothing."""

import json
from types import SimpleNamespace

from harness import check as allowed
from harness import full
from lab.failure import Failure


def benchmark(report: dict | None, status: int = 0, failure: Exception | None = None) -> SimpleNamespace:
    def run(arguments) -> int:
        if report is not None:
            arguments.json.write_text(json.dumps(report))
        if failure:
            raise failure
        return status

    def add_arguments(parser) -> None:
        parser.add_argument("--json", type=full.Path)
    return SimpleNamespace(add_arguments=add_arguments, run=run)


KERNEL = {"machine": {"ways": ["port wan1: joined"]}, "rows": [
    {"through": "gateways", "sender": "sendmmsg", "size": 64, "kpps": 250.0, "kpps_min": 249.0, "kpps_max": 251.0, "mbit": 128.0,
     "lost_percent": 0.0, "cpu_us_per_packet_edge": 2.0, "cpu_us_per_packet_hub": 1.5, "tcp_mbit": 5000.0}]}
LINERATE = {"machine": {}, "rows": [
    {"topology": "looped", "ways": 1, "copies": 2, "size": 64, "rate_is": "memory-path rate", "clock": "wall", "trials": 9,
     "trials_generator_was_late": 0, "drops": {"wan_tx_full": 3, "duplicate": 9}, "mrr": {"median": {"pps": 5e6, "gbit": 2.5}},
     "ndr": {"ending": "found", "lower": {"pps": 3e6, "gbit": 1.5}}, "loads": []}]}
WORKERS = {"machine": {}, "parts": {}, "rows": [
    {"work": "floor", "size": 64, **{key: {"median": 118, "min": 117, "max": 135}
                                     for key in ("cycles_alone", "cycles_together", "speedup")}}]}
MICRO = {"context": {}, "benchmarks": [{"name": "seal/64", "cpu_time": 93.21}]}


def test_all_reports_lie_in_one_folder(tmp_path):
    folder = tmp_path / "new"
    assert full.run({"kernel": benchmark(KERNEL), "micro": benchmark(MICRO), "check": allowed}, folder) == 0
    assert {path.name for path in folder.iterdir()} == {"kernel.json", "micro.json", "report.json", "results.md"}
    report = json.loads((folder / "report.json").read_text())
    assert report["reports"]["kernel"] == KERNEL
    assert report["reports"]["micro"]["rows"] == [{"name": "seal/64", "ns": 93.2}]
    assert report["failed"] == {}


def test_the_page_has_the_machine_and_a_table_of_each(tmp_path):
    parts = {"kernel": benchmark(KERNEL), "linerate": benchmark(LINERATE), "workers": benchmark(WORKERS)}
    assert full.run(parts, tmp_path, tmp_path / "page.md") == 0
    page = (tmp_path / "page.md").read_text()
    assert "| measured | revision " in page and "Not measured" not in page
    for row in ("| gateways | sendmmsg | 64 | 250.0 | 249.0-251.0 | 128 |", "| looped | 1 | 2 | 64 | 5.000 | 3.000 |",
                "| crypto library alone | 64 | 118.0 (117.0-135.0) |", "memory-path rates"):
        assert row in page


def test_what_fails_is_told_and_the_others_stand(tmp_path, capsys):
    reason = "dpdk-testpmd did not say what it dropped"
    parts = {"core": benchmark(None, failure=KeyError("rows")), "linerate": benchmark(LINERATE | {"failed": {"testpmd": reason}}, 1),
             "micro": benchmark(None, 3), "workers": benchmark(None, failure=Failure("two workers need two CPUs")),
             "kernel": benchmark(KERNEL)}
    (tmp_path / "micro.json").write_text(json.dumps(MICRO))  # an earlier run's
    assert full.run(parts, tmp_path) == 1
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["failed"] == {"core": "KeyError('rows')", "linerate testpmd": reason, "micro": "it ended with status 3",
                                "workers": "two workers need two CPUs"}
    assert report["reports"].keys() == {"linerate", "kernel"}
    told = capsys.readouterr().err
    page = (tmp_path / "results.md").read_text()
    for name, why in report["failed"].items():
        assert f"{name} failed and is missing in the report: {why}" in told and f"* {name}: {why}" in page
    assert "| looped |" in page and "| gateways |" in page
