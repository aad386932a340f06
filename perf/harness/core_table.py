"""The terminal's view of the rows of `perf/run core`."""

from . import tables

COLUMNS = (
    ("work", "<", lambda row: row["work"]),
    ("cipher", "<", lambda row: row["cipher"]),
    ("size", ">", lambda row: str(row["size"])),
    ("copies", ">", lambda row: str(row["copies"])),
    ("policy", "<", lambda row: row.get("policy", "")),
    ("checksum", "<", lambda row: row.get("udp_checksum", "")),
    ("cycles", ">", lambda row: f"{row['cycles_median']:.0f}"),
    ("min-max", ">", lambda row: f"{row['cycles_min']:.0f}-{row['cycles_max']:.0f}"),
    ("floor", ">", lambda row: f"{row['floor_median']:.0f}"),
    ("over", ">", lambda row: f"+{row['over_floor_median']:.0f}"),
    ("ratio", ">", lambda row: f"{row['ratio_median']:.2f}" if "ratio_median" in row else "-"),
    ("to bare", ">", lambda row: f"{row['over_bare_ratio_median']:.2f}" if "over_bare_ratio_median" in row else "-"),
    ("Mpps", ">", lambda row: f"{row['mpps']:.2f}"),
    ("Gbit/s", ">", lambda row: f"{row['inner_gbit']:.1f}" if "inner_gbit" in row else "-"),
    ("cycles by stage", "<", lambda row: stages(row)),
)


def stages(row: dict) -> str:
    return " ".join(f"{name} {cycles:.0f}" for name, cycles in row["stages"].items() if cycles >= 1)


def table(report: dict) -> str:
    machine = report["machine"]
    lines = [
        f"{machine['cpu_model']} ({machine['tsc_hz'] / 1e9:.2f} GHz TSC), {machine['crypto_engine']}, "
        f"{machine['dpdk']}, {machine['march']}, {machine['memory']}, CPU {machine['cpu']}, "
        f"revision {machine['git_revision']}",
        "Memory-path rates of one worker: no NIC is involved. Cycles are of the TSC, per inner packet; 'over' and "
        "'ratio' compare with the floor of the same moment.",
        "",
    ]
    cells = [[title for title, _, _ in COLUMNS]]
    cells += [[text(row) for _, _, text in COLUMNS] for row in report["rows"]]
    lines += tables.text(cells, tuple(column for column, (_, side, _) in enumerate(COLUMNS) if side == "<"))
    return "\n".join(lines)
