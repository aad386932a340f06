"""One number out of many runs on a machine that others use too.

Runs come in spells of a fast and of a slow machine, and the ratio of pipeline to floor differs between them by a tenth:
what is not crypto suffers more. The floor tells which a run was: only runs with a floor near the lowest are looked at.
"""

from statistics import median, quantiles
from typing import NamedTuple

NEAR = 1.08  # of the lowest floors
REFERENCE = 3  # which of the lowest floors counts as the lowest: one or two may be flukes


class Steady(NamedTuple):
    value: float  # the median
    spread: float  # distance of the quartiles, as a share of the value


def highest_that_counts(floors: list[float]) -> float:
    return sorted(floors)[min(REFERENCE, len(floors)) - 1] * NEAR


def steady(values: list[float], floors: list[float]) -> Steady:
    """`values` and `floors` are of the same runs."""
    highest = highest_that_counts(floors)
    chosen = [value for value, floor in zip(values, floors) if floor <= highest]
    middle = median(chosen)
    if len(chosen) < 2:
        return Steady(middle, 0.0)
    low, _, high = quantiles(chosen, n=4, method="inclusive")
    return Steady(middle, (high - low) / middle)
