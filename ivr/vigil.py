"""Whether the far end of a leg is still there: who loses power or network sends no BYE."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from ivr.phone import Leg

LOOKS = 4  # within the time that a far end may be quiet

log = structlog.get_logger(__name__)


@asynccontextmanager
async def vigil(leg: Leg, quiet_s: float) -> AsyncIterator[None]:
    """Keep one while the block runs."""
    keeping = asyncio.create_task(keep_vigil(leg, quiet_s))
    try:
        yield
    finally:
        keeping.cancel()


async def keep_vigil(leg: Leg, quiet_s: float) -> None:
    """While no audio comes, ask every `quiet_s` whether the far end still knows the call.

    Quiet alone ends nothing: phones on hold and muted ones may send nothing. Where the far end knows of
    no call (481) or does not answer (408, after half a minute), the leg is gone (RFC 3261, 12.2.1.2).
    """
    heard, looks = leg.packets_received(), 0
    while not leg.is_over:
        await asyncio.sleep(quiet_s / LOOKS)
        before, heard = heard, leg.packets_received()
        looks = looks + 1 if heard == before else 0
        if looks == LOOKS:
            looks = 0
            log.info("far_end_quiet", quiet_s=quiet_s)
            leg.ask_presence()
