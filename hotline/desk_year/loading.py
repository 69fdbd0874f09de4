"""Loads the year into an empty ledger, all of it or nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, insert, select, text
from sqlalchemy.orm import Session

from desks.tickets import Nature
from hotline.desk_year import totals
from hotline.desk_year.call_backs import BY, add_campaigns
from hotline.desk_year.drafts import drafts
from hotline.desk_year.lists import add_lists
from hotline.desk_year.rows import Rows
from hotline.desk_year.sales import add_other_call_backs, add_sales
from hotline.desk_year.tickets import Known, add_ticket
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.errors import Conflict
from ledger.tables import (
    Base,
    BranchRow,
    CallRow,
    CampaignAttemptRow,
    CampaignPersonRow,
    CampaignRow,
    EnquiryRow,
    TicketCallRow,
    TicketDayRow,
    TicketPauseRow,
    TicketRow,
    TicketStepRow,
)
from ledger.working_days import SHANGHAI

AT_ONCE = 1000  # rows
CALLS_FROM = 2007
ORDER: tuple[type[Base], ...] = (  # what others refer to comes first
    *(CallRow, TicketRow, TicketDayRow, TicketCallRow, TicketPauseRow, TicketStepRow),
    *(EnquiryRow, CampaignPersonRow, CampaignAttemptRow),
)
_USED = (CallRow, TicketRow, EnquiryRow, CampaignRow, BranchRow)

Tell = Callable[[int, int], None]  # rows that are in, of how many


class LedgerInUse(Conflict):
    """The ledger has calls, tickets or branches already: load the year into an empty one, see --data."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What was loaded."""

    faults: dict[int, int]  # by year
    complaints: int
    enquiries: int
    call_backs: int
    calls: int
    rows: int


def load_year(
    ledger: Ledger, seed: int, tell: Tell = lambda _done, _whole: None, *, calls_from: int = CALLS_FROM
) -> Loaded:
    """Load it; tickets of years before `calls_from` have no calls and were called back by hand.

    Raises LedgerInUse.
    """
    with ledger.transaction() as session:
        if any(session.scalar(select(exists().where(_key(table).is_not(None)))) for table in _USED):
            where = ledger.engine.url.render_as_string()
            raise LedgerInUse(f"the ledger {where} is in use; name an empty folder with --data")
        rows = _make(session, seed, calls_from)
        _insert(session, rows, tell)
        details = {"seed": str(seed), "rows": str(sum(map(len, rows.of.values())))}
        write(session, Act(user=BY, action=AuditAction.TICKET_LISTS_CHANGED, details=details))
    return _loaded(rows)


def _make(session: Session, seed: int, calls_from: int) -> Rows:
    rows = Rows(random.Random(seed))  # noqa: S311 - nothing secret
    known = add_lists(session, add_campaigns(session))
    _add_tickets(rows, known, seed, calls_from)
    for sales in totals.SALES:
        add_sales(rows, known, sales)
        add_other_call_backs(rows, known.campaigns, sales.year, sales.months)
    return rows


def _add_tickets(rows: Rows, known: Known, seed: int, calls_from: int) -> None:
    days: Counter[Any] = Counter()
    for draft in drafts(seed):
        day = draft.opened_at.astimezone(SHANGHAI).date()
        days[day] += 1
        number, with_calls = f"{day:%Y%m%d}-{days[day]:04}", day.year >= calls_from
        add_ticket(rows, known, draft, number, with_calls=with_calls)
    for day, last in days.items():
        rows.add(TicketDayRow, day=day, last=last)


def _insert(session: Session, rows: Rows, tell: Tell) -> None:
    whole, done = sum(len(rows.of[table]) for table in ORDER), 0
    for table in ORDER:
        found = rows.of[table]
        for first in range(0, len(found), AT_ONCE):
            part = found[first : first + AT_ONCE]
            session.execute(insert(table.__table__), part)  # type: ignore[arg-type]
            done += len(part)
            tell(done, whole)
    if session.get_bind().dialect.name == "postgresql":
        for table in (TicketRow, CampaignPersonRow):
            _count_on(session, table)


def _count_on(session: Session, table: type[Base]) -> None:
    """The server's counter of ids goes on behind those that were given here."""
    last = session.scalar(select(func.max(_key(table))))
    session.execute(
        text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
        {"name": table.__tablename__, "last": last},
    )


def _key(table: type[Base]) -> Any:
    return next(iter(table.__table__.primary_key))


def _loaded(rows: Rows) -> Loaded:
    tickets = rows.of[TicketRow]
    years = Counter(
        row["opened_at"].astimezone(SHANGHAI).year for row in tickets if row["nature"] == Nature.FAULT
    )
    return Loaded(
        faults=dict(sorted(years.items())),
        complaints=sum(row["nature"] == Nature.COMPLAINT for row in tickets),
        enquiries=len(rows.of[EnquiryRow]),
        call_backs=len(rows.of[CampaignPersonRow]),
        calls=len(rows.of[CallRow]),
        rows=sum(map(len, rows.of.values())),
    )
