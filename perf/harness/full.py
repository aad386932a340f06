"""Everything that can be measured here, into one folder: a JSON file a benchmark, all of them in one, and a page of results."""

import argparse
import json
import sys
from pathlib import Path
from types import ModuleType

from lab.failure import Failure

from . import machine
from .core import write
from .results_page import page

# A check compares; it measures nothing new.
LEFT_OUT = ("check",)


def run(benchmarks: dict[str, ModuleType], folder: Path, markdown: Path | None = None, only: list[str] | None = None) -> int:
    """What fails is told in the report, and the others stand; 1 when something did. With `only`, all else is as in the
    report that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    report = _report_to_change(folder, only) if only else {"machine": machine.describe(), "reports": {}, "failed": {}}
    for name, benchmark in benchmarks.items():
        if name in LEFT_OUT or name not in (only or benchmarks):
            continue
        if name == "libraries" and not only and not benchmark.is_possible():
            continue
        print(f"== {name}", file=sys.stderr)
        reason = _run(benchmark, folder / f"{name}.json")
        if (folder / f"{name}.json").exists():
            report["reports"][name] = _report(json.loads((folder / f"{name}.json").read_text()))
        # A benchmark of several parts names those that failed and reports the others.
        parts = report["reports"].get(name, {}).get("failed", {})
        report["failed"] |= {f"{name} {part}": why for part, why in parts.items()}
        if reason and not parts:
            report["failed"][name] = reason
    write(folder / "report.json", report)
    (markdown or folder / "results.md").write_text(page(report))
    print(f"The whole report is in {folder}: report.json for perf/compare, and as a page in {markdown or folder / 'results.md'}.")
    for name, reason in report["failed"].items():
        print(f"perf/run: {name} failed and is missing in the report: {reason}", file=sys.stderr)
    return 1 if report["failed"] else 0


def _report_to_change(folder: Path, only: list[str]) -> dict:
    """Without what is measured again."""
    try:
        report = json.loads((folder / "report.json").read_text())
    except FileNotFoundError:
        raise Failure(f"{folder} has no report.json to take the others from: run --full without --only first") from None
    for name in only:
        report["reports"].pop(name, None)
    report["failed"] = {name: why for name, why in report["failed"].items() if name.split()[0] not in only}
    return report


def _run(benchmark: ModuleType, file: Path) -> str:
    """Why it failed; empty when it did not. Whatever it was, the other benchmarks have their turn."""
    file.unlink(missing_ok=True)
    parser = argparse.ArgumentParser()
    benchmark.add_arguments(parser)
    try:
        status = benchmark.run(parser.parse_args(["--json", str(file)]))
    except Failure as failure:
        return str(failure)
    except Exception as problem:
        return repr(problem)
    return f"it ended with status {status}" if status else ""


def _report(loaded: dict) -> dict:
    """Google Benchmark's JSON has no rows of ours."""
    if "benchmarks" not in loaded:
        return loaded
    rows = [{"name": one["name"], "ns": round(one["cpu_time"], 1)} for one in loaded["benchmarks"]]
    return {"machine": machine.describe(), "rows": rows}
