"""What still ends a line without an edge: each test here is to fail until pjsip's wheel is another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.torture.target import LineTarget
from tests.torture.text import Aim, invite
from tests.torture.wire import follow_up, line_to, lives, open_call


@pytest.mark.xfail(reason="pjsip 2.15 asserts that a key's body has ten octets (pj_strstr in pjsua_call.c)")
def test_a_key_without_a_line_end(tmp_path: Path) -> None:
    """INFO with `Signal=5` and nothing behind it, within an answered call: the line should live."""

    async def scenario(line: LineTarget) -> bool:
        async with line_to(line.address, "UDP") as wire:
            aim = Aim(target=line.address, own=wire.own)
            call = await open_call(wire, aim, invite(aim))
            relay = ("Content-Type: application/dtmf-relay",)
            wire.send(follow_up(aim, call, "INFO", 2, extra=relay, body=b"Signal=5"))
            return await lives(line.address, wait_s=2.0)

    with LineTarget(folder=tmp_path, operators={"8001": "sip:8001@127.0.0.9:9"}) as line:
        assert asyncio.run(scenario(line))
