"""What the edge counts and what the ledger has are the same, unless a row was lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from callers.phone import Phone
from ledger import accounts
from ledger.accounts import ASKED_AGAIN, INVITES, EdgeSums
from ledger.chain import Scope
from ledger.clock import now
from tests.edge.stage import CALLER_HOST, EdgeStage, PlayedLine, answered, eventually, refused


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reconciling comes when this minute has settled."""
    monkeypatch.setattr(accounts, "now", lambda: now() + timedelta(minutes=4))


async def counted(stage: EdgeStage, **wanted: int) -> EdgeSums:
    """The edge's sums, once it has counted so much."""

    def look() -> Any:
        return {name: stage.counts().get(name, 0) for name in wanted} == wanted

    await eventually(look)
    with stage.ledger.reading() as session:
        return accounts.edge_sums(session, Scope())


def test_what_the_edge_refuses_has_its_row(stage: EdgeStage) -> None:
    """Two calls for which no line is free, and one that is only asked for a password: two rows are due."""

    async def scenario() -> EdgeSums:
        async with Phone(CALLER_HOST) as phone:
            await refused(phone, stage, "999")
            for _ in range(2):
                await stage.row_of(await refused(phone, stage))
            return await counted(stage, **{INVITES: 2})

    stage.start()
    assert asyncio.run(scenario()) == EdgeSums(invites=2, asked_again=0, rows=2)


def test_a_call_whose_line_wrote_no_row_is_missed(stage: EdgeStage) -> None:
    """A line that answers and tells nobody: the edge has seen the call, the ledger has not."""

    async def scenario() -> EdgeSums:
        async with stage.lines(PlayedLine("line-1")), Phone(CALLER_HOST) as phone:
            call = await answered(phone, stage)
            await call.hang_up()
            return await counted(stage, **{INVITES: 1})

    stage.start()
    assert asyncio.run(scenario()).without_row == 1


def test_a_line_that_refuses_is_due_a_row_of_its_own(stage: EdgeStage) -> None:
    """One INVITE, two lines: the one that said 486 has told of it, and so will the one that answered."""

    async def scenario() -> EdgeSums:
        lines = (PlayedLine("line-1", places=3, refuse=486), PlayedLine("line-2"))
        async with stage.lines(*lines), Phone(CALLER_HOST) as phone:
            call = await answered(phone, stage)
            await call.hang_up()
            return await counted(stage, **{INVITES: 1, ASKED_AGAIN: 1})

    stage.start()
    assert asyncio.run(scenario()).without_row == 2
