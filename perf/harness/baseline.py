"""What `perf/run check` compares with: ratios to the floor by processor, never times, in perf/baselines/."""

import json
import re
from pathlib import Path

from lab.failure import Failure

from .build import TREE

FOLDER = TREE / "perf/baselines"
# Two machines that agree in these have the same ratios.
KEYS = ("cpu_family_model_stepping", "crypto_engine", "march", "memory")


def find(machine: dict, folder: Path = FOLDER) -> dict[str, float] | None:
    """The ratios by row, or None where this kind of machine has none yet."""
    for path in sorted(folder.glob("*.json")):
        try:
            known = json.loads(path.read_text())
            if all(known["machine"][key] == machine[key] for key in KEYS):
                return {name: float(ratio) for name, ratio in known["ratios"].items()}
        except (ValueError, KeyError, TypeError) as problem:
            raise Failure(f"{path} is not a baseline ({problem!r}): write it anew with perf/run check --write") from None
    return None


def write(machine: dict, ratios: dict[str, float], folder: Path = FOLDER) -> Path:
    named = {key: machine[key] for key in KEYS}
    path = folder / (re.sub(r"[^a-z0-9]+", "-", f"{machine['cpu_model']} {named[KEYS[0]]} {named['march']}".lower()) + ".json")
    folder.mkdir(exist_ok=True)
    rounded = {name: round(ratio, 3) for name, ratio in ratios.items()}
    path.write_text(json.dumps({"machine": named, "ratios": rounded}, indent=2) + "\n")
    return path
