"""Where callers go whom no operator serves in time: another desk, a menu, the end."""

from __future__ import annotations

import asyncio

import pytest

from callers.phone import Phone
from callers.phone_call import PhoneCall
from ledger.records import Call, Ending
from ledger.states import OperatorState, Place, Reason, Result
from tests.ivr.people import REPLY_HZ, Desk, hear, places, reach_menu
from tests.ivr.stage import Stage
from tests.ivr.unattended import NOBODY, Document, call_a_desk_without_operators


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
