"""What a reader would copy works: configurations pass the check, command lines parse."""
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from pages import BLOCKS, PAGES, Block, blocks, prose
from product import BUILD, TREE, check, run

PROGRAMS = {"ropewalk": "control", "ropewalk-control": "control", "ropewalk-dataplane": "dataplane",
            "ropewalk-wanem": "tests/lab/wanem", "ropewalk-sim": "tests/sim", "ropewalk-sim-mutants": "tests/sim",
            "ropewalk-perf": "perf/linerate", "ropewalk-perf-core": "perf/core"}
UNKNOWN = "--no-such-option"


def blocks_of(language: str):
    return pytest.mark.parametrize("block", [block for block in BLOCKS if block.language == language], ids=str)


def program(name: str) -> Path:
    path = BUILD / PROGRAMS[name] / name
    if not path.exists():
        pytest.skip(f"{path} is not built")
    return path


@blocks_of("yaml")
def test_configurations_pass_the_check(block: Block):
    status, said = check(block.text)
    assert status == 0, said


def test_the_first_configuration_is_that_of_the_first_steps():
    shown, walked = ([block.text for block in blocks(page) if block.language == "yaml"]
                     for page in (Path("README.md"), Path("docs/first-steps.md")))
    assert shown == walked[:1]


@blocks_of("yaml line")
def test_lines_for_the_emulator_pass_its_check(block: Block):
    status, said = check(block.text, program("ropewalk-wanem"), "--near", "a", "--far", "b", "--check", "--config")
    assert status == 0, said


@blocks_of("sh")
def test_shell_blocks_parse(block: Block):
    read = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert read.stderr == ""


def ours(command: list[str]) -> bool:
    return Path(command[0]).name in PROGRAMS or re.match(r"(\./)?(scripts|perf|tests/changes)/\w", command[0]) is not None


def commands(line: str) -> list[list[str]]:
    """Those of a line of shell that run something of ours, without redirections and comments."""
    words = shlex.shlex(line, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    found, before = [[]], ""
    for word in words:
        if set(word) <= set(";|&()"):
            found.append([])
        elif not set(word + before) & set("<>"):
            found[-1].append(word)
        before = word
    return [command for command in found if command and ours(command)]


def command_lines(page: Path) -> list[list[str]]:
    """From blocks of shell, from sessions, and from the text where a program stands with its arguments."""
    lines = [span for span in re.findall(r"`([^`\n]+)`", prose(page)) if " " in span and ours(span.split())]
    for block in blocks(page):
        text = block.text.replace("\\\n", " ").splitlines()
        lines += text if block.language == "sh" else [line[2:] for line in text if line.startswith("$ ")]
    return [command for line in lines for command in commands(line)]


def complaint(command: list[str]) -> str | None:
    """A program reads all of its arguments before it does anything: so it must complain of one that nobody knows, and
    of nothing else. A script is asked for its help, which must name the options and what it is told to do."""
    name, arguments = Path(command[0]).name, command[1:]
    if name in PROGRAMS:
        said = run(program(name), *arguments, UNKNOWN)[1]
        return None if re.search(rf"not expected: {UNKNOWN}$", said, re.M) else said
    told = [word for word in arguments[:1] if not word.startswith("-")]
    helped = run(TREE / command[0], "--help")[1] + (run(TREE / command[0], *told, "--help")[1] if name == "run" else "")
    words = told + [word.split("=")[0] for word in arguments if word.startswith("-")]
    unknown = [word for word in words if re.search(rf"(?<![\w'-]){re.escape(word)}(?![\w'-])", helped) is None]
    return f"the help does not name {unknown}" if unknown else None


@pytest.mark.parametrize("page, command", [(page, command) for page in PAGES for command in command_lines(page)],
                         ids=lambda part: str(part) if isinstance(part, Path) else " ".join(part))
def test_command_lines_parse(page: Path, command: list[str]):
    assert complaint(command) is None


def test_no_command_line_hides_in_a_block_without_a_language():
    hidden = [str(block) for block in BLOCKS if not block.language
              for line in block.text.splitlines() if line.split() and ours(line.split())]
    assert hidden == []
