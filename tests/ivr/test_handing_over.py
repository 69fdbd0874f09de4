"""Handing a caller over, by real SIP: to the read-back (自动报号), to the number itself, to another desk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from callers.errors import CallOver
from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import PhoneCall
from hotline.parts import read_parts
from hotline.ports import free_port
from ledger import call_wishes, calls, conversations
from ledger.call_wishes import CallWish
from ledger.conversations import Conversation
from ledger.records import Call, Ending
from ledger.states import OperatorState, Place, Reason, Result, WishKind, WishOutcome
from recorder.capture import Capture
from recorder.sealing import join_capture
from tests.ivr.people import REPLY_HZ, Desk, facts_of, hear, heard_pieces, loudness, places, reach_menu
from tests.ivr.stage import SharedStage, Stage, tone

NUMBER = "63015"  # no digit twice in a row: two tones would be heard as one
DIGITS = [f"d-{digit}" for digit in NUMBER]
TWICE = ["read-back.1", *DIGITS, "read-back-again.1", *DIGITS]
OUTSIDE_HZ = 2950  # no prompt is like it
DESK_PORT, OTHER_PORT, OUTSIDE_PORT = free_port(), free_port(), free_port()

Document = dict[str, Any]


@pytest.fixture
def stage(shared_stage: SharedStage) -> Stage:
    """Whoever wants the line that runs takes it."""
    return shared_stage


class Hall:
    """One caller, the desks' phones, and what is asked of the call."""

    def __init__(self, stage: Stage, caller: PhoneCall, desk: Desk, other: Desk, outside: Desk) -> None:
        self.stage, self.caller = stage, caller
        self.desk, self.other, self.outside = desk, other, outside

    @property
    def call_id(self) -> str:
        """The call's."""
        return self.stage.row_of(self.caller).id

    async def ask(self, kind: WishKind, detail: str = "") -> None:
        """What a page does."""

        def ask() -> None:
            with self.stage.ledger.transaction() as session:
                call_wishes.ask(session, self.call_id, kind, by="8001", detail=detail)

        await asyncio.to_thread(ask)

    async def operator_is(self, state: OperatorState, number: str = "8001", within_s: float = 5.0) -> None:
        """Wait until an operator is in a state."""
        reached = partial(self._is, state, number)
        await asyncio.to_thread(self.stage.wait_for, reached, within_s)

    def _is(self, state: OperatorState, number: str) -> bool:
        return self.stage.operator(number).state is state

    def wishes(self) -> list[CallWish]:
        """All that was asked of the call."""
        with self.stage.ledger.reading() as session:
            return call_wishes.list_wishes(session, self.call_id)

    def talks(self) -> list[Conversation]:
        """The call's conversations."""
        with self.stage.ledger.reading() as session:
            return conversations.list_conversations(session, self.call_id)


def plan_of_two_desks(document: Document) -> None:
    """A second desk with an operator of its own, reasons, wrap-up, and somewhere outside."""
    desk = document["desks"]["114"]
    document["desks"]["112"] = {**desk, "name": "障碍台", "operators": ["8002"], "longest_wait_s": 30}
    desk.update(operators=["8001"], wrap_up_s=60, reasons={"found": "查到", "none": "未登记"})
    document["outbound"] = {"address": f"sip:{{number}}@127.0.0.1:{OUTSIDE_PORT}", "caller_id": "114"}
    document["read_back"] = {"pause_s": 0.3, "wait_s": 1.0}
    document["survey"]["wait_s"] = 0.5


def talk(stage: Stage, what: Callable[[Hall], Awaitable[None]]) -> tuple[Call, Hall]:
    """A caller at desk 114, whose operator has picked up; the call's row once it has ended."""

    async def stay(call: IncomingCall) -> None:
        await call.ended(60)

    async def answer(call: IncomingCall) -> None:
        with suppress(CallOver):
            await call.play(tone(OUTSIDE_HZ, 5.0))

    async def scenario() -> tuple[Call, Hall]:
        desk, other, outside = (
            Desk(stay, port=DESK_PORT),
            Desk(port=OTHER_PORT),
            Desk(answer, port=OUTSIDE_PORT),
        )
        async with desk.phone, other.phone, outside.phone, Phone() as phone:
            numbers = {"8001": desk.phone.uri, "8002": other.phone.uri}
            await asyncio.to_thread(stage.start, numbers, plan_of_two_desks)
            caller = await reach_menu(phone, stage)
            await caller.send_digits("1")
            await desk.talking.wait()
            hall = Hall(stage, caller, desk, other, outside)
            await hall.operator_is(OperatorState.TALKING)
            await what(hall)
            await caller.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, caller), hall

    return asyncio.run(scenario())


def said_after_operator(hall: Hall) -> list[str]:
    """What the caller heard from the read-back on."""
    heard = heard_pieces(hall.caller.heard())
    return heard[heard.index("read-back.1") :]


def test_one_key_has_the_number_read_and_sets_the_operator_free(stage: Stage) -> None:
    """The operator is idle within a second, wrapped up by the plan's reason; the caller hears it twice."""

    async def what(hall: Hall) -> None:
        asked_s = time.monotonic()
        await hall.ask(WishKind.READ_BACK, "630-15")
        await hall.operator_is(OperatorState.IDLE, within_s=3.0)
        await hall.desk.calls[0].ended(3)
        assert time.monotonic() - asked_s < 3.2
        await hear(hall.caller, "survey")
        await hall.caller.send_digits("5")
        await hall.caller.ended(8)

    row, hall = talk(stage, what)
    assert said_after_operator(hall) == [*TWICE, "read-back-connect-offer", "survey", "survey-thanks"]
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.NUMBER_READ, place=Place.SURVEY)
    assert facts_of(row) == {
        "directory_number": NUMBER,
        "directory_read_by": "machine",
        "survey_asked": "yes",
        "survey_mark": "5",
    }
    assert places(row)[-3:] == [Place.OPERATOR, Place.READ_BACK, Place.SURVEY]
    (conversation,) = hall.talks()
    assert (conversation.operator, conversation.desk, conversation.wrap_up) == ("8001", "114", "found")
    assert conversation.known.waited_s > 0
    assert [mark.detail for mark in conversation.known.marks if mark.place is Place.MENU] == [
        "main",
        "main: 1",
    ]
    (wish,) = hall.wishes()
    assert wish.outcome is WishOutcome.DONE


def test_a_key_has_it_read_again(stage: Stage) -> None:
    """1 during the reading or after the offer: twice once more; whoever hangs up then was served."""

    async def what(hall: Hall) -> None:
        await hall.ask(WishKind.READ_BACK, NUMBER)
        await hear(hall.caller, "read-back-connect-offer")
        await hall.caller.send_digits("1")
        await hall.caller.pause(0.5)
        await hear(hall.caller, "read-back-connect-offer")

    row, hall = talk(stage, what)
    offer = "read-back-connect-offer"
    assert said_after_operator(hall)[: 2 * len(TWICE) + 1] == [*TWICE, offer, *TWICE]
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP, place=Place.READ_BACK)
    assert row.facts["survey_why"] == "caller_hung_up"


def test_a_key_puts_the_caller_through(stage: Stage) -> None:
    """Both hear each other, nothing of it is recorded, the survey is asked afterwards."""

    async def what(hall: Hall) -> None:
        await hall.ask(WishKind.READ_BACK, NUMBER)
        await hear(hall.caller, "read-back-connect-offer")
        await hall.caller.send_digits("2")
        await hall.caller.wait_for_tone(OUTSIDE_HZ, 8)
        await hall.caller.pause(0.6)
        called = hall.outside.calls[0]
        assert called.caller_number == "114"
        await called.hang_up()
        await hear(hall.caller, "survey")
        await hall.caller.ended(8)

    row, hall = talk(stage, what)
    assert hall.outside.calls[0].dialled == NUMBER
    assert row.facts["connected_number"] == NUMBER
    assert row.facts["connected_how"] == "talked"
    assert row.facts["survey_asked"] == "yes"
    assert places(row)[-4:] == [Place.READ_BACK, Place.CONNECTED, Place.PAUSED, Place.SURVEY]
    right = join_capture(Capture.of_call(stage.folder / "capture", row.id)).samples[:, 1]
    frames = right[: len(right) // 800 * 800].reshape(-1, 800)
    loud = [abs(frame).max() > 200 and loudness(frame, OUTSIDE_HZ) > 0.5 for frame in frames]
    assert sum(loud) <= 1, "a click has all frequencies, a conversation lasts longer"


def test_whoever_cannot_be_reached_is_told_of(stage: Stage) -> None:
    """A refusal is a sentence, then the survey as after every call."""

    async def what(hall: Hall) -> None:
        async def refuse(call: IncomingCall) -> None:
            await call.reject(486)

        hall.outside.phone.on_invite = refuse
        await hall.ask(WishKind.READ_BACK, NUMBER)
        await hear(hall.caller, "read-back-connect-offer")
        await hall.caller.send_digits("2")
        await hear(hall.caller, "not-connected")
        await hear(hall.caller, "survey")

    row, _ = talk(stage, what)
    assert row.facts["connected_how"] == "not_reached"


def test_an_operator_who_hangs_up_right_after_the_key_is_obeyed(stage: Stage) -> None:
    """The number is read also where the BYE overtakes what the page asked."""

    async def what(hall: Hall) -> None:
        await hall.ask(WishKind.READ_BACK, NUMBER)
        await hall.desk.calls[0].hang_up()
        await hear(hall.caller, "read-back-connect-offer")

    row, hall = talk(stage, what)
    assert said_after_operator(hall)[: len(TWICE)] == TWICE
    assert row.facts["directory_read_by"] == "machine"


def test_a_transfer_carries_what_is_known(stage: Stage) -> None:
    """The second operator talks, the first wraps up; the call stays the first's, the second has a part."""

    async def what(hall: Hall) -> None:
        with stage.ledger.transaction() as session:
            calls.add_facts(session, hall.call_id, {"directory_number": NUMBER})
        await hall.ask(WishKind.TRANSFER, "113")  # there is none: nothing happens
        await hall.ask(WishKind.TRANSFER, "112")
        await hear(hall.caller, "transferring")
        await hall.caller.wait_for_tone(REPLY_HZ, 8)
        await hall.operator_is(OperatorState.WRAP_UP)
        await hall.operator_is(OperatorState.TALKING, "8002")

    row, hall = talk(stage, what)
    assert (row.desk, row.operator) == ("114", "8001")
    assert [mark.detail for mark in row.marks if mark.place is Place.OPERATOR] == ["8001", "8002"]
    assert row.facts["directory_number"] == NUMBER
    first, second = hall.talks()
    assert (first.operator, second.operator) == ("8001", "8002")
    assert first.ended_at
    assert first.ended_at < second.began_at
    assert [mark.detail for mark in second.known.marks if mark.place is Place.OPERATOR] == ["8001"]
    assert [wish.outcome for wish in hall.wishes()] == [WishOutcome.REFUSED, WishOutcome.DONE]
    with stage.ledger.reading() as session:
        own, later = read_parts(session, row)
    assert (own.call.operator, own.call.facts["directory_number"]) == ("8001", NUMBER)
    assert (later.call.operator, later.call.desk) == ("8002", "112")
    assert later.spoken == [mark for mark in row.marks if mark.place is Place.OPERATOR][1]
    assert "directory_number" not in later.call.facts
    waits_s = (own.call.queue_wait_s or 0.0, later.call.queue_wait_s or 0.0)
    assert sum(waits_s) == pytest.approx(row.queue_wait_s or 0.0, abs=0.2)


def test_a_caller_who_leaves_in_the_second_queue_was_served(stage: Stage) -> None:
    """By the first operator, whose call it stays, desk and all; the facts say why nothing was asked."""

    async def what(hall: Hall) -> None:
        stage.set_operator(OperatorState.AWAY, "8002")
        await hall.ask(WishKind.TRANSFER, "112")
        await hear(hall.caller, "hold-music")

    row, _ = talk(stage, what)
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP, place=Place.QUEUE)
    assert (row.desk, row.operator) == ("114", "8001")
    assert (row.facts["survey_asked"], row.facts["survey_why"]) == ("no", "transferred")


def test_a_transfer_back_to_the_menu(stage: Stage) -> None:
    """The caller hears the number's menu again, and may choose."""

    async def what(hall: Hall) -> None:
        await hall.ask(WishKind.TRANSFER, "menu")
        await hear(hall.caller, "menu")
        await hall.caller.send_digits("2")
        await hear(hall.caller, "news")
        await hall.caller.ended(5)

    row, _ = talk(stage, what)
    assert places(row)[-3:] == [Place.OPERATOR, Place.MENU, Place.ANNOUNCEMENT]
