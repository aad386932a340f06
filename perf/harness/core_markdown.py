"""The rows of `perf/run core` in Markdown."""

from collections.abc import Iterable

from .core_rows import has_checksum

NAMED = "| {work} | {size} | {copies} |"


def markdown(report: dict) -> str:
    ciphers = list(dict.fromkeys(row["cipher"] for row in report["rows"]))
    parts = [_measured(report)]
    for cipher in ciphers:
        rows = [row for row in report["rows"] if row["cipher"] == cipher and not has_checksum(row)]
        bare = [row for row in rows if row["policy"] == "bare"]
        parts.append(f"### {cipher}\n\n" + "\n".join(_results(bare)))
        if full := [row for row in rows if row["policy"] == "full"]:
            parts.append(f"### {cipher}, eight classes and a thousand routes\n\n"
                         + "\n".join(_to_bare(full, "classify", "match_classes", "deliver")))
        if summed := [row for row in report["rows"] if row["cipher"] == cipher and has_checksum(row)]:
            parts.append(f"### {cipher}, UDP checksums computed\n\n" + "\n".join(_to_bare(summed, "fan_out")))
    first = [row for row in report["rows"] if row["cipher"] == ciphers[0] and row["policy"] == "bare"
             and not has_checksum(row)]
    parts.append(f"### Cycles by stage, {ciphers[0]}\n\n" + "\n".join(_stages(first)))
    return "\n\n".join(parts)


def _measured(report: dict) -> str:
    row = report["rows"][0]
    return f"{row['runs']} runs of {report['machine']['bursts_per_run']} bursts, bursts of {row['burst']} packets."


def machine_lines(machine: dict) -> list[str]:
    """What the machine is; what only `core` knows is left out where it was not measured."""
    lines = [
        ("processor", f"{machine['cpu_model']}, family/model/stepping {machine['cpu_family_model_stepping']}, "
                      f"{machine['cpus']} CPUs, L2 {machine['l2_kib']} KiB"),
        ("flags", " ".join(machine["cpu_flags"])),
        ("kernel, governor", f"{machine['kernel'].split('-')[0]}, {machine['governor']}"),
        ("measured", f"revision {machine['git_revision']}, load before {machine['load_before']}"),
    ]
    if "crypto_engine" in machine:
        lines += [
            ("TSC", f"{machine['tsc_hz'] / 1e9:.2f} GHz"),
            ("crypto", machine["crypto_engine"]),
            ("DPDK, compiler", f"{machine['dpdk']}, GCC {machine['compiler']}, -march={machine['march']}"),
            ("packet memory", machine["memory"]),
        ]
    return ["| | |", "|---|---|"] + [f"| {name} | {text} |" for name, text in lines]


def _results(rows: Iterable[dict]) -> list[str]:
    lines = ["| work | bytes | copies | cycles | min-max | floor | over floor | ratio (min-max) | Mpps | Gbit/s |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"]
    for row in rows:
        ratio = f"{row['ratio_median']:.2f} ({row['ratio_min']:.2f}-{row['ratio_max']:.2f})" if "ratio_median" in row else ""
        gbit = f"{row['inner_gbit']:.1f}" if "inner_gbit" in row else ""
        lines.append(NAMED.format(**row) + f" {row['cycles_median']:.0f} | {row['cycles_min']:.0f}-{row['cycles_max']:.0f} "
                     f"| {row['floor_median']:.0f} | {row['over_floor_median']:.0f} | {ratio} | {row['mpps']:.1f} | {gbit} |")
    return lines


def _to_bare(rows: list[dict], *shown: str) -> list[str]:
    lines = ["| work | bytes | copies | cycles | min-max | to a bare policy (min-max) | " + " | ".join(shown) + " |",
             "|---|---:|---:|---:|---:|---:|" + "---:|" * len(shown)]
    for row in rows:
        stages = (f"{row['stages'][stage]:.0f}" if row["stages"].get(stage, 0) >= 1 else "" for stage in shown)
        lines.append(NAMED.format(**row) + f" {row['cycles_median']:.0f} | {row['cycles_min']:.0f}-{row['cycles_max']:.0f} "
                     f"| {row['over_bare_ratio_median']:.2f} ({row['over_bare_ratio_min']:.2f}-"
                     f"{row['over_bare_ratio_max']:.2f}) | " + " | ".join(stages) + " |")
    return lines


def _stages(rows: list[dict]) -> list[str]:
    names = dict.fromkeys(name for row in rows for name, cycles in row["stages"].items() if cycles >= 1)
    lines = ["| work | bytes | copies | " + " | ".join(names) + " |", "|---|---:|---:|" + "---:|" * len(names)]
    for row in rows:
        cells = (row["stages"].get(name, 0) for name in names)
        lines.append(NAMED.format(**row) + "".join(f" {cell:.0f} |" if cell >= 1 else "  |" for cell in cells))
    return lines
