"""docs/roles.md tells the rights as the console has them."""

from __future__ import annotations

import re
from pathlib import Path

from console.rights import FOR_PROGRAMS, HOLDERS
from ledger.states import UserRole

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"


def test_the_page_has_the_rights_of_every_role() -> None:
    """Each right has a row, each role a column, each holder a dot."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    head = next(line for line in lines if line.startswith("| right |"))
    roles = [UserRole(cell.strip()) for cell in head.strip("|").split("|")[2:]]
    assert set(roles) == set(UserRole)
    told = {}
    for line in lines[lines.index(head) + 2 :]:
        found = re.match(r"\| `(\w+)` \|", line)
        if not found:
            break
        dots = [cell.strip() for cell in line.strip("|").split("|")[2:]]
        told[found[1]] = frozenset(role for role, dot in zip(roles, dots, strict=True) if dot == "●")
    assert told == {right.value: holders for right, holders in HOLDERS.items()}


def test_every_role_is_told_in_chinese() -> None:
    """Who each is and which calls they see."""
    text = PAGE.read_text(encoding="utf-8")
    for role in UserRole:
        assert f"| `{role}` " in text


def test_the_page_of_the_api_tells_each_right_that_opens_something_there() -> None:
    """And no other."""
    lines = (PAGE.parent / "api.md").read_text(encoding="utf-8").splitlines()
    head = lines.index("| right | what it opens under `/api` |")
    rows = [line for line in lines[head + 2 : lines.index("", head)] if line.startswith("|")]
    told = [right for row in rows for right in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(told) == sorted(FOR_PROGRAMS)
