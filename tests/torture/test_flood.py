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
RETRANSMISSIONS_S = (0.5, 1.0, 2.0)  # RFC 3261, timer A: a busy process has room for fewer in its socket


@pytest.mark.parametrize("body", [None, b""], ids=["with an offer", "without an offer"])
def test_a_burst_of_invites_ends_nothing(line: LineTarget, body: bytes | None) -> None:
    """Each is answered and has its row; none is left open; the process that pjsip would abort lives."""

    async def scenario() -> tuple[Counter[str], Counter[str]]:
        async with line_to(line.address, "UDP") as wire:
            aims = [Aim(target=line.address, own=wire.own) for _ in range(BURST)]
            sent = {aim.call_id: invite(aim) if body is None else invite(aim, body=body) for aim in aims}
            campaign = Campaign(target=line.address, seed=0)
            leaving = asyncio.create_task(campaign.leave_calls(wire))
            for wait_s in RETRANSMISSIONS_S:
                for message in (sent[each] for each in sent if each not in campaign.call_ids):
                    wire.send(message)
                    await asyncio.sleep(0)
                await asyncio.sleep(wait_s)
            assert await lives(line.address, wait_s=20.0)
            rows = [row for row in await line.settled() if row.sip_call_id in sent]
            leaving.cancel()
            return campaign.call_ids, Counter(row.ending.reason for row in rows if row.ending)

    answered, reasons = asyncio.run(scenario())
    assert len(answered) == BURST
    assert reasons.total() == BURST
    assert set(reasons) <= {Reason.LINES_BUSY, Reason.CALLER_HUNG_UP}
