"""Where callers go whom no operator serves in time: another desk, a message, a call-back, the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import soundfile

from callers.phone import Phone
from callers.phone_call import PhoneCall
from ledger import messages
from ledger.messages import CallBack, Voicemail
from ledger.records import Call, Ending
from ledger.states import CallBackState, OperatorState, Place, Reason, Result
from recorder.sealing import seal_call
from tests.ivr.people import REPLY_HZ, SAY_HZ, Desk, hear, heard_pieces, loudness, places, reach_menu
from tests.ivr.stage import PIECES_HZ, RATE_HZ, Stage, tone

Document = dict[str, Any]
CALLER = "13801234567"  # no digit twice in a row: two tones would be heard as one
NOBODY = {"8001": "sip:8001@127.0.0.1:9"}


def call_a_desk_without_operators(
    stage: Stage, change: Callable[[Document], None], do: Callable[[PhoneCall], Awaitable[None]]
) -> Call:
    """A caller to desk 114, whose only operator is away; returns the call's row."""

    async def scenario() -> Call:
        async with Phone(user=CALLER) as phone:
            await asyncio.to_thread(stage.start, NOBODY, change)
            stage.set_operator(OperatorState.AWAY)
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await do(call)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    return asyncio.run(scenario())


def late(step: Document) -> Callable[[Document], None]:
    """A plan in which callers wait 1 s, then take a step."""

    def change(document: Document) -> None:
        document["desks"]["114"].update(longest_wait_s=1.0, when_late=step)

    return change


def voicemails(stage: Stage) -> list[Voicemail]:
    """All messages."""
    with stage.ledger.reading() as session:
        return messages.list_voicemails(session)


def call_backs(stage: Stage) -> list[CallBack]:
    """All wishes to be called back."""
    with stage.ledger.reading() as session:
        return messages.list_call_backs(session, None)


@pytest.mark.parametrize("why", ["late", "full"])
def test_a_slow_or_full_queue_leads_to_another_desk(stage: Stage, why: str) -> None:
    """The second desk answers; its queue's mark stands beside the first one's, and the waits are added up."""

    def change(document: Document) -> None:
        step = {"desk": "help"}
        document["desks"]["help"] = {"name": "帮忙台", "operators": ["8002"]}
        document["desks"]["114"]["operators"] = ["8001"]
        limits = {"longest_wait_s": 1.0, "when_late": step}
        full = {"longest_wait_s": 60, "most_waiting": 1, "when_full": step}
        document["desks"]["114"].update(limits if why == "late" else full)

    async def scenario() -> Call:
        helper = Desk()
        async with helper.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {**NOBODY, "8002": helper.phone.uri}, change)
            stage.set_operator(OperatorState.AWAY)
            if why == "full":
                waiting = await reach_menu(phone, stage)
                await waiting.send_digits("1")
                await hear(waiting, "hold-music")
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await call.wait_for_tone(REPLY_HZ, 10)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    waits = [mark for mark in row.marks if mark.place is Place.QUEUE]
    assert [mark.detail for mark in waits] == ["114", "help"]
    assert (row.desk, row.operator) == ("help", "8002")
    assert row.queue_wait_s == pytest.approx(sum(mark.end_s - mark.start_s for mark in waits), abs=0.05)
    assert (row.queue_wait_s > 1.0) is (why == "late")


def lead_back(document: Document) -> None:
    """Who waits too long hears a menu in which 1 leads to the same desk again, and silence to the end."""
    document["desks"]["114"].update(longest_wait_s=0.5, when_late={"menu": "again"})
    keys = {"1": {"desk": "114"}, "2": {"say": "news"}}
    document["menus"]["again"] = {"prompt": "menu", "keys": keys, "otherwise": {"hang_up": True}}


def test_who_chooses_the_same_desk_again_and_again_comes_to_an_end(stage: Stage) -> None:
    """After three overflows the caller hears that nobody is free."""

    async def to_the_end(call: PhoneCall) -> None:
        for _ in range(3):
            await hear(call, "connecting")
            await hear(call, "menu")
            await call.send_digits("1")
        await hear(call, "all-busy")
        await call.ended(5)

    row = call_a_desk_without_operators(stage, lead_back, to_the_end)
    assert row.ending == Ending(result=Result.FAILED, reason=Reason.NO_OPERATOR, place=Place.QUEUE)
    desks = [mark.detail for mark in row.marks if mark.place is Place.QUEUE]
    assert desks == ["114", "114", "114", "114", "all-busy"]


def test_a_full_queue_without_a_step_ends_the_call(stage: Stage) -> None:
    """Nobody may wait: the caller hears it, and the row says that the queue was full."""

    def change(document: Document) -> None:
        document["desks"]["114"].update(most_waiting=1)

    async def scenario() -> Call:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, NOBODY, change)
            stage.set_operator(OperatorState.AWAY)
            first = await reach_menu(phone, stage)
            await first.send_digits("1")
            await hear(first, "hold-music")
            second = await reach_menu(phone, stage)
            await second.send_digits("1")
            await hear(second, "all-busy")
            await second.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, second)

    ending = asyncio.run(scenario()).ending
    assert ending == Ending(result=Result.FAILED, reason=Reason.QUEUE_FULL, place=Place.QUEUE)


def test_an_overflow_may_lead_back_to_a_menu(stage: Stage) -> None:
    """Who did not want to wait chooses something else there."""

    async def choose_again(call: PhoneCall) -> None:
        await hear(call, "connecting")
        await hear(call, "menu")
        await call.send_digits("2")
        await hear(call, "news")
        await call.ended(5)

    row = call_a_desk_without_operators(stage, lead_back, choose_again)
    assert places(row)[1:] == [Place.MENU, Place.QUEUE, Place.MENU, Place.ANNOUNCEMENT]
    assert row.ending == Ending(result=Result.FAILED, reason=Reason.NO_OPERATOR, place=Place.ANNOUNCEMENT), (
        "an operator was wanted and none was found"
    )


@pytest.mark.parametrize("end", ["#", "hang-up", "silence"])
def test_a_message_is_kept_however_it_is_ended(stage: Stage, end: str) -> None:
    """The row's span is the caller's words in the recording, after the beep."""

    async def leave_message(call: PhoneCall) -> None:
        await hear(call, "voicemail-please")
        await hear(call, "beep")
        await call.pause(0.9)
        await call.play(tone(SAY_HZ, 1.0))
        if end == "hang-up":
            return
        if end == "#":
            await call.send_digits("#")
        await hear(call, "message-kept")
        await call.ended(5)

    row = call_a_desk_without_operators(stage, late({"voicemail": "114"}), leave_message)
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.MESSAGE_LEFT, place=Place.VOICEMAIL)
    (message,) = voicemails(stage)
    (mark,) = [mark for mark in row.marks if mark.place is Place.VOICEMAIL]
    assert (message.call_id, message.desk) == (row.id, "114")
    assert (message.start_s, message.end_s) == pytest.approx((mark.start_s, mark.end_s), abs=0.05)
    recording = seal_call(row, stage.folder / "capture", stage.folder / "recordings")
    stereo, _ = soundfile.read(stage.folder / "recordings" / recording.path, dtype="int16")
    spoken = stereo[int(message.start_s * RATE_HZ) : int(message.end_s * RATE_HZ), 0]
    assert loudness(spoken, SAY_HZ) > 0.9


@pytest.mark.parametrize("says", ["nothing", "leaves-before-the-beep"])
def test_no_message_is_kept_where_nobody_spoke(stage: Stage, says: str) -> None:
    """A silent caller has found no operator; one who leaves before the beep has given up."""

    async def be_silent(call: PhoneCall) -> None:
        await hear(call, "voicemail-please")
        if says == "nothing":
            await call.ended(10)

    row = call_a_desk_without_operators(stage, late({"voicemail": "114"}), be_silent)
    assert voicemails(stage) == []
    assert row.ending is not None
    reasons = {
        "nothing": (Result.FAILED, Reason.NO_OPERATOR, Place.VOICEMAIL),
        "leaves-before-the-beep": (Result.ABANDONED, Reason.CALLER_HUNG_UP, Place.ANNOUNCEMENT),
    }
    assert (row.ending.result, row.ending.reason, row.ending.place) == reasons[says]


def test_the_longest_message_ends_it(stage: Stage) -> None:
    """The plan's limit, while the caller still speaks."""

    def change(document: Document) -> None:
        late({"voicemail": "114"})(document)
        document["limits"] = {"longest_message_s": 1.5}

    async def talk_on(call: PhoneCall) -> None:
        await hear(call, "beep")
        talking = asyncio.create_task(call.play(tone(SAY_HZ, 4.0)))
        await hear(call, "message-kept")
        talking.cancel()

    call_a_desk_without_operators(stage, change, talk_on)
    (message,) = voicemails(stage)
    assert message.end_s - message.start_s == pytest.approx(1.5, abs=0.4)


async def hear_offer(call: PhoneCall) -> None:
    """Wait until the offer has read the caller's number back."""
    await call.wait_for_tone(PIECES_HZ["call-back-offer.2"], timeout_s=12)


def wish_of(stage: Stage, row: Call) -> CallBack:
    """The one wish, which the call ended with."""
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.CALL_BACK_ASKED, place=Place.CALL_BACK)
    (wish,) = call_backs(stage)
    assert (wish.call_id, wish.desk, wish.state) == (row.id, "114", CallBackState.OPEN)
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
    assert row.facts == {}, "the number stands in the wish, once"


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
    assert call_backs(stage) == []
    assert row.ending == Ending(result=Result.FAILED, reason=Reason.NO_OPERATOR, place=Place.CALL_BACK)


def test_a_caller_who_leaves_before_giving_a_number_is_abandoned(stage: Stage) -> None:
    """No row, and the place is told."""

    async def leave(call: PhoneCall) -> None:
        await hear_offer(call)

    row = call_a_desk_without_operators(stage, late({"call_back": "114"}), leave)
    assert call_backs(stage) == []
    assert row.ending == Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=Place.CALL_BACK)
