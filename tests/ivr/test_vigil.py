"""Far ends that are gone without a BYE."""

from __future__ import annotations

import asyncio
from typing import Any

from callers.incoming_call import IncomingCall
from callers.network import Network
from callers.phone import Phone
from ledger.records import Call, Ending
from ledger.states import Place, Reason, Result
from tests.ivr.people import Desk, hear, reach_menu
from tests.ivr.stage import Stage


def quick(document: dict[str, Any]) -> None:
    """A line that asks after a second and a half without audio."""
    document["limits"] = {"quiet_s": 1.5}


def test_a_caller_who_vanishes_is_let_go(stage: Stage) -> None:
    """No BYE and no audio: asked, the phone knows of no call; the row says so."""

    async def scenario() -> Call:
        async with Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": "sip:8001@127.0.0.1:9"}, quick)
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await hear(call, "hold-music")
            call.vanish()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.ABANDONED, reason=Reason.CALLER_VANISHED, place=Place.QUEUE)


def test_an_operator_who_vanishes_leaves_the_caller_to_the_survey(stage: Stage) -> None:
    """The conversation ends as if the operator had hung up; a caller who is only mute stays."""

    async def vanish(call: IncomingCall) -> None:
        await call.pause(2.0)
        call.vanish()

    async def scenario() -> Call:
        desk = Desk(vanish)
        async with desk.phone, Phone() as phone:
            await asyncio.to_thread(stage.start, {"8001": desk.phone.uri}, quick)
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await desk.talking.wait()
            call.media.network = Network(lost=1.0)
            await hear(call, "survey")
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP, place=Place.SURVEY)
