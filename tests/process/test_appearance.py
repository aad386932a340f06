"""No path is first: the tunnel is up with whichever comes, whatever kept the others away, and uses each as it comes."""
import contextlib
import itertools

import pytest

from lab import namespace, wires
from lab.addresses import SIDES

ORDERS = list(itertools.permutations((1, 2, 3)))


@contextlib.contextmanager
def absent(lab, number: int):
    """Neither gateway has an interface for it."""
    for side in SIDES:
        namespace.ip(side, "link", "del", f"wan{number}")
    try:
        yield
    finally:
        for side in SIDES:
            wires.make_again(side, number)


@contextlib.contextmanager
def without_carrier(lab, number: int):
    lab.routers[number].link("down")
    try:
        yield
    finally:
        lab.routers[number].link("up")


@contextlib.contextmanager
def black_hole(lab, number: int):
    """Next hops answer, nothing passes."""
    lab.routers[number].drop()
    try:
        yield
    finally:
        lab.routers[number].restore()


@pytest.mark.parametrize("kept_away", [absent, without_carrier, black_hole], ids=lambda it: it.__name__)
@pytest.mark.parametrize("order", ORDERS, ids=lambda it: "-".join(map(str, it)))
def test_paths_come_in_any_order(lab, kept_away, order):
    for gateway in lab.gateways:
        gateway.stop_for_good()
    with contextlib.ExitStack() as all_away:
        away = {number: all_away.enter_context(contextlib.ExitStack()) for number in order}
        for number in order:
            away[number].enter_context(kept_away(lab, number))
        for gateway in lab.gateways:
            gateway.start()
        for gateway in lab.gateways:
            gateway.wait_for_shared_memory()
            gateway.wait_until_paths_are(set())
        for count, number in enumerate(order, 1):
            away[number].close()
            for gateway in lab.gateways:
                gateway.wait_until_paths_are({f"path{it}" for it in order[:count]})
            lab.send(100, rate=500).assert_perfect()
