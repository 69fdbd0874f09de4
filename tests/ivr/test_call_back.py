"""Wishes to be called back."""

from __future__ import annotations

import pytest

from callers.phone_call import PhoneCall
from ledger import messages
from ledger.messages import CallBack
from ledger.records import Call, Ending
from ledger.states import CallBackState, CallState, Place, Reason, Result
from tests.ivr.people import facts_of, hear, heard_pieces
from tests.ivr.stage import PIECES_HZ, SharedStage, Stage
from tests.ivr.unattended import CALLER, NO_ROOM, call_a_desk_without_operators, late


@pytest.fixture
def stage(shared_stage: SharedStage) -> Stage:
    """Whoever wants the line that runs takes it."""
    return shared_stage


def call_backs(stage: Stage, row: Call) -> list[CallBack]:
    """A caller's wishes to be called back."""
    with stage.ledger.reading() as session:
        return [wish for wish in messages.list_call_backs(session, None) if wish.call_id == row.id]


async def hear_offer(call: PhoneCall) -> None:
    """Wait until the offer has read the caller's number back."""
    await call.wait_for_tone(PIECES_HZ["call-back-offer.2"], timeout_s=12)


def wish_of(stage: Stage, row: Call) -> CallBack:
    """The one wish, which the call ended with."""
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.CALL_BACK_ASKED, place=Place.CALL_BACK)
    (wish,) = call_backs(stage, row)
    assert (wish.desk, wish.state) == ("114", CallBackState.OPEN)
    return wish


def test_a_call_back_to_the_callers_own_number_is_a_row(stage: Stage) -> None:
    """The number is read out within the offer, and 1 takes it."""
    heard: list[str] = []

    async def take_own(call: PhoneCall) -> None:
        await hear_offer(call)
        await call.send_digits("1")
        await hear(call, "call-back-kept")
        await call.ended(5)
        heard.extend(heard_pieces(call.heard()))

    row = call_a_desk_without_operators(stage, late({"call_back": "114"}), take_own)
    assert wish_of(stage, row).number == CALLER
    said = [f"d-{digit}" for digit in CALLER]
    offer = ["call-back-offer.1", *said, "call-back-offer.2", "call-back-kept"]
    assert heard[heard.index("call-back-offer.1") :] == offer


def test_another_number_to_call_back_is_read_back_and_confirmed(stage: Stage) -> None:
    """2 asks for a number; 2 once more enters it again, 1 keeps what was read back."""
    heard: list[str] = []

    async def give_another(call: PhoneCall) -> None:
        await hear(call, "connecting")
        await call.wait_for_tone(PIECES_HZ["call-back-offer.1"], timeout_s=8)
        await call.send_digits("2")
        for number, is_right in (("63012340", "2"), ("63012345", "1")):
            await hear(call, "call-back-number")
            await call.send_digits(f"{number}#")
            await call.wait_for_tone(PIECES_HZ["confirm-digits.2"], timeout_s=10)
            await call.send_digits(is_right)
        await hear(call, "call-back-kept")
        await call.ended(5)
        heard.extend(heard_pieces(call.heard()))

    row = call_a_desk_without_operators(stage, late({"call_back": "114"}), give_another)
    assert wish_of(stage, row).number == "63012345"
    assert heard.count("confirm-digits.1") == 2
    assert facts_of(row) == {}, "the number stands in the wish, once"


def test_a_number_that_cannot_be_called_is_asked_for_again_and_then_given_up(stage: Stage) -> None:
    """Two entries that are too short and a silence: no row, and the call ends without an operator."""

    async def mistype(call: PhoneCall) -> None:
        await call.wait_for_tone(PIECES_HZ["call-back-offer.1"], timeout_s=12)
        await call.send_digits("2")
        for _ in range(2):
            await hear(call, "call-back-number")
            await call.send_digits("12#")
        await hear(call, "call-back-number")
        await call.ended(10)

    row = call_a_desk_without_operators(stage, late({"call_back": "114"}), mistype)
    assert call_backs(stage, row) == []
    assert row.ending == Ending(result=Result.FAILED, reason=Reason.NO_OPERATOR, place=Place.CALL_BACK)


def test_a_caller_who_leaves_before_giving_a_number_is_abandoned(stage: Stage) -> None:
    """No row, and the place is told."""

    async def leave(call: PhoneCall) -> None:
        await hear_offer(call)

    row = call_a_desk_without_operators(stage, late({"call_back": "114"}), leave)
    assert call_backs(stage, row) == []
    assert row.ending == Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=Place.CALL_BACK)


def test_a_call_back_is_kept_also_of_a_call_that_is_not_recorded(stage: Stage) -> None:
    """It is a row and needs no recording; what the caller is told is true."""

    async def take_own(call: PhoneCall) -> None:
        await hear_offer(call)
        await call.send_digits("1")
        await hear(call, "call-back-kept")
        await call.ended(5)

    row = call_a_desk_without_operators(stage, late({"call_back": "114"}), take_own, **NO_ROOM)
    assert row.state is CallState.UNRECORDED
    assert wish_of(stage, row).number == CALLER
