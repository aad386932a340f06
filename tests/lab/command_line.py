"""The commands of scripts/lab."""
import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys

from lab import emulator, hugepages, lines, namespace, record, root, session, wan_words
from lab.addresses import SIDES
from lab.arguments import whole_number
from lab.failure import Failure
from lab.lab import HOSTS, Lab
from lab.place import BUILD, Build
from lab.router import Router

LARGEST_PATH_COUNT = 16
# Of both gateways (the configuration's default) and a little for EAL itself.
MEMORY_MEBIBYTES = 2 * 128 + 32
USAGE = f"""usage: scripts/lab up [PROFILE...] [--paths N] [--mtu BYTES] [--outer ipv4|ipv6] [--wire ropewalk|esp]
                      [--host kind|real] [--build DIRECTORY] [--wires-only] [--owner PID]
       scripts/lab down [--owner PID]
       scripts/lab status
       scripts/lab path N up|down
       scripts/lab wan N [JSON|KEY=VALUE...]
       scripts/lab exec edge|hub|pathN COMMAND...

With --host real the gateways have what hosts have: a strict reverse-path filter, duplicate address detection, devices
that join packets, one address of the hub, default routes by metric, a firewall, and hosts behind them in the namespaces
edge-lan and hub-lan.
A PROFILE is a kind of line, {' '.join(lines.names())}
or a YAML file; each makes a path with a WAN emulator on it (tests/lab/wanem/README.md). Without any, three plain wires."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str):
        raise Failure(f"{message}; see scripts/lab help")


def main(words: list[str]) -> int:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader such as head may stop early
    name = words[0] if words else "help"
    if name in ("help", "-h", "--help"):
        print(USAGE)
        return 0
    try:
        if name not in COMMANDS:
            raise Failure(f"'{name}' is not a command; see scripts/lab help")
        root.become_root("the lab")
        root.end_in_order_on_signals()
        return COMMANDS[name](words[1:]) or 0
    except Failure as failure:
        print(f"lab: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _up(words: list[str]) -> None:
    parser = _Parser(add_help=False)
    parser.add_argument("profiles", nargs="*")
    parser.add_argument("--paths", type=whole_number(1, LARGEST_PATH_COUNT))
    parser.add_argument("--mtu", type=whole_number(1280, 9000), default=1500)
    parser.add_argument("--outer", choices=("ipv4", "ipv6"), default="ipv4")
    parser.add_argument("--wire", choices=("ropewalk", "esp"), default="ropewalk")
    parser.add_argument("--host", choices=tuple(HOSTS), default="kind")
    parser.add_argument("--build", type=Build, default=BUILD)
    parser.add_argument("--owner", type=int)
    parser.add_argument("--wires-only", action="store_true")
    asked = parser.parse_intermixed_args(words)
    count = len(asked.profiles)
    if count > 1 and asked.paths not in (None, count):
        raise Failure(f"--paths {asked.paths} contradicts {count} profiles: each makes a path, or one makes all")
    for program in ([] if asked.wires_only else [asked.build.dataplane]) + ([asked.build.wanem] if count else []):
        if not program.exists():
            raise Failure(f"{asked.build.directory} has no {program.name}: run scripts/build first")
    lab = Lab(asked.paths or count or 3, asked.mtu, asked.outer, asked.wire, asked.profiles, asked.build, asked.owner,
              host=asked.host)
    if asked.wires_only:
        print(lab.directory)
        return
    with session.ended_on_failure():
        start(lab)
    print_next_steps(lab)


def start(lab: Lab) -> None:
    print(hugepages.reserve_for_lab(MEMORY_MEBIBYTES), flush=True)
    lab.start()


def print_next_steps(lab: Lab) -> None:
    print(f"""
The lab is up: namespaces edge and hub, {len(lab.routers)} paths, each through a router namespace. \
Logs and configurations: {lab.directory}
  {lab.edge.build.ropewalk} show paths --gateway edge --watch
  scripts/lab exec edge ping 192.0.2.2
  scripts/lab exec hub iperf3 -s -D && scripts/lab exec edge iperf3 -c 192.0.2.2
  scripts/lab path 1 down                           # and: scripts/lab path 1 up
  scripts/lab exec path2 tshark -i edge -c 10       # sealed packets on their way
  scripts/lab exec edge tshark -i rw0 -c 10         # the same inside
  scripts/lab down                                  # take it all away""")
    if lab.routers[1].wan:
        print("""  scripts/lab wan 1 loss=5% upload.delay=80ms       # the loss both ways, the delay from edge to hub
  scripts/lab wan 1                                 # what became of every frame""")
    near, far = (lab.host.users[side] for side in SIDES)
    if near.where not in SIDES:
        print(f"  scripts/lab exec {near.where} ping {far.addresses[4]}        # from a host behind edge to one behind hub")


def _down(words: list[str]) -> None:
    parser = _Parser(add_help=False)
    parser.add_argument("--owner", type=int)
    record.refuse_foreign_owner(parser.parse_args(words).owner)
    session.end()


def _status(_: list[str]) -> int:
    if not record.exists():
        print("No lab is up.")
        return 1
    print(f"Namespaces: {' '.join(record.lines('namespaces'))}\nFiles: {record.last('run_dir')}")
    for side in ("edge", "hub"):
        print(f"\n== {side}", flush=True)
        subprocess.run([Build(record.last("build_dir")).ropewalk, "show", "paths", "--gateway", side])
    return 0


def _path(words: list[str]) -> None:
    if len(words) != 2 or not words[0].isdigit() or words[1] not in ("up", "down"):
        raise Failure("usage: scripts/lab path N up|down")
    if f"path{words[0]}" not in record.lines("namespaces"):
        raise Failure(f"there is no path {words[0]} in the lab; it has {record.last('paths') or 0}")
    Router(int(words[0]), _emulator_of(words[0]), HOSTS[record.last("host")].router_ends).set_line(words[1])


def _wan(words: list[str]) -> None:
    if not words or not words[0].isdigit():
        raise Failure("usage: scripts/lab wan N [JSON|KEY=VALUE...]")
    if not (control := _emulator_of(words[0])):
        raise Failure(f"path {words[0]} has no emulator: name profiles at scripts/lab up; emulated are: "
                      f"{' '.join(record.lines('emulated'))}")
    try:
        if len(words) == 1:
            print(json.dumps(emulator.counters(control), indent=2))
        else:
            emulator.change(control, wan_words.request_of(words[1:]))
    except OSError as error:
        raise Failure(f"no emulator answers at {control}: {error.strerror or error}") from None


def _emulator_of(path: str) -> pathlib.Path | None:
    return pathlib.Path(record.last("run_dir"), f"path{path}.wan") if path in record.lines("emulated") else None


def _exec(words: list[str]) -> None:
    if len(words) < 2:
        raise Failure("usage: scripts/lab exec edge|hub|pathN COMMAND...")
    if words[0] not in record.lines("namespaces"):
        raise Failure(f"'{words[0]}' is not a namespace of the lab: {' '.join(record.lines('namespaces'))}")
    os.execvp("ip", namespace.command(*words))


COMMANDS = {"up": _up, "down": _down, "status": _status, "path": _path, "wan": _wan, "exec": _exec}
