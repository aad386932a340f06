"""What is a list in the product is the same list on its page: nothing is missing, and nothing is there no more."""
from pathlib import Path

from pages import first_cells, rows
from product import counters, drop_reasons, event_kinds, keys_of_the_readers, listed_counters

KEYS = Path("docs/operations/keys.md")
METRICS = Path("docs/metrics.md")
EVENTS = Path("docs/operations/events.md")


def test_every_key_of_the_readers_has_a_row_and_every_row_a_key():
    assert first_cells(KEYS) == keys_of_the_readers()


def test_every_counter_and_drop_reason_has_a_row_and_every_row_is_counted():
    """The metrics that are served are held against a page that was served, by the unit tests."""
    cells = {cell for cell in first_cells(METRICS) if not cell.startswith("ropewalk_")}
    assert cells == counters() | set(drop_reasons())


def test_every_kind_of_event_that_is_told_has_a_row_and_every_row_a_kind():
    assert first_cells(EVENTS) == event_kinds() | {"ropewalk events"} | {
        f"ropewalk events --{option}" for option in ("follow", "json")}


def test_drop_reasons_mean_what_the_product_says():
    shown = {row[0].strip("`"): (row[1], row[2]) for row in rows(METRICS) if row[0].strip("`") in drop_reasons()}
    assert shown == drop_reasons()


def test_counters_mean_what_their_lists_say():
    shown = [tuple(row) for row in rows(METRICS)]
    assert [(name, meaning) for name, meanings in listed_counters().items() for meaning in meanings
            if (f"`{name}`", *meaning) not in shown] == []
