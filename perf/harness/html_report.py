"""One HTML page out of the reports of the benchmarks, with plots; it refers to nothing outside itself."""

from html import escape

from . import svg
from .linerate_table import held

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 900px; margin: 2em auto; padding: 0 1em; color: #222; }
h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; border-bottom: 1px solid #ddd; }
table { border-collapse: collapse; font-size: 13px; margin: 1em 0; display: block; overflow-x: auto; }
td, th { padding: 3px 9px; border-bottom: 1px solid #eee; text-align: right; white-space: nowrap; }
td:first-child, th:first-child { text-align: left; }
table.machine td { text-align: left; white-space: normal; }
figure { margin: 1em 0; } svg { width: 100%; font: 12px system-ui, sans-serif; } svg text { fill: #555; }
.grid { stroke: #e4e4e4; } polyline { fill: none; stroke-width: 2; }
figcaption span { margin-right: 1.2em; font-size: 13px; white-space: nowrap; }
figcaption i { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.4em; border-radius: 2px; }
"""
PALETTE = ("#3366aa", "#dd8833", "#559955", "#bb4455", "#8866bb", "#886644", "#dd77aa", "#777777", "#aaaa33", "#33aabb",
           "#113355", "#66cc99")


def html(reports: dict[str, dict]) -> str:
    """`reports` by benchmark: core, linerate, and whatever else has rows of plain values."""
    colours = "".join(f".c{n} {{ fill: {c}; background: {c}; }} .l{n} {{ stroke: {c}; }}\n" for n, c in enumerate(PALETTE))
    body = ["<h1>Ropewalk: what this machine does</h1>"]
    first = next(iter(reports.values()))
    body.append(_machine({key: value for report in reversed(reports.values()) for key, value in report["machine"].items()}
                         | first["machine"]))
    for name, report in reports.items():
        body += {"linerate": _linerate, "core": _core}.get(name, lambda rows, name=name: _plain(name, rows))(report["rows"])
    return ("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Ropewalk</title>"
            f"<style>{STYLE}{colours}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n")


def _machine(machine: dict) -> str:
    def text(value: object) -> str:
        if isinstance(value, list):
            return " ".join(map(str, value))
        if isinstance(value, dict):
            return ", ".join(f"{key}: CPU {item}" for key, item in value.items())
        return str(value)
    rows = "".join(f"<tr><td>{escape(key.replace('_', ' '))}</td><td>{escape(text(value))}</td></tr>"
                   for key, value in machine.items())
    return f'<table class="machine">{rows}</table>'


def _linerate(rows: list[dict]) -> list[str]:
    has_line = any(row["rate_is"] == "line rate" for row in rows)
    kind = "Rates are those of the line." if has_line else "These are memory-path rates: no NIC and no line are involved."
    parts = ["<h2>Throughput by packet size</h2>", f"<p>{kind} Bytes are those of the IP packet.</p>"]
    if left_out := held(rows):
        parts.append(f"<p>{escape(left_out)}</p>")
    sizes = list(dict.fromkeys(str(row["size"]) for row in rows))
    # The generator alone is many times as fast as anything else: it stands in the table.
    names = [name for name in dict.fromkeys(map(_through, rows)) if name != "generator"]
    for title, pick in (("Most packets a second without loss (NDR)", _lower("ndr")),
                        ("With 0.5 % loss (PDR)", _lower("pdr")), ("At full load (MRR)", _mrr)):
        series = {name: [_first(rows, name, size, pick) for size in sizes] for name in names}
        series = {name: values for name, values in series.items() if any(values)}
        if series:
            parts += [f"<h3>{title}</h3>", svg.grouped_bars([f"{size} bytes" if size != "imix" else size for size in sizes],
                                                            series, "Mpps")]
    parts += _latency(rows)
    parts.append(_table(["through", "copies", "bytes", "MRR Mpps", "NDR Mpps", "PDR Mpps", "ports", "cores", "dropped"],
                        [[_through(row), row.get("copies", ""), row["size"], _number(_mrr(row)), _number(_lower("ndr")(row)),
                          _number(_lower("pdr")(row)), ", ".join(row["port_drivers"]),
                          ", ".join(f"{key}: {cpu}" for key, cpu in row["core_map"].items()),
                          ", ".join(f"{key} {value}" for key, value in row["drops"].items()) or "nothing"] for row in rows]))
    return parts


def _latency(rows: list[dict]) -> list[str]:
    parts = []
    for percentile in ("p50", "p99", "p99.9"):
        points = {f"{_through(row)}, {row['size']}": [(load["share_of_pdr"], load["latency_ns"][percentile] / 1e3)
                                                     for load in row["loads"] if "share_of_pdr" in load] for row in rows}
        points = {name: line for name, line in points.items() if line and all(y > 0 for _, y in line)}
        if points:
            parts += [f"<h3>{percentile}</h3>", svg.lines(points, "load, as a share of PDR", "us")]
    return ["<h2>Latency by load</h2>", *parts] if parts else []


def _core(rows: list[dict]) -> list[str]:
    parts = ["<h2>Cycles by stage</h2>", "<p>One worker, TSC cycles per inner packet, AES-256-GCM; no NIC is involved.</p>"]
    for size in dict.fromkeys(str(row["size"]) for row in rows):
        bars = {f"{row['work']}, {_copies(row)}" + (", full policy" if row.get("policy") == "full" else ""): row["stages"] for row in rows
                if str(row["size"]) == size and row["cipher"] == "aes-256-gcm" and row["stages"]}
        if bars:
            parts += [f"<h3>{size} bytes</h3>" if size != "imix" else "<h3>imix</h3>", svg.stacked_bars(bars, "cycles")]
    parts.append(_table(["work", "cipher", "bytes", "copies", "policy", "cycles", "floor", "ratio", "Mpps"],
                        [[row["work"], row["cipher"], row["size"], row["copies"], row.get("policy", ""), f"{row['cycles_median']:.0f}",
                          f"{row['floor_median']:.0f}", f"{row['ratio_median']:.2f}" if "ratio_median" in row else "",
                          f"{row['mpps']:.2f}"] for row in rows]))
    return parts


def _plain(name: str, rows: list[dict]) -> list[str]:
    keys = list(dict.fromkeys(key for row in rows for key, value in row.items() if isinstance(value, (str, int, float))))
    return [f"<h2>{escape(name)}</h2>", _table(keys, [[row.get(key, "") for key in keys] for row in rows])]


def _table(head: list[str], lines: list[list]) -> str:
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in line) + "</tr>" for line in lines)
    return f"<table><tr>{titles}</tr>{body}</table>"


def _through(row: dict) -> str:
    if "copies" not in row:
        return row["topology"]
    return f"{row['topology']}, {_copies(row)}"


def _copies(row: dict) -> str:
    return f"{row['copies']} {'copies' if row['copies'] > 1 else 'copy'}"


def _lower(goal: str):
    return lambda row: row[goal]["lower"]["pps"] / 1e6 if "lower" in row.get(goal, {}) else None


def _mrr(row: dict) -> float | None:
    return row["mrr"]["median"]["pps"] / 1e6 if "mrr" in row else None


def _first(rows: list[dict], name: str, size: str, pick) -> float | None:
    return next((pick(row) for row in rows if _through(row) == name and str(row["size"]) == size), None)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
