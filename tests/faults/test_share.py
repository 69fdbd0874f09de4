"""A share of the campaign: the same faults each time, over running calls."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.faults.campaign import Campaign
from tests.faults.site import open_site
from tests.programs import needs

pytestmark = [needs("kamailio"), pytest.mark.slow]
KINDS = (
    "kill -9 of a line",
    "clock steps + kill -9 of the clerk",
    "kill -9 of the lines' parent",
)  # none that starts everything again, which takes most of the time


def test_whatever_happens_nothing_that_was_captured_is_lost(tmp_path: Path) -> None:
    """After each fault the chain verifies, each INVITE is accounted for, no call has lost a second."""
    with open_site(tmp_path) as site:
        rounds = asyncio.run(Campaign(site, seed=8).run(KINDS))
    assert [failure for found in rounds for failure in found.failures] == []
    assert sum(found.recorded for found in rounds) >= len(KINDS)
