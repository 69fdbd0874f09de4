"""Enquiries that nobody answered become hard cases by themselves: once a conversation, without numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from desks.directory import collecting, hard_cases
from desks.directory.collecting import Search
from desks.directory.hard_cases import CaseOrder, CaseState
from ledger import audit, calls, conversations
from ledger.audit import Act
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.conversations import Known
from ledger.database import Ledger
from ledger.tables import ConversationRow
from tests.desks.directory.test_proposals import operator
from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]

KNOWN = Known(marks=(), facts={}, language="zh", waited_s=1.0)
MINUTE = timedelta(minutes=1)


def talk(
    session: Session,
    call_id: str,
    *searches: tuple[str, int],
    reason: str | None = None,
    shown_after: int | None = None,
) -> None:
    """A conversation that ended a quarter of an hour ago; a number was shown after so many searches."""
    user, ended_at = operator(session), now() - 15 * MINUTE
    calls.add_call(session, call_id=call_id, hotline="114", caller="13912345678")
    session.flush()
    conversations.begin(session, call_id, desk="114", operator=user.name, known=KNOWN)
    session.flush()
    for number, (text, found) in enumerate(searches):
        at = ended_at - (len(searches) - number) * MINUTE
        search = Search(call_id=call_id, operator=user.name, text=text, found=found, at=at)
        collecting.note_searches(session, [search])
    if shown_after is not None:
        audit.write(session, Act(user=user, action=AuditAction.NUMBER_SHOWN, call_id=call_id))
        (row,) = audit.find(session, call_id=call_id)
        row.at = ended_at - (len(searches) - shown_after + 0.5) * MINUTE
    conversations.end(session, call_id, at=ended_at)
    if reason:
        conversations.wrap_up(session, call_id, user.name, reason)


@pytest.mark.parametrize(
    ("searches", "reason", "shown_after", "is_kept"),
    [
        ([("世纪莲", 0)], None, None, True),
        ([("世纪莲", 3)], None, None, True),  # nothing of it was given to the caller
        ([("世纪莲", 3)], None, 1, False),
        ([("人民医院", 2), ("世纪莲", 0)], None, 1, True),  # the second was not answered
        ([("世纪莲", 0), ("人民医院", 2)], None, 2, False),
        ([("世纪莲", 3)], "unlisted", 1, True),
        ([("世纪莲", 3)], "found", None, False),
        ([("世纪莲", 0)], "misdialled", None, False),
        ([("世纪莲", 3)], "transferred", None, False),
        ([("莲", 0)], None, None, False),
        ([("shi", 0)], None, None, False),
        ([("13912345678", 0)], None, None, False),
        ([], "unlisted", None, False),
    ],
)
def test_what_was_not_answered_is_collected(
    ledger: Ledger,
    searches: list[tuple[str, int]],
    reason: str | None,
    shown_after: int | None,
    *,
    is_kept: bool,
) -> None:
    """By what was found, shown and said in the end; what is no question is not."""
    with ledger.transaction() as session:
        talk(session, "a", *searches, reason=reason, shown_after=shown_after)
    assert collecting.collect(ledger) == is_kept
    with ledger.reading() as session:
        assert [case.asked for case in hard_cases.list_of(session)] == ["世纪莲"] * is_kept


def test_the_same_question_is_counted_however_it_was_typed(either_ledger: Ledger) -> None:
    """Once a conversation, beside what operators keep; what was dismissed stays so."""
    with either_ledger.transaction() as session:
        for call_id, text in (("a", "世纪莲"), ("b", "shijilian"), ("c", "是纪联 13912345678")):
            talk(session, call_id, (text, 0))
        talk(session, "d", ("万顺", 0), ("别处", 0))
        kept = hard_cases.keep(session, operator(session), "万顺", "d")
    assert (collecting.collect(either_ledger), collecting.collect(either_ledger)) == (3, 0)
    with either_ledger.transaction() as session:
        often, once = hard_cases.list_of(session)
        assert [(case.asked, case.times, case.collected) for case in (often, once)] == [
            ("世纪莲", 3, 3),
            ("万顺", 1, 0),
        ]
        assert hard_cases.list_of(session, order=CaseOrder.LATE)[0].id == kept.id
        told = hard_cases.askings_of(session, often.id)
        assert {(one.asked, one.is_collected) for one in told} == {
            ("世纪莲", True),
            ("shijilian", True),
            ("是纪联", True),
        }
        hard_cases.drop(session, operator(session), often)
        talk(session, "e", ("世纪莲", 0))
    assert collecting.collect(either_ledger) == 1
    with either_ledger.reading() as session:
        (dropped,) = hard_cases.list_of(session, CaseState.DROPPED)
        assert (dropped.times, dropped.collected) == (4, 4)


def test_a_conversation_that_goes_on_or_waits_for_its_reason_is_left(ledger: Ledger) -> None:
    """And what is typed after its end is nobody's question."""
    with ledger.transaction() as session:
        talk(session, "a")
        late = Search(call_id="a", operator="8001", text="世纪莲", found=0, at=now())
        collecting.note_searches(session, [late])
        talk(session, "b", ("世纪莲", 0))
        conversation = conversations.last_of_call(session, "b", "8001")
        assert conversation
        row = session.get_one(ConversationRow, conversation.id)
        row.ended_at = now() - MINUTE
    assert collecting.collect(ledger) == 0
    with ledger.transaction() as session:
        conversations.wrap_up(session, "b", "8001", "unlisted")
    assert collecting.collect(ledger) == 1


def test_no_telephone_number_is_printed() -> None:
    """Others stay: of a house, a street, a short number of a service."""
    assert hard_cases.without_numbers("请回 139 1234-5678 或+8675788887777") == "请回 … 或…"
    assert hard_cases.without_numbers("中山路128号 10086营业厅") == "中山路128号 10086营业厅"
