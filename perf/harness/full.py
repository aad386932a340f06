"""Everything that can be measured here, into one folder: a JSON file a benchmark, all of them in one, and an HTML page."""

import argparse
import json
import sys
from pathlib import Path
from types import ModuleType

from . import machine
from .html_report import html

# A check compares; it measures nothing new.
LEFT_OUT = ("check",)


def run(benchmarks: dict[str, ModuleType], folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    reports = {}
    for name, benchmark in benchmarks.items():
        if name in LEFT_OUT:
            continue
        print(f"== {name}", file=sys.stderr)
        file = folder / f"{name}.json"
        parser = argparse.ArgumentParser()
        benchmark.add_arguments(parser)
        if (status := benchmark.run(parser.parse_args(["--json", str(file)]))) != 0:
            return status
        reports[name] = _report(json.loads(file.read_text()))
    (folder / "report.json").write_text(json.dumps({"machine": machine.describe(), "reports": reports}, indent=2) + "\n")
    (folder / "report.html").write_text(html(reports))
    print(f"The whole report is in {folder}: report.html for people, report.json for perf/compare.")
    return 0


def _report(loaded: dict) -> dict:
    """Google Benchmark's JSON has no rows of ours."""
    if "benchmarks" not in loaded:
        return loaded
    rows = [{"name": one["name"], "ns": round(one["cpu_time"], 1)} for one in loaded["benchmarks"]]
    return {"machine": machine.describe(), "rows": rows}
