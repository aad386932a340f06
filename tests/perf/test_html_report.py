"""The HTML page: whole, drawn, and from nowhere else."""

import xml.etree.ElementTree as xml

from harness.html_report import html


def rate(pps: float) -> dict:
    return {"pps": pps, "gbit": 1.0}


LINERATE = {"machine": {"cpu_model": "a <cpu>", "cpu_flags": ["aes", "vaes"]}, "rows": [
    {"topology": "looped", "copies": copies, "size": size, "rate_is": "memory-path rate", "clock": "running",
     "time_held": {"generator": 0.05, "gateways": 0.02 * copies if size == 64 else None, "longest_us": 12345}, "port_drivers": ["net_ring"],
     "core_map": {"gateways": 1}, "drops": {"tx_refused": 3}, "mrr": {"median": rate(5e6)},
     "ndr": {"lower": rate(3e6)}, "pdr": {"lower": rate(4e6)},
     "loads": [{"share_of_pdr": share, "latency_ns": {"p50": 700, "p99": 9000, "p99.9": 80000}} for share in (0.1, 0.5)]}
    for copies in (1, 2) for size in (64, "imix")]}
CORE = {"machine": {}, "rows": [
    {"work": "loop", "cipher": "aes-256-gcm", "size": 64, "copies": 2, "cycles_median": 397.0, "floor_median": 170.0,
     "ratio_median": 2.3, "mpps": 6.5, "stages": {"classify": 20.0, "seal": 100.0}}]}
KERNEL = {"machine": {}, "rows": [{"size": 1400, "kpps": 200.5}]}


def page() -> str:
    return html({"linerate": LINERATE, "core": CORE, "kernel": KERNEL})


def test_refers_to_nothing_outside_itself():
    for word in ("http:", "https:", "src=", "href=", "@import", "url("):
        assert word not in page()


def test_every_plot_is_well_formed_and_holds_what_was_measured():
    plots = [xml.fromstring(part + "</svg>") for text in page().split("<figure>")[1:] for part in [text.split("</svg>")[0]]]
    assert len(plots) == 3 + 3 + 1  # rates, latencies, stages
    assert len(plots[0].findall("rect")) == 4
    assert len(plots[3].findall("polyline")) == 4
    assert [bar.get("class") for bar in plots[6].findall("rect")] == ["c0", "c1"]


def test_says_memory_path_where_there_is_no_line():
    assert "memory-path rates" in page() and "a &lt;cpu&gt;" in page()


def test_says_how_much_of_the_time_does_not_count():
    assert "5.0% to 5.0% from the generator" in page() and "2.0% to 4.0% from the gateways" in page()
    assert "up to 12.3 ms" in page()
