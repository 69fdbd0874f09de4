"""The clerk while the ledger cannot be written: an entry is late, never lost."""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

from sqlalchemy import event

from ivr.call_wishes import CallWishes
from ivr.clerk import Clerk, ClerkLine, Entry, Office
from ivr.matching import Matcher
from ivr.outbound.dues import Dues
from ledger import calls
from ledger.database import Ledger
from sip_config import load_plan

FULL_S = 1.2  # longer than the clerk waits between two tries


def _add_call(office: Office, call_id: str) -> str:
    with office.ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114")
    return call_id


def _fail_to_announce(_call_id: str) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def test_an_entry_waits_for_a_full_disk(tmp_path: Path) -> None:
    """SQLite may not grow for a while, and no job can be announced either: the line gets its answer after."""
    url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    ledger = Ledger(url)
    ledger.migrate()

    async def scenario() -> list[str]:
        office = Office(
            ledger=ledger, matcher=Matcher(load_plan(None)), wishes=CallWishes(ledger), dues=Dues(ledger)
        )
        serves = asyncio.Event()
        clerk = asyncio.create_task(Clerk(office, tmp_path, _fail_to_announce).serve(serves.set))
        await serves.wait()
        with ledger.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        ledger.engine.dispose()
        limited = partial(_limit_pages, pages=int(pages))
        event.listen(ledger.engine, "connect", limited)
        line = ClerkLine(tmp_path)
        ids = [f"call-{number:03}" for number in range(200)]  # more than fit into the last page
        asking = [
            asyncio.create_task(line.ask(Entry(work=partial(_add_call, call_id=call_id), announces=call_id)))
            for call_id in ids
        ]
        await asyncio.wait(asking, timeout=FULL_S)
        assert not all(one.done() for one in asking), "the disk is full"
        event.remove(ledger.engine, "connect", limited)
        ledger.engine.dispose()
        answers = await asyncio.wait_for(asyncio.gather(*asking), 30)
        await line.close()
        clerk.cancel()
        return answers

    answers = asyncio.run(scenario())
    with ledger.reading() as session:
        assert sorted(answers) == sorted(call.id for call in calls.list_calls(session))
    ledger.close()


def _limit_pages(connection: sqlite3.Connection, _record: object, *, pages: int) -> None:
    connection.execute(f"PRAGMA max_page_count={pages}")
