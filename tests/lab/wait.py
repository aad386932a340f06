"""Waiting for something to come true, with an end."""
import time

from lab.failure import Failure


def wait_until(what, condition, seconds: float = 10.0, every: float = 0.05):
    """Returns the first true value of condition(); fails naming `what` (a text, or a function that gives one
    then) when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f"not within {seconds:g} s: {what() if callable(what) else what}")
        time.sleep(every)
