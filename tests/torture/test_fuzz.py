"""Some hundred damaged messages; `make torture` sends a hundred thousand."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.torture.campaign import Campaign, is_accounted, plain
from tests.torture.target import LineTarget
from tests.torture.wire import lives

MESSAGES, SEED = 720, 20261122


def test_damaged_messages_do_no_damage(line: LineTarget) -> None:
    """The line answers between any two batches, logs no mistake, and has a row for each INVITE."""

    async def scenario() -> tuple[Counter[str], Counter[str]]:
        known = {row.id for row in await line.settled()}
        campaign = Campaign(target=line.address, seed=SEED)
        await campaign.run(MESSAGES)
        assert await lives(line.address)
        assert campaign.calls > 2
        rows = [row for row in await line.settled() if row.id not in known]
        assert all(row.ending for row in rows)
        return campaign.call_ids, Counter(plain(row.sip_call_id or "") for row in rows)

    answered, rows = asyncio.run(scenario())
    assert len(answered) > 20
    assert is_accounted(answered, rows), answered - rows
    assert line.account().unexplained == ()
