"""A desk whose only operator is away, and callers who are led on from there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from callers.phone import Phone
from callers.phone_call import PhoneCall
from ledger.records import Call
from ledger.states import OperatorState
from tests.ivr.people import reach_menu
from tests.ivr.stage import Stage

Document = dict[str, Any]
CALLER = "13801234567"  # no digit twice in a row: two tones would be heard as one
NOBODY = {"8001": "sip:8001@127.0.0.1:9"}
NO_ROOM = {"HOTLINE_LEAST_FREE_MB": str(1 << 40)}  # more than any disk has: no call is recorded


def call_a_desk_without_operators(
    stage: Stage,
    change: Callable[[Document], None],
    do: Callable[[PhoneCall], Awaitable[None]],
    **environment: str,
) -> Call:
    """A caller to desk 114, whose only operator is away; returns the call's row."""

    async def scenario() -> Call:
        async with Phone(user=CALLER) as phone:
            await asyncio.to_thread(stage.start, NOBODY, change, **environment)
            stage.set_operator(OperatorState.AWAY)
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await do(call)
            await call.hang_up()
            return await asyncio.to_thread(stage.ended_row_of, call)

    return asyncio.run(scenario())


def late(step: Document) -> Callable[[Document], None]:
    """A plan in which callers wait 1 s, then take a step."""

    def change(document: Document) -> None:
        document["desks"]["114"].update(longest_wait_s=1.0, when_late=step)

    return change
