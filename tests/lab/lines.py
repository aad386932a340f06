"""What kinds of lines there are: profiles of the WAN emulator, by name or as a YAML file."""
import pathlib
import subprocess

import yaml

from lab.failure import Failure
from lab.place import PROFILES, Build


def names() -> list[str]:
    return sorted(file.stem for file in PROFILES.glob("*.yaml"))


def for_paths(profiles: list[str], count: int, build: Build) -> list[pathlib.Path]:
    """One file a path: one profile serves all of them, several make a path each."""
    files = [_checked(profile, build) for profile in profiles]
    return files * count if len(files) == 1 else files


def mtu_of(file: pathlib.Path, wire: int) -> int:
    """What the line leaves of the wire's."""
    line = yaml.safe_load(file.read_text()) or {}
    sizes = [line.get(way, {}).get("mtu", "unlimited") for way in ("both", "upload", "download")]
    return min([wire, *(int(size.removesuffix("B")) for size in sizes if size != "unlimited")])


def _checked(profile: str, build: Build) -> pathlib.Path:
    is_file = "/" in profile or profile.endswith(".yaml")
    file = pathlib.Path(profile) if is_file else PROFILES / f"{profile}.yaml"
    if not file.is_file():
        raise Failure(f"there is no profile '{profile}': give a YAML file or one of: {' '.join(names())}")
    done = subprocess.run([build.wanem, "--check", "--config", file], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"{done.stderr}{file} is not a profile: its problems stand above")
    return file.resolve()
