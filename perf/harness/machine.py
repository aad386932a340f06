"""What a measurement has to say about the machine it was made on."""

import os
import platform
import subprocess
import sys
from pathlib import Path

from lab import hugepages

from .build import TREE

INTERESTING_FLAGS = ("aes", "avx2", "avx512f", "avx512bw", "avx512vl", "vaes", "vpclmulqdq", "gfni", "fsrm",
                     "constant_tsc", "nonstop_tsc", "hypervisor")


def describe() -> dict:
    fields = _cpu_fields()
    flags = set(fields.get("flags", "").split())
    return {
        "cpu_model": fields.get("model name", "unknown"),
        "cpu_family_model_stepping": "/".join(fields.get(key, "?") for key in ("cpu family", "model", "stepping")),
        "cpu_flags": [flag for flag in INTERESTING_FLAGS if flag in flags],
        "cpus": os.cpu_count(),
        "l2_kib": _l2_kib(),
        "kernel": platform.release(),
        "governor": _text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") or "not shown by this machine",
        "hugepages": hugepages.described(),
        "git_revision": _git_revision(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def warn_of_load(consequence: str) -> None:
    """Says so where others are using this machine: a number measured now is worth little."""
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"This machine is busy (load {load:.2f}): {consequence}.", file=sys.stderr)


def _cpu_fields() -> dict[str, str]:
    first = _text("/proc/cpuinfo").split("\n\n")[0]
    pairs = (line.split(":", 1) for line in first.splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}


def _l2_kib() -> int | None:
    size = _text("/sys/devices/system/cpu/cpu0/cache/index2/size")
    return int(size.removesuffix("K")) if size.endswith("K") else None


def _git_revision() -> str:
    """A copy of a checkout, such as tests/tools/debian13 makes, is told its revision."""
    if told := os.environ.get("ROPEWALK_REVISION"):
        return told
    command = ["git", "-C", str(TREE), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip() if done.returncode == 0 else "unknown"


def _text(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""
