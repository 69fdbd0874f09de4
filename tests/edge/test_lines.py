"""Callers are spread over the lines by free places, and go on to the next line where one fails."""

from __future__ import annotations

import asyncio

from callers.phone import Phone
from tests.edge.conftest import Run
from tests.edge.stage import CALLER_HOST, EdgeStage, PlayedLine


def test_calls_are_spread_by_free_places(stage: EdgeStage, run: Run) -> None:
    """Twelve calls over three lines of four places: four each; the thirteenth hears 503 with Retry-After."""
    stage.start()

    async def scene() -> None:
        played = [PlayedLine(f"line-{number}", places=4) for number in range(3)]
        async with stage.lines(*played), Phone(CALLER_HOST) as phone:
            calls = [await phone.dial(f"sip:114@{stage.uri}") for _ in range(12)]
            await asyncio.gather(*(call.answered(10) for call in calls))
            assert [line.busy for line in played] == [4, 4, 4]

    run(scene())
