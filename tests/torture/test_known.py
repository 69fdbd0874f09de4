"""What still ends a line without an edge: each test here is to fail until pjsip's wheel is another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.torture.target import LineTarget
from tests.torture.text import Aim, invite
from tests.torture.wire import answer_to, follow_up, line_to, lives, open_call

METHODS = ("REFER", "MESSAGE", "INFO", "UPDATE", "INVITE", "OPTIONS", "BYE")


@pytest.mark.xfail(
    reason="pjsip 2.15 steps two octets over a key's line end, and asserts that they were there"
)
@pytest.mark.parametrize("body", [b"Signal=5", b"Signal=5\n"])
def test_a_key_without_a_line_end(tmp_path: Path, body: bytes) -> None:
    """INFO with `Signal=5` and not a whole line end, within an answered call: the line should live."""

    async def scenario(line: LineTarget) -> bool:
        async with line_to(line.address, "UDP") as wire:
            aim = Aim(target=line.address, own=wire.own)
            call = await open_call(wire, aim, invite(aim))
            relay = ("Content-Type: application/dtmf-relay",)
            wire.send(follow_up(aim, call, "INFO", 2, extra=relay, body=body))
            return await lives(line.address, wait_s=2.0)

    with LineTarget(folder=tmp_path, operators={"8001": "sip:8001@127.0.0.9:9"}) as line:
        assert asyncio.run(scenario(line))


@pytest.mark.xfail(
    strict=False, reason="where no name server answers, pjsip 2.15 meets a transaction without a dialog"
)
@pytest.mark.parametrize("parameter", ["maddr=no.such.name.invalid", "maddr=127.0.0.9a4"])
def test_a_via_that_leads_nowhere(tmp_path: Path, parameter: str) -> None:
    """Within an answered call, in requests of every kind: the line lives, and takes the next call."""

    async def scenario(line: LineTarget) -> None:
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

    with LineTarget(folder=tmp_path, operators={"8001": "sip:8001@127.0.0.9:9"}) as line:
        asyncio.run(scenario(line))
