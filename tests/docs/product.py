"""What the product says of itself: a program is asked where one can tell, and the sources are read where none can."""
import os
import re
import subprocess
import tempfile
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import yaml

TREE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("ROPEWALK_BUILD", TREE / "build"))
PRODUCT = ("config", "control", "dataplane")


@cache
def files() -> tuple[Path, ...]:
    """Those of the tree, from its root, without what is hidden or built."""
    found = []
    for folder, below, names in os.walk(TREE):
        at = Path(folder)
        below[:] = [name for name in sorted(below) if not name.startswith((".", "__")) and at / name != BUILD
                    and not (at / name / "build.ninja").exists()]
        found += [(at / name).relative_to(TREE) for name in sorted(names)]
    return tuple(found)


@cache
def sources(pattern: str) -> str:
    """All of the product's files with such a path, one after the other."""
    chosen = [path for path in files() if path.parts[0] in PRODUCT and fnmatch(str(path), pattern)]
    assert chosen, f"no source file is like {pattern}"
    return "\n".join((TREE / path).read_text() for path in chosen)


@cache
def run(program: Path, *arguments: str) -> tuple[int, str]:
    ended = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout


def check(configuration: str, *command: Path | str) -> tuple[int, str]:
    """What `ropewalk check` says of that YAML, or another command whose last argument is a file."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(configuration)
        file.flush()
        return run(*(command or (BUILD / "control/ropewalk", "check")), file.name)


def keys_of_the_readers() -> set[str]:
    """Every key that holds a value, as `tunnels.NAME.window`. A reader that meets an unknown key, or no map, names the
    keys that it knows: so an unknown one, NAME, is put into every place until none is new."""
    keys_of: dict[str, list[str]] = {}  # by map
    asked: set[str] = set()
    places = {""}
    while places > asked:
        asked = places
        root: dict = {}
        for place in sorted(places):
            at = root
            for step in filter(None, place.split(".")):
                at[step] = at.get(step) or {}
                at = at[step]
            at["NAME"] = at.get("NAME", 0)
        answer = r"^\S+ (\S*?)\.?NAME: .*(the keys here are|a map with the keys) (.*)$"
        for at, form, keys in re.findall(answer, check(yaml.safe_dump(root))[1], re.M):
            assert "..." not in keys, f"{at}: the message leaves keys out"
            keys_of[at if form.startswith("the") else f"{at}.NAME"] = keys.split(", ")
        places = {f"{at}.{key}".strip(".") for at, keys in keys_of.items() for key in keys} | set(keys_of)
    return {place for place in places if not any(f"{at}.".startswith(f"{place}.") for at in keys_of)} - {""}


def drop_reasons() -> dict[str, tuple[str, str]]:
    """Stage and text by name."""
    rows = r'^ROPEWALK_DROP\((\w+), (\w+), "(.*)"\)$'
    return {name: (stage, text) for name, stage, text in re.findall(rows, sources("*/drop_reasons.def"), re.M)}


def listed_counters(pattern: str = "*") -> dict[str, list[tuple[str, str]]]:
    """Unit and help by name; paths and ports have some of one name."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = r'^ROPEWALK_COUNTER\((\w+), "(.*)", "(.*)"\)$'
    for name, unit, text in re.findall(rows, sources(f"*/{pattern}_counters.def"), re.M):
        found.setdefault(name, []).append((unit, text))
    return found


def event_kinds() -> set[str]:
    """The words of those that have a log line."""
    words = dict(re.findall(r'^ROPEWALK_KIND\((\w+), "(\w+)"\)$', sources("*/events/kinds.hpp"), re.M))
    silent = re.findall(r"events::(\w+)&\) const \{ return \{\}; \}", sources("*/telling/log_line.cpp"))
    return set(words.values()) - {words[kind] for kind in silent}


def counters() -> set[str]:
    """Every cell that the dataplane counts in."""
    declared = re.findall(r"^\s*Counter ((?:\w+(?:, )?)+);", sources("config/*.hpp"), re.M)
    inside = {f"inside_{name}" for name in listed_counters("port")}
    return {name for names in declared for name in names.split(", ")} | set(listed_counters()) | inside


def constant(name: str) -> float:
    """The value of the product's only constant of that name; a duration in nanoseconds."""
    found = re.findall(rf"constexpr [^;]*?\b{name} = ([^;,]+)[;,]", sources("*.[hc]pp"))
    assert len(found) == 1, f"the sources have {len(found)} constants '{name}'"
    units = {"seconds": lambda n: n * 10**9, "milliseconds": lambda n: n * 10**6, "second": 10**9}
    value = re.sub(r"std::chrono::|std::uint\d+_t|(?<=\d)(?:'(?=\d)|U?L*\b)", "", found[0])
    return eval(value.replace("{", "(").replace("}", ")"), {"__builtins__": {}}, units)
