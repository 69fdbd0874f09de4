"""What callers left for a desk stands on a page until somebody has settled it."""

from __future__ import annotations

import httpx
import pytest

from ledger import messages
from ledger.audit import newest_of_call
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.tables import UserRow
from tests.console.conftest import csrf_of
from tests.console.seeding import CLEAN, FLAGGED

SETTLED = {"settled": True}


@pytest.fixture(autouse=True)
def left(ledger: Ledger) -> None:
    """A wish to be called back and a message, for two desks."""
    with ledger.transaction() as session:
        messages.ask_call_back(session, call_id=FLAGGED, desk="enquiries", number="63012345")
        messages.keep_voicemail(session, call_id=CLEAN, desk="faults", start_s=6.0, end_s=12.0)


def test_what_is_settled_is_gone_and_in_the_log(monitor: httpx.Client, ledger: Ledger) -> None:
    """A wish tells the number, a message opens its call at its second; who settles later is told."""
    html = monitor.get("/left").text
    for words in ("63012345", "114查号台", f"/calls/{CLEAN}#t=6.0", "0:06"):
        assert words in html
    form = {"csrf": csrf_of(html)}
    assert monitor.post("/left/call-backs/1/close", data=form).status_code == 303
    assert monitor.post("/left/call-backs/1/close", data=form).status_code == 409
    assert "63012345" not in monitor.get("/left").text
    assert monitor.post("/api/left/voicemails/1/close", json=SETTLED).json() == {"id": 1}
    assert monitor.get("/api/left").json() == {"call_backs": [], "voicemails": []}
    with ledger.reading() as session:
        acts = [act.action for call in (FLAGGED, CLEAN) for act in newest_of_call(session, call, 9)]
        assert messages.list_call_backs(session) == []
    assert acts.count(AuditAction.LEFT_SETTLED) == 2


def test_who_is_held_to_a_team_is_not_sent_to_a_call_that_is_not_there(
    monitor: httpx.Client, ledger: Ledger
) -> None:
    """What nobody answered is of no team: the wish has its number, the message says who can hear it."""
    with ledger.transaction() as session:
        session.query(UserRow).filter_by(name="li").one().teams = ["早班"]
    html = monitor.get("/left").text
    assert "63012345" in html
    assert "请不限班组的同事听" in html
    assert f"/calls/{CLEAN}" not in html


def test_what_is_of_another_desk_is_not_there(monitor: httpx.Client, ledger: Ledger) -> None:
    """Neither to see nor to settle."""
    with ledger.transaction() as session:
        session.query(UserRow).filter_by(name="li").one().desks = ["faults"]
    told = monitor.get("/api/left").json()
    assert (told["call_backs"], [one["desk"] for one in told["voicemails"]]) == ([], ["faults"])
    assert monitor.post("/api/left/call-backs/1/close", json=SETTLED).status_code == 404
