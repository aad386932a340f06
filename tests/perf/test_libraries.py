"""The same rows with two systems' libraries."""

import json
from types import SimpleNamespace

import pytest

from harness import core, full, libraries, results_page
from lab.failure import Failure

OLD = libraries.Library("Debian 12", ["old"])
NEW = libraries.Library("Debian 13", ["new"])
STAGES = {"classify": 13.0, "seal": 70.0, "match_classes": 0.3}


def row(work: str, copies: int, floor: float, over: float, slow: float) -> dict:
    floors = [slow * floor] * 9
    cycles = [slow * (floor + over)] * 9
    with_floor = {"floor_runs": floors, "ratio_runs": [1 + over * slow / floor] * 9} if floor else {}
    return {"work": work, "cipher": "aes-256-gcm", "size": 64, "copies": copies, "policy": "bare", "cycles_runs": cycles,
            "cycles_median": cycles[0], "floor_median": floors[0] if floor else 0.0,
            "stages": {name: slow * value for name, value in STAGES.items()}, **with_floor}


@pytest.fixture
def spells(monkeypatch):
    """The first two spells of each are on a slow machine. Returns whose turn it was."""
    turns: list[str] = []

    def measured(command: list[str]) -> dict:
        turns.append(command[0])
        slow = 1.35 if turns.count(command[0]) <= 2 else 1.0
        floor, engine = {"old": (93.0, "ipsec-mb 1.3.0"), "new": (54.0, "ipsec-mb 2.0.1")}[command[0]]
        return {"machine": {"crypto_engine": engine, "dpdk": "DPDK 24.11", "compiler": "14.2.0", "march": "x86-64-v3",
                            "memory": "hugepages"},
                "rows": [row("to_paths", 1, floor, 50, slow), row("duplicate_drop", 2, 0.0, 33, slow)]}
    monkeypatch.setattr(core, "measured", measured)
    return turns


def report() -> dict:
    return libraries.compare([OLD, NEW], 3, {"git_revision": "0123456789ab", "load_before": 0.1})


def test_they_take_turns_and_only_the_fast_machine_counts(spells):
    rows = {one["name"]: one["measured"] for one in report()["rows"]}
    assert spells == ["old", "new"] * 3
    sealed = rows["to_paths/aes-256-gcm/64/1"]
    assert {name: (one["floor"], one["cycles"], one["over_floor"]) for name, one in sealed.items()} == {
        "Debian 12": (93.0, 143.0, 50.0), "Debian 13": (54.0, 104.0, 50.0)}
    assert sealed["Debian 13"]["stages"] == STAGES
    assert rows["duplicate_drop/aes-256-gcm/64/2"]["Debian 12"]["cycles"] == 33


def test_the_page_names_both_and_sets_them_side_by_side(spells):
    page = results_page.page({"machine": full.machine.describe(), "failed": {}, "reports": {"libraries": report()}})
    for line in ("* Debian 12: ipsec-mb 1.3.0,", "* Debian 13: ipsec-mb 2.0.1,", "revision 0123456789ab",
                 "| to_paths | 64 | 1 | Debian 12 | 143 | 93 | 50 | 1.54 |", "| to_paths | 64 | 1 | Debian 13 | 104 | 54 | 50 | 1.93 |",
                 "| duplicate_drop | 64 | 2 | Debian 13 | 33 |  |  |  |", "| to_paths | 64 | 1 | Debian 13 | 13 | 70 |"):
        assert line in page
    assert "match_classes" not in page, "a stage that costs less than a cycle everywhere"


def benchmark(rows: list, possible: bool = True) -> SimpleNamespace:
    def run(arguments) -> int:
        arguments.json.write_text(json.dumps({"machine": {}, "rows": rows}))
        return 0
    return SimpleNamespace(add_arguments=lambda parser: parser.add_argument("--json", type=full.Path), run=run,
                           is_possible=lambda: possible)


def test_without_the_tree_a_whole_run_leaves_them_out(tmp_path):
    assert full.run({"micro": benchmark([]), "libraries": benchmark([], possible=False)}, tmp_path) == 0
    assert json.loads((tmp_path / "report.json").read_text())["reports"].keys() == {"micro"}


def test_one_is_measured_again_and_the_others_stay(tmp_path):
    with pytest.raises(Failure, match="without --only"):
        full.run({"micro": benchmark([])}, tmp_path, only=["micro"])
    full.run({"micro": benchmark([{"size": 1}]), "other": benchmark([{"size": 2}])}, tmp_path)
    full.run({"micro": benchmark([{"size": 3}]), "other": benchmark([{"size": 4}])}, tmp_path, only=["other"])
    reports = json.loads((tmp_path / "report.json").read_text())["reports"]
    assert (reports["micro"]["rows"], reports["other"]["rows"]) == ([{"size": 1}], [{"size": 4}])
