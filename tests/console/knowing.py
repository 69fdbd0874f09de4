"""Articles and people for the tests of the knowledge pages."""

from __future__ import annotations

import httpx
from sqlalchemy import select

from desks.knowledge import files
from ledger.database import Ledger
from ledger.states import UserRole
from ledger.tables import CallRow
from tests.console import live, seeding
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import FLAGGED

EDITOR, OPERATOR, DISPATCHER = "bian", "8001", "diao"
MARKS = [
    {"place": "menu", "start_s": 1.5, "end_s": 3.0, "detail": "faults"},
    {"place": "menu", "start_s": 3.0, "end_s": 3.0, "detail": "faults: 2"},
]


def fill(ledger: Ledger) -> None:
    """The starting set; an editor, an operator who had a call of the faults' menu, a dispatcher."""
    with ledger.transaction() as session:
        files.bring(session, files.read(files.STARTING_SET), by="bian", why="导入")
        live.add_operators(session, "8001", "8002")
        for name, role in (
            (EDITOR, UserRole.EDITOR),
            (OPERATOR, UserRole.OPERATOR),
            (DISPATCHER, UserRole.DISPATCHER),
        ):
            seeding.add_user(session, name, role)
        row = session.scalars(select(CallRow).where(CallRow.id == FLAGGED)).one()
        row.marks, row.facts = [*row.marks, *MARKS], {"fault_number": "3131234"}


def become(client: httpx.Client, ledger: Ledger, name: str) -> str:
    """Sign in as somebody; returns the forms' token."""
    client.cookies.set("hotline_session", open_session(ledger, name))
    return csrf_of(client.get("/me").text)
