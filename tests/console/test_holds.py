"""Legal holds on a call's page: who may set them, and what is shown."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from ledger import audit, holds
from ledger.database import Ledger
from ledger.states import UserRole
from tests.console import seeding
from tests.console.conftest import csrf_of, sign_in


def page_of(client: httpx.Client, call_id: str) -> str:
    """The call's page."""
    return client.get(f"/calls/{call_id}").text


@pytest.mark.parametrize("role", [UserRole.ADMINISTRATOR, UserRole.TEAM_LEAD])
def test_administrators_and_leads_hold_and_release(
    stranger: httpx.Client, ledger: Ledger, role: UserRole
) -> None:
    """The page says who holds the call and why; released it says that too."""
    with ledger.transaction() as session:
        seeding.add_user(session, "chen", role)
    sign_in(stranger, name="chen")
    token = csrf_of(page_of(stranger, seeding.FLAGGED))
    held = stranger.post(f"/calls/{seeding.FLAGGED}/hold", data={"csrf": token, "why": "投诉 7"})
    assert held.status_code == 303
    page = page_of(stranger, seeding.FLAGGED)
    assert "投诉 7" in page
    assert "chen" in page
    assert "不会被删除" in page
    let_go = stranger.post(f"/calls/{seeding.FLAGGED}/hold/release", data={"csrf": token, "why": "结案"})
    assert let_go.status_code == 303
    with ledger.reading() as session:
        (told,) = holds.of_call(session, seeding.FLAGGED)
        acts = [row for row in audit.find(session) if row.action in ("held", "released")]
        assert list(holds.problems(session)) == []
    assert [json.loads(row.details)["why"] for row in acts] == ["投诉 7", "结案"]
    assert {row.user for row in acts} == {"chen"}
    assert (told.set_by, told.why, told.released_by) == ("chen", "投诉 7", "chen")
    page = page_of(stranger, seeding.FLAGGED)
    assert "解除" in page
    assert re.search(r"chen 保全</li>", page), "among what people did with the call"


def test_a_monitor_sees_holds_and_sets_none(monitor: httpx.Client, ledger: Ledger) -> None:
    """Read only; a forged form is refused too."""
    with ledger.transaction() as session:
        holds.set_hold(session, seeding.FLAGGED, by="law", why="case 7")
    page = page_of(monitor, seeding.FLAGGED)
    assert "case 7" in page
    assert "/hold" not in page
    token = csrf_of(page)
    for action in ("hold", "hold/release"):
        answer = monitor.post(f"/calls/{seeding.FLAGGED}/{action}", data={"csrf": token, "why": "x"})
        assert answer.status_code == 403
    with ledger.reading() as session:
        assert holds.is_held(session, seeding.FLAGGED)


def test_a_hold_needs_a_reason(stranger: httpx.Client, ledger: Ledger) -> None:
    """Nobody could tell later why it must stay, or why it may go."""
    with ledger.transaction() as session:
        seeding.add_user(session, "chen", UserRole.TEAM_LEAD)
    sign_in(stranger, name="chen")
    token = csrf_of(page_of(stranger, seeding.FLAGGED))
    for action in ("hold", "hold/release"):
        answer = stranger.post(f"/calls/{seeding.FLAGGED}/{action}", data={"csrf": token, "why": " "})
        assert answer.status_code == 422
    let_go = stranger.post(f"/calls/{seeding.FLAGGED}/hold/release", data={"csrf": token, "why": "结案"})
    assert (let_go.status_code, "已经是这样" in let_go.text) == (409, True)
