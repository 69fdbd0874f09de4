"""Calls over real SIP and RTP: what is heard and recorded, who is reached, how they end."""

from __future__ import annotations

import asyncio

import pytest
import soundfile

from callers.incoming_call import IncomingCall
from callers.phone import Phone
from ledger.records import Call, Ending
from ledger.states import OperatorState, Place, Reason, Result
from recorder.sealing import seal_call
from tests.ivr.people import REPLY_HZ, SAY_HZ, Desk, facts_of, hear, loudness, places, reach_menu
from tests.ivr.stage import RATE_HZ, TONES_HZ, Stage, tone


def test_tones_pass_both_ways_and_are_recorded_apart(stage: Stage) -> None:
    """The caller's tone is left, the operator's right; the marks say when the right one is the operator's."""

    async def reply(call: IncomingCall) -> None:
        await call.wait_for_tone(SAY_HZ)
        await call.play(tone(REPLY_HZ, 1.0))

    async def scenario() -> Call:
        desk = Desk(reply)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await desk.talking.wait()
            await call.play(tone(SAY_HZ, 1.0))
            await call.wait_for_tone(REPLY_HZ)
            await call.pause(0.5)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP, place=Place.OPERATOR)
    assert places(row) == [Place.NOTICE, Place.MENU, Place.QUEUE, Place.OPERATOR]
    assert (row.operator, row.desk, row.caller) == ("8001", "114", "13800000001")
    recording = seal_call(row, stage.folder / "capture", stage.folder / "recordings")
    stereo, _ = soundfile.read(stage.folder / "recordings" / recording.path, dtype="int16")
    talk = next(mark for mark in row.marks if mark.place is Place.OPERATOR)
    bridged = stereo[int(talk.start_s * RATE_HZ) : int(talk.end_s * RATE_HZ)]
    assert loudness(bridged[:, 0], SAY_HZ) > 0.9
    assert loudness(bridged[:, 1], REPLY_HZ) > 0.9
    assert loudness(bridged[:, 0], REPLY_HZ) < 0.1
    menu = next(mark for mark in row.marks if mark.detail == "main")
    assert (
        loudness(stereo[int(menu.start_s * RATE_HZ) : int(menu.end_s * RATE_HZ), 1], TONES_HZ["menu"]) > 0.9
    )
    assert row.answered_at is not None
    assert row.ended_at is not None
    assert recording.duration_s == pytest.approx((row.ended_at - row.answered_at).total_seconds(), abs=0.15)


def test_the_operator_sees_who_calls(stage: Stage) -> None:
    """The operator's INVITE carries the caller's number (RFC 3325) and the call's id."""

    async def scenario() -> None:
        desk = Desk()
        async with desk.phone, Phone(user="13912345678") as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await desk.talking.wait()
            assert desk.calls[0].caller_number == "13912345678"
            assert desk.calls[0].remote_headers.get("X-Hotline-Call") == stage.row_of(call).id
            await call.hang_up()

    asyncio.run(scenario())


def test_the_survey_is_asked_when_the_operator_hangs_up(stage: Stage) -> None:
    """The caller's mark is kept with the call, and thanks are heard."""

    async def scenario() -> Call:
        async def hang_up(call: IncomingCall) -> None:
            await call.hang_up()

        desk = Desk(hang_up)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await hear(call, "survey")
            await call.send_digits("5")
            await hear(call, "survey-thanks")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert facts_of(row) == {"survey_asked": "yes", "survey_mark": "5"}
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.OPERATOR_HUNG_UP, place=Place.SURVEY)


def test_an_operator_who_does_not_pick_up_is_passed_over(stage: Stage) -> None:
    """8001 is busy and 8002 takes the call; both are idle afterwards."""

    async def busy(call: IncomingCall) -> None:
        await call.reject(486)

    async def scenario() -> Call:
        first, second = Desk(), Desk()
        first.phone.on_invite = busy
        async with first.phone, second.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": first.phone.uri, "8002": second.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await call.wait_for_tone(REPLY_HZ, 10)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    assert asyncio.run(scenario()).operator == "8002"
    with stage.ledger.engine.connect() as connection:
        states = connection.exec_driver_sql("SELECT state FROM operators").scalars().all()
    assert states == [OperatorState.IDLE, OperatorState.IDLE]


def test_nobody_free_is_said_after_the_longest_wait(stage: Stage) -> None:
    """The caller hears that all are busy; the row says that no operator was found."""

    async def busy(call: IncomingCall) -> None:
        await call.reject(486)

    async def scenario() -> Call:
        desk = Desk()
        desk.phone.on_invite = busy
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(
                stage.start,
                {"8001": desk.phone.uri},
                lambda document: document["desks"]["114"].update(longest_wait_s=1.5),
            )
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await hear(call, "all-busy")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.FAILED, reason=Reason.NO_OPERATOR, place=Place.QUEUE)


def test_a_closed_desk_says_so(stage: Stage) -> None:
    """Outside the hours the announcement is heard and the call ends."""

    def close(document: dict[str, object]) -> None:
        document["hours"] = {"never": {"weekly": {}}}
        document["desks"]["114"].update(hours="never")  # type: ignore[index]

    async def scenario() -> Call:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"}, close)
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await hear(call, "closed")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    assert asyncio.run(scenario()).ending == Ending(
        result=Result.SERVED, reason=Reason.DESK_CLOSED, place=Place.ANNOUNCEMENT
    )


def test_an_operator_who_cannot_even_be_dialled_is_passed_over(stage: Stage) -> None:
    """An address that the line has no way to reach costs the caller a moment, not the call."""

    async def scenario() -> Call:
        reachable = Desk()
        async with reachable.phone, Phone() as phone:
            operators = {"8001": "sip:8001@127.0.0.1:9;transport=tls", "8002": reachable.phone.uri}
            await asyncio.to_thread(stage.start, operators)
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await call.wait_for_tone(REPLY_HZ, 10)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    assert asyncio.run(scenario()).operator == "8002"
