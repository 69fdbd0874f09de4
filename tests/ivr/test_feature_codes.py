"""Operators' phones that dial feature codes."""

from __future__ import annotations

import asyncio

import pytest

from callers.errors import CallRefused
from callers.phone import Phone
from ledger.records import Call, Ending
from ledger.states import CallState, OperatorState, Place, Reason, Result
from tests.ivr.people import hear
from tests.ivr.stage import SharedStage, Stage

HEADER = "X-Hotline-Operator"
OPERATORS = {"8001": "sip:8001@127.0.0.1:9"}


@pytest.fixture
def stage(shared_stage: SharedStage) -> Stage:
    """Whoever wants the line that runs takes it."""
    return shared_stage


@pytest.mark.parametrize(
    ("code", "before", "after", "prompt"),
    [
        ("*61", OperatorState.IDLE, OperatorState.AWAY, "operator-away"),
        ("*60", OperatorState.AWAY, OperatorState.IDLE, "operator-ready"),
        ("*62", OperatorState.IDLE, OperatorState.OFF, "operator-off"),
        ("*61", OperatorState.OFF, OperatorState.OFF, "operator-unchanged"),
    ],
)
def test_a_feature_code_sets_the_state(
    stage: Stage, code: str, before: OperatorState, after: OperatorState, prompt: str
) -> None:
    """The phone hears what came of it; the call is explained and leaves no recording to be judged."""

    async def scenario() -> Call:
        async with Phone(user="8001") as phone:
            await asyncio.to_thread(stage.start, OPERATORS, behind_edge=True)
            stage.set_operator(before)
            target = stage.target.replace("114", code)
            call = await phone.dial(target, headers={HEADER: "8001"})
            await call.answered(5)
            await hear(call, prompt)
            await call.ended(5)
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.FEATURE_CODE, place=Place.ANNOUNCEMENT)
    assert (row.state, row.hotline, row.operator) == (CallState.UNRECORDED, code, "8001")
    assert stage.operator().state is after
    assert list((stage.folder / "capture").glob(f"{row.id}*")) == []


@pytest.mark.parametrize("headers", [{}, {HEADER: "9999"}], ids=["stranger", "unknown-operator"])
def test_nobody_else_may_dial_one(stage: Stage, headers: dict[str, str]) -> None:
    """Without the header that the edge sets for an operator of the plan: 403, and nothing changes."""

    async def scenario() -> Call:
        async with Phone(user="8001") as phone:
            await asyncio.to_thread(stage.start, OPERATORS, behind_edge=True)
            call = await phone.dial(stage.target.replace("114", "*61"), headers=headers)
            with pytest.raises(CallRefused) as refusal:
                await call.answered(5)
            assert refusal.value.status == 403
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.REFUSED, reason=Reason.NOT_ALLOWED)
    assert stage.operator().state is OperatorState.IDLE


def test_a_line_without_an_edge_believes_no_header(stage: Stage) -> None:
    """Anybody could write it: 403 for the operator's own header too."""

    async def scenario() -> None:
        async with Phone(user="8001") as phone:
            await asyncio.to_thread(stage.start, OPERATORS)
            call = await phone.dial(stage.target.replace("114", "*61"), headers={HEADER: "8001"})
            with pytest.raises(CallRefused) as refusal:
                await call.answered(5)
            assert refusal.value.status == 403

    asyncio.run(scenario())
    assert stage.operator().state is OperatorState.IDLE
