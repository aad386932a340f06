"""Building a benchmark into build/, as scripts/build does."""

import subprocess
from pathlib import Path

from lab.failure import Failure

TREE = Path(__file__).resolve().parents[2]
BUILD = TREE / "build"


def built(target: str) -> Path:
    """The program build/TARGET, up to date; sets build/ up when it is not there."""
    if not (BUILD / "build.ninja").exists():
        run(["meson", "setup", str(BUILD), str(TREE), "-Dbuildtype=release"])
    run(["ninja", "-C", str(BUILD), target])
    return BUILD / target


def run(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        raise Failure(f"{command[0]} is missing: run scripts/install-deps first") from None
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines()
        raise Failure(f"'{' '.join(command)}' failed:\n" + "\n".join(lines[-30:]))
    return done.stdout
