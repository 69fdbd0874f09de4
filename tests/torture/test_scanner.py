"""A line without an edge is scanned: the plan's numbers are found, for they are public; nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path

from callers.phone import Phone
from ledger.states import Reason
from tests.ivr.people import hear, reach_menu
from tests.torture.scanner import scan_all
from tests.torture.target import LineTarget, trap_at


def test_a_scanner_learns_nothing_and_disturbs_nobody(line: LineTarget, tmp_path: Path) -> None:
    """While svmap, svwar in three modes and svcrack run, a caller hears the menu and the announcement."""

    async def scenario() -> dict[str, object]:
        known = {row.id for row in line.rows()}
        async with trap_at("127.0.0.9") as trap, Phone() as phone:
            scanning = asyncio.create_task(scan_all(line.port, tmp_path, "8001"))
            call = await reach_menu(phone, line)  # type: ignore[arg-type]
            await call.send_digits("2")
            await hear(call, "news")
            await call.ended(5)
            found = await scanning
            rows = [row for row in await line.settled() if row.id not in known]
            assert trap.requests == []
        reasons = {row.ending.reason for row in rows if row.ending and row.hotline != "114"}
        busy = {Reason.LINES_BUSY}  # a scan comes faster than a line opens audio for (ivr/phone/turnstile.py)
        assert Reason.UNKNOWN_NUMBER in reasons
        assert reasons <= {Reason.UNKNOWN_NUMBER} | busy
        return found

    found = asyncio.run(scenario())
    assert "Hotline" in str(found.pop("device"))
    assert found == {"password": "", "OPTIONS": set(), "REGISTER": set(), "INVITE": {"114"}}
