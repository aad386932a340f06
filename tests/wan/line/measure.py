"""What arrivals say about a line."""
import math
import statistics

import pytest


def skip_if_squeezed(report: dict, within_us: float, *ways: str) -> None:
    """A machine that kept the emulator from its times says nothing about the emulator; that is said, not passed over."""
    for way in ways or ("upload",):
        late_by = report[way]["late_by"]
        if late_by["p99_us"] is not None and late_by["p99_us"] > within_us:
            pytest.skip(f"the machine was squeezed: one in a hundred frames of the {way} went out more than "
                        f"{late_by['p99_us']:.0f} us late (at most {within_us:.0f} us here): {late_by}")


def percentile(values, share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def delays_ms(arrivals) -> list[float]:
    return [(arrival.received_ns - arrival.sent_ns) / 1e6 for arrival in arrivals]


def rate_of(arrivals, frame_bytes: int) -> float:
    """Bits per second, from the median time that half of the frames take: one that a busy machine delivers late does
    not count."""
    times = sorted(arrival.received_ns for arrival in arrivals)
    half = len(times) // 2
    taken = statistics.median(late - early for early, late in zip(times, times[half:]))
    return half * frame_bytes * 8 / (taken / 1e9)


def assert_binomial(count: int, trials: int, probability: float) -> None:
    """Within five standard deviations: a right emulator fails once in two million runs."""
    mean, deviation = trials * probability, math.sqrt(trials * probability * (1 - probability))
    assert abs(count - mean) <= 5 * deviation, f"{count} of {trials}; {mean:.0f} +- {5 * deviation:.0f} were expected"
