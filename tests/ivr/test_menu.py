"""Menus over real SIP: keys, barge-in, silence, and callers who leave on the way."""

from __future__ import annotations

import asyncio

import pytest

from callers.incoming_call import IncomingCall
from callers.phone import Phone
from hotline.ports import free_port
from ledger.records import Call, Ending
from ledger.states import CallState, Place, Reason, Result
from recorder.sealing import seal_call
from tests.ivr.people import REPLY_HZ, Desk, hear, reach_menu
from tests.ivr.stage import SharedStage, Stage

DESK_PORT = free_port()
OPERATORS = {"8001": f"sip:8001@127.0.0.1:{DESK_PORT}"}


@pytest.fixture
def stage(shared_stage: SharedStage) -> Stage:
    """Whoever wants the line that runs takes it."""
    return shared_stage


@pytest.mark.parametrize("by", ["rfc4733", "info"])
def test_a_key_ends_the_prompt(stage: Stage, by: str) -> None:
    """Barge-in, by RFC 4733 and by SIP INFO: the menu stops and the announcement is heard."""

    async def scenario() -> Call:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, OPERATORS)
            call = await reach_menu(phone, stage)
            await call.send_digits("2", by=by)
            await hear(call, "news")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.MENU_ENDED, place=Place.ANNOUNCEMENT)
    menu = next(mark for mark in row.marks if mark.place is Place.MENU and mark.end_s > mark.start_s)
    assert menu.end_s - menu.start_s < 1.4, "the menu's prompt lasts 1.5 s and was cut"


def test_a_key_pressed_in_the_notice_counts_in_the_menu(stage: Stage) -> None:
    """Who knows the menu need not wait: the notice is heard to its end, greeting and menu are skipped."""

    async def scenario() -> Call:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, OPERATORS)
            call = await phone.dial(stage.target)
            await call.answered(5)
            await call.send_digits("2")
            await hear(call, "news")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert [mark.detail for mark in row.marks if mark.place is Place.NOTICE] == ["notice"]


@pytest.mark.parametrize(
    ("keys", "heard"),
    [("*1", ["menu", "menu"]), ("0", ["menu"]), ("91", ["menu", "wrong-key", "menu"])],
    ids=["star-hears-again", "zero-to-a-person", "wrong-then-right"],
)
def test_keys_lead_to_a_person(stage: Stage, keys: str, heard: list[str]) -> None:
    """`*` says the menu again, `0` leads to an operator at once, a wrong key is told and may be mended."""

    async def scenario() -> Call:
        desk = Desk(port=DESK_PORT)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, OPERATORS)
            call = await phone.dial(stage.target)
            await call.answered(5)
            for key in keys:
                await hear(call, "menu")
                await call.send_digits(key)
                if key == "9":
                    await hear(call, "wrong-key")
            await call.wait_for_tone(REPLY_HZ, 10)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    pressed = [
        mark.detail.split(": ")[1] for mark in row.marks if mark.place is Place.MENU and ":" in mark.detail
    ]
    assert pressed == list(keys)
    assert row.operator == "8001"
    assert heard.count("menu") == len(keys)


@pytest.mark.parametrize("keys", ["", "99"], ids=["silence", "wrong-keys"])
def test_silence_and_wrong_keys_end_at_an_operator(stage: Stage, keys: str) -> None:
    """After the plan's tries nobody is left in a menu."""

    async def scenario() -> Call:
        desk = Desk(port=DESK_PORT)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, OPERATORS)
            call = await reach_menu(phone, stage)
            for key in keys:
                await hear(call, "menu")
                await call.send_digits(key)
                await call.pause(0.3)
            await call.wait_for_tone(REPLY_HZ, 15)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    assert asyncio.run(scenario()).operator == "8001"


@pytest.mark.parametrize(
    ("prompt", "place"),
    [
        ("notice", Place.NOTICE),
        ("greeting", Place.NOTICE),
        ("menu", Place.MENU),
        ("no-key", Place.MENU),
        ("connecting", Place.QUEUE),
        ("hold-music", Place.QUEUE),
    ],
)
def test_a_caller_who_leaves_is_abandoned_where_it_happened(stage: Stage, prompt: str, place: Place) -> None:
    """Hanging up at every step before an operator: the row says where, and the recording waits."""

    async def never(call: IncomingCall) -> None:
        await call.ring()

    async def scenario() -> Call:
        desk = Desk(port=DESK_PORT)
        desk.phone.on_invite = never
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, OPERATORS)
            call = await phone.dial(stage.target)
            await call.answered(5)
            if place is Place.QUEUE:
                await hear(call, "menu")
                await call.send_digits("1")
            await hear(call, prompt)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=place)
    assert row.state is CallState.ENDED
    assert seal_call(row, stage.folder / "capture", stage.folder / "recordings").duration_s > 0
