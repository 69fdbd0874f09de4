"""What ends pjsip 2.15 is kept from it, also in a line without an edge (ivr/phone/sieve.py)."""

from __future__ import annotations

import asyncio

import pytest

from ivr.phone.turnstile import WITHIN_S
from tests.torture.round import TRANSPORTS
from tests.torture.target import LineTarget
from tests.torture.text import Aim, invite
from tests.torture.wire import answer_to, follow_up, line_to, lives, open_call

RELAY = ("Content-Type: application/dtmf-relay",)
METHODS = ("REFER", "MESSAGE", "INFO", "UPDATE", "INVITE", "OPTIONS", "BYE")


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("body", [b"Signal=5", b"Signal=5\n", b"\nSignal=5", b"Signal=5\x00\r\n"])
def test_a_key_without_a_line_end(line: LineTarget, transport: str, body: bytes) -> None:
    """INFO with `Signal=5` and no whole line end, within an answered call: the next key is taken."""

    async def scenario() -> None:
        async with line_to(line.address, transport) as wire:
            aim = Aim(target=line.address, own=wire.own, transport=transport)
            call = await open_call(wire, aim, invite(aim))
            wire.send(follow_up(aim, call, "INFO", 2, extra=RELAY, body=body))
            wire.send(follow_up(aim, call, "INFO", 3, extra=RELAY, body=b"Signal=5\r\nDuration=160\r\n"))
            answer = await answer_to(wire, "INFO")
            assert answer
            assert (answer.status, answer.first("cseq")) == (200, "3 INFO")
            wire.send(follow_up(aim, call, "BYE", 4))
            assert await answer_to(wire, "BYE")

    asyncio.run(scenario())


@pytest.mark.parametrize("parameter", ["maddr=no.such.name.invalid", "M%61ddr = 127.0.0.9a4"])
def test_a_via_that_leads_nowhere(line: LineTarget, parameter: str) -> None:
    """Within an answered call, in requests of every kind: the line lives, and takes the next call."""

    async def scenario() -> None:
        await asyncio.sleep(WITHIN_S)  # the calls of the tests before may have come as fast as a line lets in
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
