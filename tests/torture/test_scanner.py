"""A line without an edge is scanned: the plan's numbers are found, for they are public; nothing else."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from callers.errors import CallRefused
from callers.phone import Phone
from callers.phone_call import PhoneCall
from ivr.phone.turnstile import WITHIN_S
from ledger.states import Reason
from tests.ivr.people import hear, reach_menu
from tests.torture.scanner import scan_all
from tests.torture.target import LineTarget, trap_at


def test_a_scanner_learns_nothing_and_disturbs_nobody(line: LineTarget, tmp_path: Path) -> None:
    """While svmap, svwar in three modes and svcrack run, a caller hears the menu and the announcement.

    The scan's INVITEs to numbers that are none are refused as such, or as busy: they come faster than a
    line opens audio for. That may meet an honest caller too, as long as it lasts: the turnstile tells
    nobody apart. Once its span has passed after the scan, whoever calls is served at once.
    """

    async def scenario() -> dict[str, object]:
        known = {row.id for row in line.rows()}
        async with trap_at("127.0.0.9") as trap, Phone() as phone:
            scanning = asyncio.create_task(scan_all(line.port, tmp_path, "8001"))
            call = await reach_menu(phone, line)  # type: ignore[arg-type]
            await call.send_digits("2")
            await hear(call, "news")
            await call.ended(5)
            found = await scanning
            await (await served_after_scan(phone, line)).hang_up()
            rows = [row for row in await line.settled() if row.id not in known]
            assert trap.requests == []
        reasons = {row.ending.reason for row in rows if row.ending and row.hotline != "114"}
        assert Reason.UNKNOWN_NUMBER in reasons
        assert reasons <= {Reason.UNKNOWN_NUMBER, Reason.LINES_BUSY}
        return found

    found = asyncio.run(scenario())
    assert "Hotline" in str(found.pop("device"))
    assert found == {"password": "", "OPTIONS": set(), "REGISTER": set(), "INVITE": {"114"}}


async def served_after_scan(phone: Phone, line: LineTarget) -> PhoneCall:
    """A caller who tries from the end of the scan on; a refusal is right within the turnstile's span only."""
    over_s = time.monotonic()
    while True:
        dialled_s = time.monotonic()
        with suppress(CallRefused):
            return await reach_menu(phone, line)  # type: ignore[arg-type]
        assert dialled_s < over_s + WITHIN_S, f"refused {dialled_s - over_s:.2f} s after the scan"
