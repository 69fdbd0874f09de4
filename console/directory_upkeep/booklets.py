"""Puts the booklet of a month together: hard cases with their answers, and new names (新单位)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from typing import Final

from sqlalchemy.orm import Session

from desks.directory import entries, hard_cases
from desks.directory.change_lists import Listed, list_changes
from desks.directory.hard_cases import Asking, HardCase
from desks.directory.history import Kind
from desks.directory.records import Entry
from ledger.clock import start_of_day
from ledger.errors import NotFound
from ledger.records import User
from ledger.scopes import visible_among
from ledger.states import UserRole
from ledger.statistics.days import ONE_DAY, month_of
from ledger.tables import CallRow

MOST_NEW: Final = 500  # names: a booklet is read, an import is not


@dataclass(frozen=True, kw_only=True, slots=True)
class Booklet:
    """A month of it."""

    month: date  # its first day
    answered: Sequence[tuple[HardCase, Entry | None]]
    waiting: Sequence[HardCase]
    new: Sequence[Listed]
    more_new: int  # names that are left out

    @property
    def before(self) -> date:
        """The month before."""
        return (self.month - ONE_DAY).replace(day=1)

    @property
    def after(self) -> date:
        """The next month."""
        return (self.month + timedelta(days=32)).replace(day=1)


def open_booklet(session: Session, month: date, zone: tzinfo) -> Booklet:
    """What was answered in the month, what waits, and the names that are new since."""
    period = month_of(month, zone)
    since, until = start_of_day(period.first, zone), start_of_day(period.last + ONE_DAY, zone)
    answered = hard_cases.answered_between(session, since, until)
    of_cases = entries.get_many(session, [case.entry_id for case in answered if case.entry_id])
    added = list_changes(session, since, until).of_kind[Kind.ADDED]
    return Booklet(
        month=period.first,
        answered=[(case, of_cases.get(case.entry_id or 0)) for case in answered],
        waiting=hard_cases.list_of(session),
        new=added[:MOST_NEW],
        more_new=max(0, len(added) - MOST_NEW),
    )


def entry_of(session: Session, case: HardCase) -> Entry | None:
    """The entry that answers a case."""
    return entries.get(session, case.entry_id) if case.entry_id else None


def askings_for(session: Session, user: User, case_id: int) -> list[Asking]:
    """When it was asked; the calls are told to those alone who may see them."""
    askings = hard_cases.askings_of(session, case_id)
    visible = visible_among(session, user, [one.call_id for one in askings if one.call_id])
    return [one if one.call_id in visible else replace(one, call_id=None) for one in askings]


def call_of(session: Session, user: User, call_id: str) -> str | None:
    """The call in which it was asked: an operator's own. Raises NotFound."""
    if not call_id:
        return None
    row = session.get(CallRow, call_id)
    if row is None or (user.role is UserRole.OPERATOR and row.operator not in {None, user.name}):
        raise NotFound(f"there is no call {call_id!r} among yours")
    return row.id
