"""A list that is open: which of its rows have changed, and how many calls have come since."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy.orm import Session

from ledger import cases, decisions, holds, judgements, review_marks, users
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import User
from ledger.states import Decision, Verdict
from ledger.tables import CallRow, CaseRow
from tests.console import seeding
from tests.console.blinding import begin_round
from tests.console.seeding import CLEAN, FLAGGED, NOON


def ask(client: httpx.Client, since: str = "2026-11-25T00:00:00+00:00", **query: str) -> dict[str, object]:
    """The news of two rows."""
    strangers = ",".join(f"20261120-040000-{number:06}" for number in range(30))
    asked = {"ids": f"{FLAGGED},{CLEAN},{strangers}", "since": since, **query}
    answer = client.get("/calls/news", params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


def test_rows_that_change_have_another_mark(monitor: httpx.Client, ledger: Ledger) -> None:
    """A claim, a decision, its undoing, a hold, marks or a new score change its row's mark and no other's."""
    first = ask(monitor)["rows"]
    assert isinstance(first, dict)
    assert set(first) == {FLAGGED, CLEAN}
    assert ask(monitor)["rows"] == first
    with ledger.transaction() as session:
        session.add(CaseRow(call_id=FLAGGED, state="open", since=now(), version=1))
    claimed = ask(monitor)["rows"]
    assert isinstance(claimed, dict)
    assert claimed[CLEAN] == first[CLEAN]
    assert claimed[FLAGGED] != first[FLAGGED]
    with ledger.transaction() as session:
        session.get_one(CallRow, CLEAN).score = 50.0
    judged = ask(monitor)["rows"]
    assert isinstance(judged, dict)
    assert (judged[FLAGGED], judged[CLEAN] == first[CLEAN]) == (claimed[FLAGGED], False)
    told = {claimed[FLAGGED]}
    for deed in (_decide, _undo, _hold, _give_marks):
        with ledger.transaction() as session:
            deed(session)
        rows = ask(monitor)["rows"]
        assert isinstance(rows, dict)
        assert rows[CLEAN] == judged[CLEAN]
        assert rows[FLAGGED] not in told, deed
        told.add(rows[FLAGGED])


def _li(session: Session) -> User:
    found = users.find_user(session, "li")
    assert found
    return found[0]


def _failed(session: Session) -> int:
    card = judgements.newest_scorecard(session, FLAGGED)
    assert card
    return next(each.id or 0 for each in card.findings if each.verdict is Verdict.FAIL)


def _decide(session: Session) -> None:
    decisions.save_review(session, _failed(session), _li(session).id, Decision.CONFIRMED, "")


def _undo(session: Session) -> None:
    decisions.undo(session, _li(session), _failed(session))


def _hold(session: Session) -> None:
    holds.set_hold(session, FLAGGED, by=_li(session), why="投诉")


def _give_marks(session: Session) -> None:
    marks = dict.fromkeys(review_marks.STANDARDS, 4)
    review_marks.save_marks(session, FLAGGED, _li(session), marks=marks, comment="", praise="")


def test_a_row_that_leaves_the_filter_is_told_of(monitor: httpx.Client, ledger: Ledger) -> None:
    """A colleague took the call: it is in no queue of mine, and its row still says so."""
    first = ask(monitor, queue="flagged")["rows"]
    assert isinstance(first, dict)
    with ledger.transaction() as session:
        seeding.add_user(session, "wang")
        colleague = users.find_user(session, "wang")
        assert colleague
        cases.take(session, FLAGGED, colleague[0])
    taken = ask(monitor, queue="flagged")["rows"]
    assert isinstance(taken, dict)
    assert taken[FLAGGED] != first[FLAGGED]
    assert set(taken) == {FLAGGED, CLEAN}
    assert ask(monitor, canary="only")["rows"] == {}


def test_new_calls_are_counted_as_the_filters_say(monitor: httpx.Client, ledger: Ledger) -> None:
    """Those of another desk, or that came before, are none."""
    since = (NOON + timedelta(days=9)).isoformat()
    assert ask(monitor, since)["new"] == 0
    with ledger.transaction() as session:
        seeding.add_call(session, "new", NOON + timedelta(days=10))
    assert ask(monitor, since)["new"] == 1
    assert ask(monitor, since, operator="8003")["new"] == 0
    assert ask(monitor, since, text="没有人说过")["new"] == 0


def test_a_blind_reviewer_learns_nothing(monitor: httpx.Client, ledger: Ledger) -> None:
    """Not even that the call's row has changed."""
    begin_round(ledger, "li", "wang")
    rows = ask(monitor)["rows"]
    assert isinstance(rows, dict)
    assert set(rows) == {CLEAN}


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "now"},
        {"since": "2026-11-25"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"ids": "a," * 51},
        {"ids": "a\0b"},
        {"day_from": "0001-01-01"},
        {"day_to": "9999-12-31"},
    ],
)
def test_what_cannot_be_asked(monitor: httpx.Client, wrong: dict[str, str]) -> None:
    """A moment without a zone, more rows than a page has, a sign that no text has."""
    asked = {"since": "2026-11-25T00:00:00Z", **wrong}
    assert monitor.get("/calls/news", params=asked).status_code == 422
