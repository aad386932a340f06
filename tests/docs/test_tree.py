"""docs/tree.md draws every folder, and no page names a file that is not there."""
import re
from pathlib import Path

import pytest
from pages import BLOCKS, PAGES, text_of
from product import TREE, files


def drawn() -> set[str]:
    """Folders, those below others indented. One that ends in /* stands for all folders in it, too."""
    (tree,) = [block.text for block in BLOCKS if block.language == "tree"]
    found, above = set(), []
    for indent, name in re.findall(r"^( *)([\w.-]+/\*?)(?= |$)", tree, re.M):
        above[len(indent) // 2:] = [name.split("/")[0]]
        found.add("/".join(above) + name[name.index("/") + 1:].replace("*", "/*"))
    return found


def test_every_folder_is_drawn_and_every_drawing_is_a_folder():
    whole = [folder.removesuffix("*") for folder in drawn() if folder.endswith("/*")]
    there = {str(folder) for file in files() for folder in file.parents if folder.name}
    assert {folder.removesuffix("/*") for folder in drawn()} == {
        folder for folder in there if not folder.startswith(tuple(whole))}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_files_and_folders_that_a_page_names_are_there(page):
    """A file by as much of its path as the page gives, a folder by all of it."""
    text = re.sub(r"\]\([^)]*\)", "]", text_of(page))  # links are tested by themselves
    known = {"/".join(file.parts[start:]) for file in files() for start in range(len(file.parts))}
    named = re.findall(r"(?<![\w./*-])[\w-][\w./-]*\.(?:hpp|cpp|def|md)\b|(?<![\w./-])[\w-]+/[\w./-]+\.py\b", text)
    below = re.findall(r"(?<![\w./*<-])(?:config|control|dataplane|docs|perf|scripts|tests)/[\w./-]*\w", text)
    assert [name for name in named if name not in known] + [path for path in below if not (TREE / path).exists()] == []
