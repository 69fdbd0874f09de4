"""Queues over real SIP: who is served first, who is rung, what waiting callers are told."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import PhoneCall
from ivr.matching import Matcher
from ledger import waiting
from ledger.operators import AWAY_MISSED, OperatorRecord
from ledger.records import Call, Ending
from ledger.states import OperatorState, Place, Reason, Result
from ledger.waiting import Waiting
from sip_config.load import load_plan
from tests.ivr.people import REPLY_HZ, Desk, hear, reach_menu
from tests.ivr.stage import Stage

Document = dict[str, Any]


async def rings_in_vain(call: IncomingCall) -> None:
    """A phone that nobody picks up."""
    await call.ring()
    await call.ended(30)


def waiting_now(stage: Stage) -> list[Waiting]:
    """Who waits."""
    with stage.ledger.reading() as session:
        return waiting.list_waiting(session)


async def queue_up(phone: Phone, stage: Stage, *, key: str = "1", user: str | None = None) -> PhoneCall:
    """A caller who waits at the desk."""
    before = len(waiting_now(stage))
    call = await phone.dial(stage.target, user=user)
    await call.answered(5)
    await hear(call, "menu")
    await call.send_digits(key)
    await asyncio.to_thread(stage.wait_for, lambda: len(waiting_now(stage)) == before + 1)
    return call


@pytest.mark.parametrize(("key", "first"), [("1", 0), ("3", 1)], ids=["by-waiting", "head-start"])
def test_who_ranks_higher_is_served_first(stage: Stage, key: str, first: int) -> None:
    """Two wait for one operator: the first to come, unless the plan gives the second one a head start."""

    def change(document: Document) -> None:
        document["menus"]["main"]["keys"]["3"] = {"desk": "114", "head_start_s": 60}
        document["desks"]["114"]["longest_wait_s"] = 30

    async def scenario() -> list[str]:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, change)
            stage.set_operator(OperatorState.AWAY)
            waits = [await queue_up(phone, stage), await queue_up(phone, stage, key=key)]
            stage.set_operator(OperatorState.IDLE)
            await waits[first].wait_for_tone(REPLY_HZ, 10)
            assert [wait.call_id for wait in waiting_now(stage)] == [stage.row_of(waits[1 - first]).id]
            await waits[first].hang_up()
            await waits[1 - first].wait_for_tone(REPLY_HZ, 10)
            await waits[1 - first].hang_up()
            rows = [await asyncio.to_thread(stage.ended_row_of, call) for call in waits]
            return [str(row.operator) for row in rows]

    assert asyncio.run(scenario()) == ["8001", "8001"]


def test_a_ring_that_nobody_answers_goes_to_the_next_operator(stage: Stage) -> None:
    """8001 rings in vain for `ring_s`, then 8002 takes the call; one miss is held against 8001."""

    async def scenario() -> Call:
        first, second = Desk(), Desk()
        first.phone.on_invite = rings_in_vain
        async with first.phone, second.phone, Phone() as phone:
            await asyncio.to_thread(
                stage.start,
                {"8001": first.phone.uri, "8002": second.phone.uri},
                lambda document: document["desks"]["114"].update(ring_s=0.7),
            )
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await call.wait_for_tone(REPLY_HZ, 10)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    assert asyncio.run(scenario()).operator == "8002"
    missed, answered = stage.operator("8001"), stage.operator("8002")
    assert (missed.state, missed.misses, missed.calls) == (OperatorState.IDLE, 1, 0)
    assert (answered.state, answered.misses, answered.calls) == (OperatorState.IDLE, 0, 1)


@pytest.mark.parametrize("refuses", [False, True], ids=["rings", "refuses"])
def test_two_misses_in_a_row_set_an_operator_away(stage: Stage, refuses: bool) -> None:
    """The phone rings twice in vain, or refuses twice; the operator is away with the reason."""

    async def refuse(call: IncomingCall) -> None:
        await call.reject(486)

    async def scenario() -> Call:
        desk = Desk()
        desk.phone.on_invite = refuse if refuses else rings_in_vain
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(
                stage.start,
                {"8001": desk.phone.uri},
                lambda document: document["desks"]["114"].update(ring_s=0.7, longest_wait_s=5.0),
            )
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await hear(call, "all-busy")
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.FAILED, reason=Reason.NO_OPERATOR, place=Place.QUEUE)
    operator = stage.operator()
    assert (operator.state, operator.away_reason) == (OperatorState.AWAY, AWAY_MISSED)
    assert operator.misses == 2


def test_a_caller_who_leaves_while_it_rings_is_no_miss(stage: Stage) -> None:
    """The operator's phone stops ringing and the operator is idle."""

    async def scenario() -> Call:
        desk = Desk()
        desk.phone.on_invite = rings_in_vain
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await asyncio.to_thread(stage.wait_for, lambda: stage.operator().state is OperatorState.RINGING)
            await call.pause(0.2)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP, place=Place.QUEUE)
    assert row.answered_at is not None
    assert row.ended_at is not None
    lasted_s = (row.ended_at - row.answered_at).total_seconds()
    assert int(lasted_s) - 1 <= int(row.facts["left_after_s"]) <= lasted_s
    assert row.queue_wait_s is not None
    assert row.queue_wait_s > 0.2
    assert (stage.operator().state, stage.operator().misses) == (OperatorState.IDLE, 0)


def test_after_a_conversation_the_operator_wraps_up(stage: Stage) -> None:
    """The next caller waits until the wrap-up is over."""

    async def hang_up(call: IncomingCall) -> None:
        await call.hang_up()

    def wraps_up_after(calls: int) -> bool:
        operator = stage.operator()
        return operator.state is OperatorState.WRAP_UP and operator.calls == calls

    async def scenario() -> tuple[OperatorRecord, OperatorRecord]:
        desk = Desk(hang_up)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(
                stage.start,
                {"8001": desk.phone.uri},
                lambda document: document["desks"]["114"].update(wrap_up_s=2.0),
            )
            calls = [await reach_menu(phone, stage) for _ in range(2)]
            records = []
            for talked, call in enumerate(calls, start=1):
                await call.send_digits("1")
                await asyncio.to_thread(stage.wait_for, lambda talked=talked: wraps_up_after(talked))
                records.append(stage.operator())
                await call.hang_up()
            return records[0], records[1]

    first, second = asyncio.run(scenario())
    assert first.until is not None
    assert (first.until - first.since).total_seconds() == pytest.approx(2.0)
    assert second.last_call_at is not None
    assert second.last_call_at >= first.until, "reserved again only after the wrap-up"


@pytest.mark.parametrize("how", ["hung-up", "line-died"])
def test_who_is_cut_off_and_calls_again_keeps_the_place(stage: Stage, how: str) -> None:
    """The caller who came first and came back stands before the one who came in between."""

    def patient(document: Document) -> None:
        document["desks"]["114"]["longest_wait_s"] = 30

    async def be_cut_off(desk: Desk) -> datetime:
        async with Phone(user="13900000001") as phone:
            cut_off = await queue_up(phone, stage)
            (wait,) = waiting_now(stage)
            if how == "hung-up":
                await cut_off.hang_up()
            else:
                stage.kill_line()
        if how == "line-died":
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, patient)
        await asyncio.to_thread(stage.wait_for, lambda: not waiting_now(stage))
        return wait.entered_at

    async def scenario() -> tuple[str, list[Waiting]]:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, patient)
            stage.set_operator(OperatorState.AWAY)
            place = await be_cut_off(desk)
            between = await queue_up(phone, stage, user="13900000002")
            again = await queue_up(phone, stage, user="13900000001")
            waits = waiting_now(stage)
            assert waits[1].entered_at == place
            stage.set_operator(OperatorState.IDLE)
            await again.wait_for_tone(REPLY_HZ, 10)
            for call in (between, again):
                await call.hang_up()
            return stage.row_of(again).id, waits

    served, waits = asyncio.run(scenario())
    assert served == waits[1].call_id


def test_waiting_callers_are_told_their_position(stage: Stage) -> None:
    """Every `every_s` the music stops for the position and the expected wait, then it goes on."""

    def change(document: Document) -> None:
        document["desks"]["114"].update(longest_wait_s=20, announce={"every_s": 5})

    async def scenario() -> None:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, change)
            stage.set_operator(OperatorState.AWAY)
            call = await queue_up(phone, stage)
            await hear(call, "hold-music")
            await hear(call, "queue-position")
            await hear(call, "hold-music")
            floor_has(stage, call)
            await call.hang_up()

    asyncio.run(scenario())


def floor_has(stage: Stage, call: PhoneCall) -> None:
    """The only caller is the first."""
    with stage.ledger.reading() as session:
        floor = waiting.read_floor(session)
    matcher = Matcher(load_plan(stage.folder / "plan.yaml"))
    assert matcher.position(stage.row_of(call).id, floor) == 1
    assert matcher.on_duty("114", floor) == 0
