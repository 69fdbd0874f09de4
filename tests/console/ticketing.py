"""A console with tickets: a dispatcher, a lead, an operator, branches, and a call that talks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
from sqlalchemy.orm import Session

from console.signin.visitors import SESSION_COOKIE
from console.switchboard import Desk
from console.tokens import csrf_token
from desks import tickets
from desks.tickets import By, Opening, Ticket, lists
from ledger import calls, conversations, users
from ledger.clock import now
from ledger.conversations import Known
from ledger.database import Ledger
from ledger.states import OperatorState, UserRole
from ledger.tables import BranchRow, OperatorRow
from tests.console import seeding
from tests.console.conftest import open_session

LINE = "63001234"
FAULT = 1  # the standard kind of desk 112
FAULTS = Desk(id="112", name="112障碍台", operators=("8003",), tools=("tickets",))
SWITCHBOARD = replace(seeding.SWITCHBOARD, desks=(*seeding.SWITCHBOARD.desks, FAULTS))
PEOPLE = {
    "diao": UserRole.DISPATCHER,
    "du": UserRole.DISPATCHER,
    "zhou": UserRole.TEAM_LEAD,
    "8003": UserRole.OPERATOR,
}


class Person:
    """Somebody with a browser, without the browser."""

    def __init__(self, client: httpx.Client, ledger: Ledger, name: str) -> None:
        self._client, self._token = client, open_session(ledger, name)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        self._client.cookies.set(SESSION_COOKIE, self._token)
        return self._client.get(path, headers=headers)

    def first_event(self, path: str) -> dict[str, int]:
        """What a stream tells at once."""
        self._client.cookies.set(SESSION_COOKIE, self._token)
        with self._client.stream("GET", path) as stream:
            told = next(line for line in stream.iter_lines() if line.startswith("data: "))
        return dict(json.loads(told.removeprefix("data: ")))

    def post(self, path: str, **fields: str | int) -> httpx.Response:
        """A form."""
        self._client.cookies.set(SESSION_COOKIE, self._token)
        return self._client.post(path, data={"csrf": csrf_token(self._token), **fields})


def furnish(ledger: Ledger) -> None:
    """People, two branches, and a call of a line that operator 8003 talks to."""
    with ledger.transaction() as session:
        for name, role in PEOPLE.items():
            seeding.add_user(session, name, role)
        by = person(session, "zhou")
        for place, name in enumerate(("城东经营部", "城西经营部")):
            lists.add(session, BranchRow, lists.NamedDraft(name=name, place=place), by)
        session.add(OperatorRow(number="8003", state=OperatorState.TALKING, since=now(), call_id="talking"))
    add_call(ledger, "talking")
    with ledger.transaction() as session:
        known = Known(marks=(), facts={"fault_number": LINE}, language="zh", waited_s=3.0)
        conversations.begin(session, "talking", desk="112", operator="8003", known=known)


def add_call(ledger: Ledger, call_id: str, *, at: datetime | None = None, caller: str = "13800000001") -> str:
    """A call to 112 that was answered."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="112", caller=caller)
        session.flush()
        calls.mark_answered(session, call_id, at or now())
    return call_id


def person(session: Session, name: str) -> By:
    """Somebody who moves tickets."""
    return By.person(users.named(session, name))


def open_one(
    ledger: Ledger, line: str = LINE, *, ago: timedelta = timedelta(), at: datetime | None = None
) -> Ticket:
    """A fault that was reported some time ago, or at a moment."""
    with ledger.transaction() as session:
        opening = Opening(kind_id=FAULT, service="固话", line=line, text="没有拨号音")
        return tickets.open_ticket(session, opening, person(session, "8003"), at=at or now() - ago)


def get(ledger: Ledger, number: str) -> Ticket:
    """As it is now."""
    with ledger.reading() as session:
        return tickets.get_ticket(session, number)
