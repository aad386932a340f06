import argparse
import subprocess
import sys

from lab import command_line, record, root, session
from lab.demo import story, traffic
from lab.demo.table import Table
from lab.failure import Failure
from lab.lab import Lab
from lab.stream import Stream

RATE = 1000


def show(lab: Lab, arguments: argparse.Namespace) -> int:
    """1 when the streams were not perfect."""
    command_line.start(lab)
    print(lab.edge.show_text("paths"), end="", flush=True)
    traffic.show_ping()
    traffic.show_tcp(lab)
    traffic.heading(f"numbered streams both ways, {RATE} packets/s for {arguments.seconds} s, while paths die")
    table = Table(lab, RATE, arguments.seconds)
    stream = Stream(lab.edge.build, RATE, count=RATE * arguments.seconds)
    try:
        story.tell(lab, stream, table, arguments.seconds)
        table.paint_until(lambda: not stream.is_running(), 2 * arguments.seconds)
        stream.finish()
    finally:
        stream.kill()
    table.paint()
    for gateway in lab.gateways:
        traffic.heading(f"{gateway.name}: where packets ended, and whether all add up")
        drops = gateway.show_text("drops").splitlines()
        print("\n".join(line for line in drops if not line.lstrip().startswith("0  ")), flush=True)
    if arguments.keep:
        record.forget("owner")
        command_line.print_next_steps(lab)
    print()
    return 0 if traffic.print_results(stream) else 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/demo")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--paths", type=int)
    arguments = parser.parse_args()
    root.end_in_order_on_signals()
    lab, is_kept = None, False
    try:
        traffic.heading(f"lab: edge and hub, joined by {arguments.paths} paths")
        # Each path through a WAN emulator, so that a killed one falls silent, as a line does that is cut far away.
        lab = Lab(arguments.paths, profiles=["wire"])
        status = show(lab, arguments)
        is_kept = arguments.keep
        return status
    except (Failure, subprocess.SubprocessError) as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        root.finish_undisturbed()
        if lab and not is_kept:
            session.end()


sys.exit(main())
