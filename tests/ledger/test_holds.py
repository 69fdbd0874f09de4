"""Legal holds are told by the audit log, so that nobody can change, remove or put one in unseen."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger import audit, calls, holds
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import ChainKind
from ledger.tables import ChainRow

CALL = "20261125-040000-held"


@pytest.fixture
def held(either_ledger: Ledger) -> Ledger:
    """A ledger in which a hold was set, released and set again."""
    with either_ledger.transaction() as session:
        calls.add_call(session, call_id=CALL, hotline="114")
        session.flush()
        holds.set_hold(session, CALL, by="lawyer", why="case 7")
        holds.release(session, CALL, by="judge", why="closed")
        holds.set_hold(session, CALL, by="lawyer", why="case 7, again")
    return either_ledger


def problems(ledger: Ledger) -> list[str]:
    """What checking finds, of the audit log and of the holds."""
    with ledger.reading() as session:
        return [*audit.problems(session), *holds.problems(session)]


def test_the_audit_log_tells_who_held_and_released_and_why(held: Ledger) -> None:
    """One row each, in the transaction of the hold."""
    with held.reading() as session:
        told = [(row.user, row.action, row.call_id) for row in audit.find(session)]
        details = [row.details for row in audit.find(session)]
    assert told == [("lawyer", "held", CALL), ("judge", "released", CALL), ("lawyer", "held", CALL)]
    assert "case 7" in details[0]
    assert "closed" in details[1]
    assert problems(held) == []


def delete_the_recording(session: Session) -> None:
    """A tombstone, as retention makes it."""
    entry = {"kind": ChainKind.DELETED, "call_id": CALL, "prev_sha256": "0" * 64, "link_sha256": "1" * 64}
    session.add(ChainRow(day=date(2026, 11, 25), number=1, at=now(), **entry))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE holds SET why = 'nothing' WHERE id = 2", "hold 2 of call 20261125-040000-held was changed"),
        ("UPDATE holds SET released_by = 'x', released_at = set_at WHERE id = 2", "hold 2 of call"),
        ("UPDATE holds SET released_by = NULL, released_at = NULL WHERE id = 1", "hold 1 of call"),
        ("UPDATE holds SET set_at = released_at WHERE id = 1", "hold 1 of call"),
        ("DELETE FROM holds WHERE id = 2", "was removed; by the audit log lawyer set it"),
        (
            "INSERT INTO holds (id, call_id, why, set_by, set_at) SELECT 9, call_id, why, set_by, set_at "
            "FROM holds WHERE id = 2",
            "hold 9 stands nowhere in the audit log",
        ),
        ("UPDATE audit SET details = 'x' WHERE number = 3", "audit row 3 was changed"),
        (delete_the_recording, "was deleted under hold 2"),
    ],
)
def test_any_change_of_a_hold_is_found_and_named(held: Ledger, change: object, says: str) -> None:
    """Also a hold that is lifted in its row alone, and a recording that was deleted all the same."""
    with held.transaction() as session:
        if callable(change):
            change(session)
        else:
            session.execute(text(str(change)))
    assert any(says in problem for problem in problems(held)), problems(held)
