"""What `perf/run --full` measured, as the page docs/performance/results.md shows it."""

import textwrap

from . import core_markdown, failover, kernel, libraries, linerate_table, tables, workers

NOTE = ("Written by `./perf/run --full --markdown docs/performance/results.md`, never by hand. [method.md](method.md) says what the "
        "words mean.")


def page(report: dict) -> str:
    """`report` is that of full.py."""
    sections = {
        "core": ("What a worker needs, in cycles a packet", lambda part: [core_markdown.markdown(part)]),
        "libraries": ("Two systems' libraries, in cycles a packet",
                      lambda part: ["\n".join(libraries.notes(part)),
                                    "\n".join(tables.markdown(libraries.cells(part), (0, 3))), "### Cycles by stage",
                                    "\n".join(tables.markdown(libraries.stage_cells(part), (0, 3)))]),
        "linerate": ("Rates and latency",
                     lambda part: _with_notes(linerate_table.cells(part), linerate_table.notes(part), (0, -1))),
        "workers": ("Several workers", lambda part: _with_notes(workers.cells(part), workers.notes(part))),
        "failover": ("When a path dies", lambda part: _with_notes(failover.cells(part), failover.notes(part))),
        "kernel": ("Through the kernel", lambda part: _with_notes(kernel.cells(part), kernel.notes(part), (0, 1))),
    }
    reports = report["reports"]
    parts = ["# Performance: results", NOTE, *_failed(report["failed"]),
             "\n".join(core_markdown.machine_lines({**report["machine"], **reports.get("core", {}).get("machine", {})}))]
    for name, (title, lines) in sections.items():
        if name in reports:
            parts += [f"## {title}", *lines(reports[name])]
    return "\n\n".join("\n".join(map(_wrapped, part.split("\n"))) for part in parts) + "\n"


def _wrapped(line: str) -> str:
    """Prose as wide as the other pages' is; rows of tables cannot be broken."""
    if line.startswith("|"):
        return line
    return textwrap.fill(line, 120, break_long_words=False, break_on_hyphens=False,
                         subsequent_indent="  " if line.startswith("* ") else "")


def _failed(failed: dict[str, str]) -> list[str]:
    return ["**Not measured**, because it failed:\n\n" + "\n".join(
        f"* {name}: {' '.join(reason.split())}" for name, reason in failed.items())] if failed else []


def _with_notes(cells: list[list[str]], notes: list[str], left: tuple[int, ...] = (0,)) -> list[str]:
    columns = len(cells[0])
    return [*notes, "\n".join(tables.markdown(cells, tuple(column % columns for column in left)))]
