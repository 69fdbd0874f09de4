"""A flood of forged audio with more packets than the caller's own: SRTP keeps it out."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from tests.ivr.people import loudness
from tests.ivr.stage import RATE_HZ, tone
from tests.torture.target import LineTarget
from tests.torture.test_rtp import FORGED_HZ, SAY_HZ, captured, check_length, rtp

STRANGER = "127.0.0.9"
TICKS, AT_ONCE, TICK_S = 100, 12, 0.02  # two seconds of more than ten packets for each of the caller's


@asynccontextmanager
async def caller(line: LineTarget, folder: Path, srtp: str) -> AsyncIterator[tuple[str, int]]:
    """Somebody who says a tone; where the line listens to it."""
    file = folder / "tone.wav"
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        out.writeframes(tone(SAY_HZ, 1.0).tobytes())
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.torture.pjsip_caller", line.target, str(file), srtp,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    async with asyncio.timeout(20):
        while not (found := re.match(rb"([\d.]+):(\d+)\n", await process.stdout.readline())):
            assert not process.stdout.at_eof(), "no audio was negotiated"
    try:
        yield found[1].decode(), int(found[2])
    finally:
        process.stdin.close()
        await process.wait()


async def flood(target: tuple[str, int]) -> int:
    """Forged audio, well formed and in order. How many packets the line sent to the stranger."""
    heard = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind((STRANGER, 0))
        stranger.connect(target)
        stranger.setblocking(False)
        for tick in range(TICKS):
            for number in range(tick * AT_ONCE, (tick + 1) * AT_ONCE):
                stranger.send(rtp(number, ssrc=0xBADBAD))
            await asyncio.sleep(TICK_S)
            with suppress(BlockingIOError):
                while stranger.recv(2048):
                    heard += 1
    return heard


@pytest.mark.parametrize("srtp", ["off", "required"])
def test_a_flood_changes_nothing_where_srtp_is_required(tmp_path: Path, srtp: str) -> None:
    """The caller alone is recorded, and the stranger hears nothing; without SRTP the stranger does."""

    async def scenario(line: LineTarget) -> tuple[int, np.ndarray]:
        async with caller(line, tmp_path, srtp) as target:
            await asyncio.sleep(1.0)  # the caller speaks for a second before the flood
            heard = await flood(target)
        (row,) = await line.settled()
        check_length(line, row)
        return heard, captured(line, row, "said")

    operators = {"8001": "sip:8001@127.0.0.9:9"}
    with LineTarget(folder=tmp_path, operators=operators, edge={"srtp": srtp}) as line:
        heard, said = asyncio.run(scenario(line))
    assert (heard > 0) == (srtp == "off")
    assert loudness(said, SAY_HZ) > 0.9
    assert loudness(said, FORGED_HZ) < 0.1
