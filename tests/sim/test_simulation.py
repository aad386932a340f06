"""The simulator itself: a run is a seed, a failure is shrunk, and no known defect goes unseen.

ROPEWALK_BUILD names the build directory. Every test runs the programs as a person would.
"""
import os
import re
import subprocess
from pathlib import Path

import pytest

BUILD = Path(os.environ.get("ROPEWALK_BUILD", "build")) / "tests" / "sim"
SIM, MUTANTS = BUILD / "ropewalk-sim", BUILD / "ropewalk-sim-mutants"
MOST_SEEDS = 10_000


def run(program: Path, *arguments: str) -> tuple[int, str]:
    ended = subprocess.run([program, *arguments], stdout=subprocess.PIPE, text=True, timeout=300, check=False)
    return ended.returncode, ended.stdout


def mutations() -> list[list[str]]:
    if not MUTANTS.exists():
        return []
    return [line.split() for line in run(MUTANTS, "--list-mutations")[1].splitlines()]


def failing_seed(mutation: str, *arguments: str) -> str:
    status, output = run(MUTANTS, "--mutation", mutation, "--seeds", str(MOST_SEEDS), *arguments)
    assert status == 1, f"{mutation} was not caught in {MOST_SEEDS} seeds"
    return output


@pytest.mark.parametrize("seed", ["1", "7", "4711", "18446744073709551615"])
def test_a_seed_runs_the_same_again(seed):
    first, second = run(SIM, "--seed", seed), run(SIM, "--seed", seed)
    assert first[0] == 0, first[1]
    assert "trace hash" in first[1]
    assert first == second


def test_a_seed_runs_the_same_event_for_event():
    first, second = run(SIM, "--seed", "11", "--trace")[1], run(SIM, "--seed", "11", "--trace")[1]
    assert first.count("\n") > 500
    assert first == second


def test_a_seed_does_not_depend_on_those_before_it():
    """A violation that a long run finds is there when its seed is run alone."""
    output = failing_seed("views_never_freed")
    replay = re.search(r"replay: +ropewalk-sim-mutants (.*)", output).group(1).split()
    status, alone = run(MUTANTS, *replay)
    assert status == 1
    assert re.search(r"VIOLATION.*", output).group() == re.search(r"VIOLATION.*", alone).group()


def test_seeds_differ():
    hashes = {re.search(r"trace hash (\w+)", run(SIM, "--seed", str(seed))[1]).group(1) for seed in range(1, 21)}
    assert len(hashes) == 20


def test_a_long_run_ends_with_its_sums():
    status, output = run(SIM, "--seeds", "50")
    assert status == 0
    assert re.fullmatch(r"sim: 50 seeds, \d+ packets, \d+ faults, 0 violations", output.splitlines()[-1])


def test_a_long_run_stops_when_its_time_is_up():
    status, output = run(SIM, "--seeds", "100000000", "--minutes", "0.02")
    assert status == 0
    assert re.match(r"sim: \d+ seeds", output.splitlines()[-1])


def test_a_failing_seed_is_shrunk():
    """Taking numbers again after a restart needs one restart, one path and nothing else."""
    output = failing_seed("sequence_reset_at_restart", "--first-seed", "20")
    shrunk = re.search(r"shrunk: +ropewalk-sim-mutants (.*) --trace", output).group(1).split()
    status, again = run(MUTANTS, *shrunk)
    assert status == 1
    assert "VIOLATION of nonce_used_once" in again
    faults = [line for line in again.splitlines() if line.startswith("  ")]
    assert len(faults) == 1
    assert re.search("dataplane_dies|dataplane_stops|power_failure", faults[0])


def test_a_mutation_that_is_not_there_is_an_error():
    assert run(MUTANTS, "--mutation", "no_such_defect")[0] == 2
    assert run(SIM, "--mutation", "icv_not_compared")[0] == 2


def test_there_is_a_mutation_for_each_property():
    assert {broken for _, broken in mutations()} == {
        "delivered_once", "authenticated_first", "nonce_used_once", "carried_is_delivered", "all_accounted_for",
        "numbers_accounted_for", "sent_where_announced", "sent_as_ordered", "not_into_silence", "hurt_before_good", "memory_bounded",
        "service_returns", "configuration_followed"}


@pytest.mark.parametrize("mutation, broken", mutations())
def test_a_known_defect_is_caught(mutation, broken):
    output = failing_seed(mutation, "--property", broken)
    assert f"VIOLATION of {broken}" in output
    assert re.search(r"replay: +ropewalk-sim-mutants --mutation " + mutation, output)
