"""What the edge counts and what the ledger has are the same, unless a row was lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from callers.phone import Phone
from hotline.edge import books
from hotline.edge.books import EdgeBooks
from hotline.edge.files import EdgeFiles
from hotline.edge.refusals import Ear
from ledger import accounts, edge_counts
from ledger.accounts import ASKED_AGAIN, INVITES, EdgeSums
from ledger.chain import Scope
from ledger.clock import now
from ledger.database import Ledger
from sip_config import load_plan
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


def test_what_was_counted_around_a_step_of_the_clock_is_left_out(
    stage: EdgeStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows on which side of the step the rows are; what comes after it is counted again."""
    monkeypatch.setattr(books, "COUNT_EVERY_S", 0.0)
    stage.start()
    ledger = Ledger(f"sqlite:///{tmp_path / 'second.sqlite3'}")  # of other books about the same edge
    ledger.migrate()
    files = EdgeFiles(stage.folder / "run" / "edge")
    second = EdgeBooks(
        plan=load_plan(stage.folder / "plan.yaml"), ledger=ledger, files=files, ear=Ear(token="")
    )

    def count_one_more(already: int) -> int:
        async def scenario() -> None:
            async with Phone(CALLER_HOST) as phone:
                await stage.row_of(await refused(phone, stage))
                await counted(stage, **{INVITES: already + 1})  # the edge's own books

        asyncio.run(scenario())
        second.count()
        with ledger.reading() as session:
            return edge_counts.counts_since(session, now() - timedelta(days=1)).get(INVITES, 0)

    assert count_one_more(0) == 1
    monkeypatch.setattr(books, "now", lambda: now() - timedelta(hours=1))
    assert count_one_more(1) == 1
    assert count_one_more(2) == 2
    ledger.close()
