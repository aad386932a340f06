"""Rows of perf/run failover: what was counted in both directions of all runs."""
from types import SimpleNamespace

from harness import failover
from harness.failover_cases import CASES

CUT = next(case for case in CASES if case.name == "best")


def outcome(longest_gap_ms: float, lost: int = 0, twice: int = 0):
    return SimpleNamespace(longest_gap_ms=longest_gap_ms, lost=lost, twice=twice)


def test_a_row_has_the_usual_the_worst_and_the_bins():
    row = failover.row(CUT, 2, [outcome(1.0), outcome(101.0, 99), outcome(161.0, 160), outcome(1201.0, 1199, 1)], [])
    assert row == {"case": "best", "runs": 2, "outage_ms_median": 130.0, "outage_ms_max": 1200.0, "lost_median": 129.5,
                   "lost_max": 1199, "twice_max": 1, "outages_by_half_second": [3, 0, 1]}


def test_what_was_not_asked_is_not_told():
    row = failover.row(CUT, 1, [], [310.0, 20.0, 700.0])
    assert row == {"case": "best", "runs": 1, "seen_ms_median": 310.0, "seen_ms_max": 700.0}
    assert failover.cells({"rows": [row]})[1] == ["best", "1", "-", "-", "-", "-", "-", "310", "700"]


def test_what_was_so_before_took_no_time():
    assert failover.row(CUT, 1, [], [-60_000.0])["seen_ms_max"] == 0


def test_cases_have_names_of_their_own():
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
