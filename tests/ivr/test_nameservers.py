"""Which name servers a line asks, and who is found without them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from callers.phone import Phone
from ivr.phone.nameservers import NOBODY, nameservers
from tests.ivr.people import REPLY_HZ, Desk, reach_menu
from tests.ivr.stage import Stage


def test_the_machines_servers_are_asked(tmp_path: Path) -> None:
    """IPv4 addresses in the file's order; comments, other keywords and IPv6 are passed over."""
    file = tmp_path / "resolv.conf"
    file.write_text("# nameserver 192.0.2.9\nsearch x\nnameserver\nnameserver ::1\nnameserver 192.0.2.1\n\n")
    assert nameservers(file) == ["192.0.2.1"]


def test_there_is_always_one(tmp_path: Path) -> None:
    """Without a file, or without an address in it: pjsip must not ask the system."""
    assert nameservers(tmp_path / "missing") == [NOBODY]


def test_a_phone_is_reached_by_a_name_of_etc_hosts(stage: Stage) -> None:
    """A line is given addresses: pjsip would not find localhost."""

    async def scenario() -> None:
        desk = Desk()
        async with desk.phone, Phone() as phone:
            uri = desk.phone.uri.replace("127.0.0.1", "localhost")
            assert "localhost" in uri
            await asyncio.to_thread(stage.start, {"8001": uri})
            call = await reach_menu(phone, stage)
            await call.send_digits("1")
            await call.wait_for_tone(REPLY_HZ, 10)
            await call.hang_up()

    asyncio.run(scenario())
