"""Many INVITEs at once, as a scanner's burst or a dialler gone mad would send them."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from ledger.states import Reason
from tests.torture.campaign import Campaign
from tests.torture.target import LineTarget
from tests.torture.text import Aim, invite
from tests.torture.wire import line_to, lives

BURST = 120


@pytest.mark.parametrize("body", [None, b""], ids=["with an offer", "without an offer"])
def test_a_burst_of_invites_ends_nothing(line: LineTarget, body: bytes | None) -> None:
    """Each is answered and has its row; none is left open; the process that pjsip would abort lives."""

    async def scenario() -> tuple[Counter[str], Counter[str]]:
        async with line_to(line.address, "UDP") as wire:
            aims = [Aim(target=line.address, own=wire.own) for _ in range(BURST)]
            campaign = Campaign(target=line.address, seed=0)
            leaving = asyncio.create_task(campaign.leave_calls(wire))
            for aim in aims:
                wire.send(invite(aim) if body is None else invite(aim, body=body))
                await asyncio.sleep(0)
            assert await lives(line.address, wait_s=20.0)
            ours = {aim.call_id for aim in aims}
            rows = [row for row in await line.settled() if row.sip_call_id in ours]
            leaving.cancel()
            return campaign.call_ids, Counter(row.ending.reason for row in rows if row.ending)

    answered, reasons = asyncio.run(scenario())
    assert len(answered) == BURST
    assert reasons.total() == BURST
    assert set(reasons) <= {Reason.LINES_BUSY, Reason.CALLER_HUNG_UP}
