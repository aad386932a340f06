"""The rows of `perf/run core` by name, and which of them a regression check repeats."""

SIZES = ("64", "1420", "imix")
DUPLICATE = "duplicate_drop/aes-256-gcm/64/2"
# A duplicate needs no crypto and so has no floor: it is compared with what this one needs, measured in the same run.
FLOOR_OF_DUPLICATE = "to_inside/aes-256-gcm/64/1"
CHECKED = [f"{work}/aes-256-gcm/{size}/{copies}" for size in SIZES
           for work, copies in (("to_paths", 1), ("to_inside", 1), ("loop", 2))] + [DUPLICATE]


def name_of(row: dict) -> str:
    return (f"{row['work']}/{row['cipher']}/{row['size']}/{row['copies']}" + ("/full" if row.get("policy") == "full" else "")
            + ("/checksum" if has_checksum(row) else ""))


def has_checksum(row: dict) -> bool:
    return row.get("udp_checksum") == "computed"


def runs_of(rows: list[dict]) -> dict[str, tuple[list[float], list[float]]]:
    """Of every row that has or borrows a floor: the ratios and the floors of its runs."""
    named = {name_of(row): row for row in rows}
    runs = {name: (row["ratio_runs"], row["floor_runs"]) for name, row in named.items() if "ratio_runs" in row}
    if DUPLICATE in named and FLOOR_OF_DUPLICATE in named:
        floors = named[FLOOR_OF_DUPLICATE]["floor_runs"]
        runs[DUPLICATE] = ([cycles / floor for cycles, floor in zip(named[DUPLICATE]["cycles_runs"], floors)], floors)
    return runs
