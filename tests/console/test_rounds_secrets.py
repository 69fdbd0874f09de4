"""What callers told stays hidden in rounds too."""

from __future__ import annotations

import re

import httpx

from ledger.database import Ledger
from ledger.states import UserRole, Verdict
from tests.console.blinding import VERDICTS, begin_round, submit_all, tasks_of
from tests.console.conftest import csrf_of
from tests.console.test_rounds import sign_in
from tests.console.test_secrets import CALL, SECRET, pieces, told

__all__ = ["told"]  # a fixture


def test_comments_and_forms_tell_nothing_that_callers_told(stranger: httpx.Client, told: Ledger) -> None:
    """A quoted number is ● in what leads read of a round, and in the words beside the form."""
    lead = sign_in(stranger, told, "chen", UserRole.TEAM_LEAD)
    begin_round(told, "chen", "wang", calls=(CALL,))
    address = f"/rounds/tasks/{tasks_of(told, 'chen')[0]}"
    page = lead.get(address).text
    assert not [piece for piece in pieces() if piece in words_of(page)]
    assert f'href="{address}?unmasked=true"' in page
    assert SECRET in words_of(lead.get(f"{address}?unmasked=true").text)
    submit_all(told, "chen", comment=f"他说了{SECRET[:5]}")
    submit_all(told, "wang", {**VERDICTS, "closing": Verdict.FAIL})
    lead.post("/rounds/1/close", data={"csrf": csrf_of(lead.get("/rounds/1").text)})
    outcome = lead.get("/rounds/1").text
    assert "他说了●●●●●" in outcome
    assert SECRET[:3] not in outcome


def words_of(page: str) -> str:
    """A page without its tags."""
    return re.sub(r"<[^>]+>", "", page)
