"""Conversations and what pages ask of them, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger import call_wishes, calls, conversations
from ledger.clock import now
from ledger.conversations import Known
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.records import Ending, Mark
from ledger.states import Origin, Place, Reason, Result, WishKind, WishOutcome

KNOWN = Known(
    marks=(Mark(place=Place.MENU, start_s=1.0, end_s=2.5, detail="faults"),),
    facts={"fault_number": "63012345"},
    language="zh",
    waited_s=4.25,
)


def open_call(ledger: Ledger, call_id: str, *, caller: str | None = "13800000001", **given: Origin) -> None:
    """An answered call."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114", caller=caller, **given)
        session.flush()
        calls.mark_answered(session, call_id, now())


def talk(ledger: Ledger, call_id: str, *, operator: str = "8001", reason: str | None = None) -> None:
    """A conversation that has begun, and its reason."""
    with ledger.transaction() as session:
        conversations.begin(session, call_id, desk="114", operator=operator, known=KNOWN)
        if reason:
            conversations.wrap_up(session, call_id, operator, reason)


def test_a_conversation_keeps_what_was_known(either_ledger: Ledger) -> None:
    """The way, the digits, the language and the wait come back as they were; it ends with the call."""
    open_call(either_ledger, "a")
    talk(either_ledger, "a")
    with either_ledger.reading() as session:
        begun = conversations.last_of_operator(session, "8001")
    assert begun
    assert (begun.known, begun.ended_at) == (KNOWN, None)
    with either_ledger.transaction() as session:
        ending = Ending(result=Result.SERVED, reason=Reason.LINE_DIED)
        calls.mark_ended(session, "a", ending=ending, ended_at=now())
    with either_ledger.reading() as session:
        (ended,) = conversations.list_conversations(session, "a")
    assert ended.ended_at


def test_a_wish_is_settled_once(either_ledger: Ledger) -> None:
    """The first outcome counts; what nobody took by the end of the conversation came too late."""
    open_call(either_ledger, "a")
    with either_ledger.transaction() as session:
        pause = call_wishes.ask(session, "a", WishKind.PAUSE, by="wang")
        call_wishes.ask(session, "a", WishKind.READ_BACK, by="8001", detail="63012345")
    with either_ledger.reading() as session:
        asked = call_wishes.unsettled(session)["a"]
    assert [(wish.kind, wish.by, wish.detail) for wish in asked] == [
        (WishKind.PAUSE, "wang", ""),
        (WishKind.READ_BACK, "8001", "63012345"),
    ]
    with either_ledger.transaction() as session:
        assert call_wishes.settle(session, pause, WishOutcome.DONE)
        assert not call_wishes.settle(session, pause, WishOutcome.REFUSED)
        conversations.end(session, "a")
    with either_ledger.reading() as session:
        assert [wish.outcome for wish in call_wishes.list_wishes(session, "a")] == [
            WishOutcome.DONE,
            WishOutcome.LATE,
        ]
        assert not call_wishes.unsettled(session)


def test_only_who_talked_wraps_up(either_ledger: Ledger) -> None:
    """The reason is of an operator's last conversation in the call, and may be changed."""
    open_call(either_ledger, "a")
    talk(either_ledger, "a")
    with either_ledger.transaction() as session:
        talked = conversations.last_of_call(session, "a", "8001")
        assert talked is not None
        assert talked.wrap_up is None
        conversations.wrap_up(session, "a", "8001", "none")
        assert conversations.wrap_up(session, "a", "8001", "found").wrap_up == "found"
        assert conversations.last_of_call(session, "a", "8001") == replace(talked, wrap_up="found")
        with pytest.raises(NotFound):
            conversations.wrap_up(session, "a", "8002", "found")


def test_earlier_calls_of_a_number(either_ledger: Ledger) -> None:
    """The newest five, each with the reason of its last conversation; of no number there are none."""
    for number in range(7):
        open_call(either_ledger, f"c{number}")
        talk(either_ledger, f"c{number}", reason=f"r{number}")
    talk(either_ledger, "c5", operator="8002", reason="again")
    open_call(either_ledger, "canary", origin=Origin.CANARY)
    open_call(either_ledger, "nobody", caller="anonymous")
    with either_ledger.reading() as session:
        earlier = conversations.earlier_calls(session, "13800000001", but="c6")
        assert conversations.earlier_calls(session, "anonymous", but="c6") == []
    assert [call.wrap_up for call in earlier] == ["again", "r4", "r3", "r2", "r1"]


def test_reasons_are_counted_by_desk(either_ledger: Ledger) -> None:
    """By when the conversations began; those without a reason too, canaries not."""
    for call_id, reason in (("a", "found"), ("b", "found"), ("c", None)):
        open_call(either_ledger, call_id)
        talk(either_ledger, call_id, reason=reason)
    open_call(either_ledger, "canary", origin=Origin.CANARY)
    talk(either_ledger, "canary", reason="found")
    at = now()
    with either_ledger.reading() as session:
        counted = conversations.count_wrap_ups(session, at - timedelta(hours=1), at + timedelta(seconds=1))
        assert counted == {("114", "found"): 2, ("114", None): 1}
        assert not conversations.count_wrap_ups(session, at - timedelta(hours=2), at - timedelta(hours=1))
