"""Links lead somewhere, and prose stays within 120 columns."""
import re

import pytest
from pages import PAGES, anchors, prose
from product import TREE


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_to_files_and_headings(page):
    broken = []
    for path, anchor in re.findall(r"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)", prose(page)):
        target = ((TREE / page).parent / path).resolve() if path else TREE / page
        if not target.exists() or anchor and anchor not in anchors(target.relative_to(TREE)):
            broken.append(f"{path}#{anchor}")
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_prose_is_no_wider_than_code(page):
    """Rows of tables cannot be broken."""
    lines = enumerate(prose(page).splitlines(), 1)
    assert [number for number, line in lines if len(line) > 120 and not line.startswith("|")] == []
