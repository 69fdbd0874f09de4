"""The survey after a conversation: what the facts say is what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from callers.incoming_call import IncomingCall
from callers.phone import Phone
from callers.phone_call import PhoneCall
from hotline.ports import free_port
from ledger.records import Call
from ledger.states import Place
from tests.ivr.people import REPLY_HZ, Desk, facts_of, hear, reach_menu
from tests.ivr.stage import SharedStage, Stage, tone

DESK_PORT = free_port()


@pytest.fixture
def stage(shared_stage: SharedStage) -> Stage:
    """Whoever wants the line that runs takes it."""
    return shared_stage


def talk_and_then(
    stage: Stage,
    do: Callable[[PhoneCall], Awaitable[None]],
    *,
    operator_leaves: bool = True,
    survey: dict[str, Any] | None = None,
) -> Call:
    """A conversation, whoever ends it, and what the caller does then."""

    async def operator(call: IncomingCall) -> None:
        await call.play(tone(REPLY_HZ, 0.5 if operator_leaves else 30.0))
        await call.hang_up()

    async def scenario() -> Call:
        desk = Desk(operator, port=DESK_PORT)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(
                stage.start,
                {"8001": desk.phone.uri},
                lambda document: document["survey"].update(survey or {}),
            )
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await call.wait_for_tone(REPLY_HZ, 10)
            await do(call)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    return asyncio.run(scenario())


async def nothing(_call: PhoneCall) -> None:
    """The caller hangs up."""


async def leave_in_the_question(call: PhoneCall) -> None:
    """The caller hangs up while the question is asked."""
    await hear(call, "survey")


async def hear_it_out(call: PhoneCall) -> None:
    """The caller presses nothing until the call ends."""
    await hear(call, "survey")
    await call.ended(10)


async def leave_after_the_question(call: PhoneCall) -> None:
    """The caller hears the question to its end and hangs up."""
    await hear(call, "survey")
    await call.pause(2.2)


async def answer_within_the_question(call: PhoneCall) -> None:
    """A mark cuts the question."""
    await hear(call, "survey")
    await call.send_digits("4")
    await hear(call, "survey-thanks")
    await call.ended(5)


async def answer_at_the_second_asking(call: PhoneCall) -> None:
    """A key that is no mark has the question asked again."""
    await hear(call, "survey")
    await call.send_digits("9")
    await call.pause(0.3)
    await hear(call, "survey")
    await call.send_digits("2")
    await hear(call, "survey-thanks")
    await call.ended(5)


@pytest.mark.parametrize(
    ("do", "facts"),
    [
        (leave_in_the_question, {"survey_asked": "cut"}),
        (hear_it_out, {"survey_asked": "yes"}),
        (leave_after_the_question, {"survey_asked": "yes"}),
        (answer_within_the_question, {"survey_asked": "yes", "survey_mark": "4"}),
        (answer_at_the_second_asking, {"survey_asked": "yes", "survey_mark": "2"}),
    ],
)
def test_the_facts_say_what_was_heard(
    stage: Stage, do: Callable[[PhoneCall], Awaitable[None]], facts: dict[str, str]
) -> None:
    """Heard to its end or answered: asked. Left during it: cut."""
    row = talk_and_then(stage, do, survey={"wait_s": 3.0})
    assert facts_of(row) == facts
    assert row.ending is not None
    assert row.ending.place is Place.SURVEY


def test_a_caller_who_hangs_up_first_was_not_asked(stage: Stage) -> None:
    """And the reason is told."""
    row = talk_and_then(stage, nothing, operator_leaves=False)
    assert facts_of(row) == {"survey_asked": "no", "survey_why": "caller_hung_up"}


def test_a_survey_that_is_switched_off_is_not_asked(stage: Stage) -> None:
    """And the reason is told."""

    async def wait(call: PhoneCall) -> None:
        await call.ended(10)

    row = talk_and_then(stage, wait, survey={"enabled": False})
    assert facts_of(row) == {"survey_asked": "no", "survey_why": "disabled"}
