"""A WAN emulator on a path, and how to speak to it."""
import json
import pathlib
import socket
import subprocess

from lab import namespace
from lab.failure import Failure
from lab.place import BUILD, Build
from lab.wait import wait_until


def start(where: str, config: pathlib.Path, control: pathlib.Path, build: Build = BUILD, output=subprocess.PIPE,
          errors=subprocess.PIPE, **options) -> subprocess.Popen:
    """Between the interfaces near and far of a namespace. Returns when it answers at `control`; it prints its report when it
    ends."""
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    process = subprocess.Popen(
        namespace.command(where, build.wanem, "--config", config, "--near", "near", "--far", "far", "--control", control, *words),
        stdin=subprocess.DEVNULL, stdout=output, stderr=errors, text=True, start_new_session=True)
    wait_until("the emulator listens", lambda: control.exists() or process.poll() is not None, every=0.01)
    if process.poll() is not None:
        raise Failure(f"the emulator in {where} did not start: "
                      f"{process.stderr.read() if process.stderr else pathlib.Path(errors.name).read_text()}")
    return process


def tell(control: pathlib.Path, request) -> dict:
    """One line there, one line back; a text goes as it is."""
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(5)
        channel.connect(str(control))
        text = request if isinstance(request, str) else json.dumps(request)
        channel.sendall(text.encode() + b"\n")
        return json.loads(channel.makefile().readline())


def counters(control: pathlib.Path) -> dict:
    return tell(control, {"show": "counters"})


def change(control: pathlib.Path, request) -> None:
    """In the words of the emulator's YAML."""
    answer = tell(control, request)
    if answer != {"ok": True}:
        raise Failure("\n".join(answer["problems"]))
