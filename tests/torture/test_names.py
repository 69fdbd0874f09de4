"""Names that nobody knows, where an address belongs: pjsip must neither wait for them nor abort."""

from __future__ import annotations

import asyncio

import pytest

from tests.torture.target import LineTarget
from tests.torture.text import Aim, invite
from tests.torture.wire import answer_to, follow_up, line_to, lives, open_call

METHODS = ("REFER", "MESSAGE", "INFO", "UPDATE", "INVITE", "OPTIONS", "BYE")


@pytest.mark.parametrize("parameter", ["maddr=no.such.name.invalid", "maddr=127.0.0.9a4"])
def test_a_via_that_leads_nowhere(line: LineTarget, parameter: str) -> None:
    """Within an answered call, in requests of every kind: the line lives, and takes the next call."""

    async def scenario() -> None:
        async with line_to(line.address, "UDP") as wire:
            aim = Aim(target=line.address, own=wire.own)
            call = await open_call(wire, aim, invite(aim))
            extra = ("Refer-To: <sip:900@127.0.0.9>",)
            for number, method in enumerate(METHODS, start=2):
                message = follow_up(aim, call, method, number, extra=extra)
                wire.send(message.replace(b";rport", f";{parameter}".encode(), 1))
                assert await lives(line.address), method
            wire.send(follow_up(aim, call, "BYE", 20))
            assert await answer_to(wire, "BYE")
            assert (await line.ended_row_of(aim.call_id)).ending

    asyncio.run(scenario())
