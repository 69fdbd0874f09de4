"""Call-backs by operators: nobody is called before one is free, and nobody keeps one for nothing."""

from __future__ import annotations

import asyncio

from callers.incoming_call import IncomingCall
from callers.people import Manner, SyntheticPeople
from callers.phone import Phone
from desks.campaigns.states import Mode, Outcome, PersonState
from ledger import waiting
from ledger.states import OperatorState, Place, Reason, Result
from tests.ivr.calling_out import outbound, person, rows_of, start_campaign, until_done, write_prompts
from tests.ivr.people import Desk, places, reach_menu
from tests.ivr.stage import Stage, tone


async def talk_and_leave(call: IncomingCall) -> None:
    """An operator who says something and hangs up."""
    await call.play(tone(1000, 0.6))
    await call.hang_up()


async def ring_for_ever(call: IncomingCall) -> None:
    """Nobody picks up."""
    await call.ring()
    await call.ended(30)


def test_the_person_and_the_reserved_operator_talk_after_the_notice(stage: Stage) -> None:
    """The operator sees who was called; the call is the operator's, and the operator is free again."""

    async def scenario() -> None:
        write_prompts(stage)
        desk = Desk(talk_and_leave)
        async with desk.phone, SyntheticPeople([person(1, Manner.TALKS)]) as exchange:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, outbound(exchange))
            campaign = start_campaign(stage.ledger, ["13800000001"], mode=Mode.PROGRESSIVE)
            (found,) = await until_done(stage.ledger, campaign)
            assert (found.state, found.outcome) == (PersonState.REACHED, Outcome.TALKED)
            ((told, row),) = rows_of(stage.ledger, campaign)
            assert (told.operator, row.operator, row.desk) == ("8001", "8001", "114")
            assert row.ending
            assert (row.ending.result, row.ending.reason) == (Result.SERVED, Reason.OPERATOR_HUNG_UP)
            assert places(row)[-1] is Place.OPERATOR
            assert [call.caller_number for call in desk.calls] == ["13800000001"]
            assert desk.calls[0].remote_headers["X-Hotline-Call"] == row.id
            assert stage.operator().state is OperatorState.IDLE
            with stage.ledger.reading() as session:
                assert waiting.list_waiting(session) == []

    asyncio.run(scenario())


def test_an_operator_is_rung_only_for_who_answers(stage: Stage) -> None:
    """Busy and silent telephones ring no operator; whoever was reserved is free at once, without a miss."""

    async def scenario() -> None:
        write_prompts(stage)
        desk = Desk(talk_and_leave)
        crowd = [person(1, Manner.BUSY), person(2, Manner.NO_ANSWER)]
        async with desk.phone, SyntheticPeople(crowd) as exchange:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, outbound(exchange))
            campaign = start_campaign(stage.ledger, [one.number for one in crowd], mode=Mode.PROGRESSIVE)
            found = await until_done(stage.ledger, campaign)
            assert [one.outcome for one in found] == [Outcome.BUSY, Outcome.NO_ANSWER]
            assert desk.calls == []
            operator = stage.operator()
            assert (operator.state, operator.misses) == (OperatorState.IDLE, 0)

    asyncio.run(scenario())


def test_nobody_is_called_while_the_operator_is_away_or_a_caller_waits(stage: Stage) -> None:
    """The caller goes first; the person is called when both are served."""

    async def scenario() -> None:
        write_prompts(stage)
        desk = Desk(talk_and_leave)
        async with desk.phone, Phone() as phone, SyntheticPeople([person(1, Manner.TALKS)]) as exchange:
            change = outbound(exchange)
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, change)
            stage.set_operator(OperatorState.AWAY)
            campaign = start_campaign(stage.ledger, ["13800000001"], mode=Mode.PROGRESSIVE)
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await asyncio.sleep(1.5)  # the line looks once in a second
            assert rows_of(stage.ledger, campaign) == []
            stage.set_operator(OperatorState.IDLE)
            await call.ended(20)
            (found,) = await until_done(stage.ledger, campaign)
            assert found.outcome is Outcome.TALKED
            assert [one.caller_number for one in desk.calls] == [phone.user, "13800000001"]

    asyncio.run(scenario())


def test_an_operator_who_does_not_pick_up_costs_an_attempt(stage: Stage) -> None:
    """The person is told, and would be called again; the operator has missed a ring."""

    async def scenario() -> None:
        write_prompts(stage)
        desk = Desk()
        desk.phone.on_invite = ring_for_ever
        async with desk.phone, SyntheticPeople([person(1, Manner.TALKS)]) as exchange:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, outbound(exchange))
            campaign = start_campaign(stage.ledger, ["13800000001"], mode=Mode.PROGRESSIVE)
            (found,) = await until_done(stage.ledger, campaign)
            assert found.outcome is Outcome.NO_OPERATOR
            ((_, row),) = rows_of(stage.ledger, campaign)
            assert row.ending
            assert (row.ending.result, row.ending.reason) == (Result.FAILED, Reason.NO_OPERATOR)
            assert Place.OPERATOR not in places(row)
            assert stage.operator().misses == 1

    asyncio.run(scenario())
