"""The terminal's view of the rows of `perf/run linerate`."""

from . import tables

LATENCY_SHARE = 0.5


def table(report: dict) -> str:
    machine = report["machine"]
    lines = [
        f"{machine['cpu_model']} ({machine['tsc_hz'] / 1e9:.2f} GHz TSC), {machine['crypto_engine']}, "
        f"{machine['dpdk']}, {machine['memory']}, governor {machine['governor']}, revision {machine['git_revision']}",
    ]
    shown = cells(report)
    return "\n".join([*lines, *notes(report), "", *tables.text(shown, (0, len(shown[0]) - 1))])


def notes(report: dict) -> list[str]:
    """What the table does not say of itself."""
    rows = report["rows"]
    lines = [
        *_kinds(rows),
        "MRR: what came through at full load. NDR, PDR: the most that came through with no loss, and with 0.5 % of it "
        f"(RFC 9971); + beyond what was offered, ? when time was over. Latency in us at {LATENCY_SHARE:.0%} of PDR.",
    ]
    if left_out := held(rows):
        lines.append(left_out)
    late = sum(row["trials_generator_was_late"] for row in rows if row["topology"] != "generator")
    if late:
        lines.append(f"In {late} of {sum(row['trials'] for row in rows)} trials the generator was held up and could not "
                     "offer what it should have; they were made again, twice at most, then what it missed counts as lost.")
    return lines


def cells(report: dict) -> list[list[str]]:
    rows = report["rows"]
    head = ["through", "ways", "copies", "bytes", "MRR Mpps", "NDR Mpps", "PDR Mpps", "PDR Gbit/s"]
    head += (["% of line"] if _has_line(rows) else []) + ["p50", "p99", "p99.9", "max", "lost to"]
    return [head] + [_cells(row, _has_line(rows)) for row in rows]


def held(rows: list[dict]) -> str:
    """What was left out of the time; empty when nothing was."""
    spells = [row["time_held"] for row in rows if row["clock"] == "running"]
    if not any(spell["longest_us"] for spell in spells):
        return ""
    by_generator, by_gateways = (
        f"{min(shares):.1%} to {max(shares):.1%}" if shares else ""
        for shares in ([spell[side] for spell in spells if spell[side] is not None] for side in ("generator", "gateways")))
    watched = f" and {by_gateways} from the gateways', where they are watched" if by_gateways else ""
    return (f"Of the time of a row the host had taken away {by_generator} from the generator's CPU{watched}, up to {max(spell['longest_us'] for spell in spells) / 1e3:.1f} ms at a stretch. That time does not "
            "count, nor do latencies of packets that were on their way; --clock wall counts it.")


def _kinds(rows: list[dict]) -> list[str]:
    if _has_line(rows):
        return []
    return ["These are memory-path rates: no NIC and no line are involved."]


def _has_line(rows: list[dict]) -> bool:
    return any(row["rate_is"] == "line rate" for row in rows)


def _cells(row: dict, has_line: bool) -> list[str]:
    cells = [row["topology"], str(row["ways"]), str(row.get("copies", "")), str(row["size"]),
             _mpps(row.get("mrr", {}).get("median")), _bound(row, "ndr"), _bound(row, "pdr"), _gbit(row)]
    if has_line:
        lower = row.get("pdr", {}).get("lower", {})
        cells.append(f"{lower['percent_of_line']:.1f}" if "percent_of_line" in lower else "")
    cells += _latency(row)
    cells.append(", ".join(f"{name} {packets}" for name, packets in row["drops"].items() if name != "duplicate") or "-")
    return cells


def _mpps(rate: dict | None) -> str:
    return "" if rate is None else f"{rate['pps'] / 1e6:.3f}"


def _bound(row: dict, goal: str) -> str:
    found = row.get(goal) or (row.get("rfc2544") if goal == "ndr" else None)
    if found is None:
        return ""
    if "lower" not in found:
        return "none"
    return _mpps(found["lower"]) + {"found": "", "passes the highest load": "+"}.get(found["ending"], "?")


def _gbit(row: dict) -> str:
    rate = row.get("pdr", {}).get("lower") or row.get("mrr", {}).get("median") or (row["loads"] or [{}])[0].get("delivered")
    return f"{rate['gbit']:.2f}" if rate else ""


def _latency(row: dict) -> list[str]:
    at = [load for load in row["loads"] if load.get("share_of_pdr", LATENCY_SHARE) == LATENCY_SHARE]
    if not at:
        return ["", "", "", ""]
    worst = max(at, key=lambda load: load["latency_ns"]["p99"])
    return [f"{worst['latency_ns'][name] / 1e3:.1f}" for name in ("p50", "p99", "p99.9", "max")]
