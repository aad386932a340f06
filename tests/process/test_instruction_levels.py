"""The packet path is compiled for three levels of instructions. The one that runs is the processor's best, or the one asked
for: by its file, by its own word, and by its instructions."""
import functools
import os
import pathlib
import re
import signal
import subprocess

import pytest

from lab.place import BUILD
from lab.refusal import assert_refuses

LEVELS = ["x86-64-v4", "x86-64-v3", "x86-64-v2"]
WORKERS_TURN = "ropewalk::dataplane::worker::Worker::turn()"

# As objdump writes them: what VEX or EVEX encodes begins with a v; 256-bit registers came with VEX; opmasks, 512-bit
# registers and the upper sixteen of the narrower ones are EVEX's alone.
VECTOR = re.compile(r"\tv[a-z]\w+ ")
YMM = re.compile(r"%ymm")
# Also of v3, without vectors: BMI, MOVBE, LZCNT. (TZCNT runs as BSF on older processors, and compilers use it so.)
SCALAR_OF_V3 = re.compile(r"\t(andn|bextr|bls(i|r|msk)|bzhi|mulx|p(dep|ext)|rorx|s(ar|hl|hr)x|movbe|lzcnt)\w? ")
EVEX = re.compile(r"%k[1-7]\b|%zmm|%[xy]mm(1[6-9]|2\d|3[01])\b")


def program(level: str) -> pathlib.Path:
    return BUILD.dataplane.with_name(f"{BUILD.dataplane.name}-{level}")


pytestmark = pytest.mark.skipif(not program(LEVELS[0]).exists(), reason="built for one level (meson option march)")
one_path = pytest.mark.parametrize("lab", [{"paths": 1}], indirect=True, ids=["one-path"])


@functools.cache
def code(level: str) -> dict[str, list[str]]:
    """The instructions of the level's program, by function."""
    functions: dict[str, list[str]] = {}
    listing = subprocess.run(["objdump", "-d", "-C", "--no-show-raw-insn", program(level)], capture_output=True,
                             text=True, check=True).stdout
    for line in listing.splitlines():
        if line.endswith(">:"):
            instructions = functions.setdefault(line[line.index("<") + 1:-2], [])
        elif "\t" in line:
            instructions.append(line)
    return functions


def count(level: str, what: re.Pattern, function: str = "") -> int:
    return sum(bool(what.search(line)) for name, lines in code(level).items() if name == function or not function
               for line in lines)


def best_of_this_processor() -> str:
    """By the C library's loader, which has eyes of its own."""
    told = subprocess.run(["/lib64/ld-linux-x86-64.so.2", "--help"], capture_output=True, text=True, check=True).stdout
    return max(re.findall(r"(x86-64-v\d) \(supported", told))


def running_level(gateway) -> str:
    """By file and by word, which must agree."""
    file = pathlib.Path(os.readlink(f"/proc/{gateway.pid('dataplane')}/exe"))
    shown = gateway.show("workers")["dataplane"]["instruction_level"]
    assert file == program(shown), f"{file} says that it is {shown}"
    assert f"code: {shown};" in gateway.ropewalk("show", "workers").stdout
    return shown


def test_v2_has_no_instructions_of_later_processors():
    assert len(code("x86-64-v2")[WORKERS_TURN]) > 100
    assert count("x86-64-v2", VECTOR) == 0
    assert count("x86-64-v2", SCALAR_OF_V3) == 0
    assert count("x86-64-v3", SCALAR_OF_V3) > 0, "the pattern knows them"


def test_v3_uses_256_bits_and_nothing_of_avx512():
    assert count("x86-64-v3", YMM, WORKERS_TURN) > 0
    assert count("x86-64-v3", EVEX) == 0


def test_v4_uses_avx512():
    assert count("x86-64-v4", EVEX, WORKERS_TURN) > 0


@pytest.mark.parametrize("word", ["v3", "native", "x86-64-v5"])
def test_an_unknown_level_is_refused(word, monkeypatch):
    monkeypatch.setenv("ROPEWALK_MARCH", word)
    assert_refuses([BUILD.dataplane, "edge"], "ROPEWALK_MARCH", f"'{word}'", "x86-64-v4, x86-64-v3, x86-64-v2")


@one_path
def test_the_best_that_the_processor_has_runs(lab):
    level = running_level(lab.edge)
    assert level == best_of_this_processor()
    assert f"running with 1 worker, {level} code" in lab.edge.log("dataplane")


@one_path
@pytest.mark.parametrize("level", LEVELS)
def test_a_level_asked_for_runs_and_carries(lab, level, monkeypatch):
    monkeypatch.setenv("ROPEWALK_MARCH", level)
    if level > best_of_this_processor():
        assert_refuses([BUILD.dataplane, "edge"], "ROPEWALK_MARCH", level, "this processor")
        pytest.skip("this processor has not this level, and it is refused")
    lab.edge.kill("dataplane", signal.SIGTERM)
    lab.edge.start("dataplane")
    lab.wait_until_carried()
    assert running_level(lab.edge) == level
