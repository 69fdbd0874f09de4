"""Repository of the chain's entries and of the facts beside them. Only `recorder.chain` adds entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.states import ChainKind
from ledger.tables import ChainRow, SealedFactsRow

START = "0" * 64  # what the first opening of all carries
AUDIO_KINDS = (ChainKind.SEALED, ChainKind.ADOPTED, ChainKind.MASKED, ChainKind.REKEYED)

Place = tuple[date, int]  # of an entry: its day and its number there


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainEntry:
    """One entry. Hashes are SHA-256 in hex; A forged row may hold any `kind`."""

    day: date
    number: int
    kind: str
    call_id: str | None
    audio_sha256: str | None
    facts_sha256: str | None
    prev_sha256: str
    link_sha256: str
    at: datetime

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.day, self.number


@dataclass(frozen=True, kw_only=True, slots=True)
class DayHead:
    """The last entry of a day, and how many of each kind the day has."""

    entry: ChainEntry
    counts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What is looked at: everything, the chain's days from `first` to `last`, or one call."""

    first: date | None = None
    last: date | None = None
    call_id: str | None = None

    def of_call(self, column: InstrumentedAttribute[Any]) -> list[ColumnElement[bool]]:
        """Conditions on a column of calls' ids."""
        return [] if self.call_id is None else [column == self.call_id]

    def of_day(self, column: InstrumentedAttribute[Any]) -> list[ColumnElement[bool]]:
        """Conditions on a column of days."""
        first = [] if self.first is None else [column >= self.first]
        return first + ([] if self.last is None else [column <= self.last])

    def of_time(self, column: InstrumentedAttribute[Any]) -> list[ColumnElement[bool]]:
        """Conditions on a column of times."""
        first = [] if self.first is None else [column >= _midnight(self.first)]
        return first + ([] if self.last is None else [column < _midnight(self.last + timedelta(days=1))])


def add(session: Session, entry: ChainEntry, document: str | None) -> None:
    """Add an entry and the document of its facts."""
    session.add(ChainRow(**asdict(entry)))
    if document is not None and entry.call_id is not None:
        session.add(
            SealedFactsRow(day=entry.day, number=entry.number, call_id=entry.call_id, document=document)
        )
    session.flush()


def newest(session: Session) -> ChainEntry | None:
    """The head of the chain."""
    query = select(ChainRow).order_by(ChainRow.day.desc(), ChainRow.number.desc()).limit(1)
    return _first(session.scalars(query))


def get(session: Session, place: Place) -> ChainEntry | None:
    """The entry at a place."""
    row = session.get(ChainRow, place)
    return _entry(row) if row else None


def before(session: Session, place: Place) -> ChainEntry | None:
    """The entry before a place."""
    day, number = place
    earlier = or_(ChainRow.day < day, and_(ChainRow.day == day, ChainRow.number < number))
    query = select(ChainRow).where(earlier).order_by(ChainRow.day.desc(), ChainRow.number.desc()).limit(1)
    return _first(session.scalars(query))


def page(session: Session, scope: Scope, after: Place | None, size: int) -> list[ChainEntry]:
    """The next so many entries of a scope in the chain's order."""
    query = select(ChainRow).order_by(ChainRow.day, ChainRow.number).limit(size)
    query = query.where(*scope.of_call(ChainRow.call_id), *scope.of_day(ChainRow.day))
    if after is not None:
        day, number = after
        query = query.where(or_(ChainRow.day > day, and_(ChainRow.day == day, ChainRow.number > number)))
    return [_entry(row) for row in session.scalars(query)]


def count_entries(session: Session, scope: Scope) -> int:
    """How many entries a scope has."""
    query = select(func.count()).select_from(ChainRow)
    return session.scalar(query.where(*scope.of_call(ChainRow.call_id), *scope.of_day(ChainRow.day))) or 0


def of_calls(session: Session, call_ids: Iterable[str]) -> dict[str, list[ChainEntry]]:
    """All entries of these calls, by call, oldest first."""
    query = (
        select(ChainRow).where(ChainRow.call_id.in_(list(call_ids))).order_by(ChainRow.day, ChainRow.number)
    )
    found: dict[str, list[ChainEntry]] = {}
    for row in session.scalars(query):
        found.setdefault(str(row.call_id), []).append(_entry(row))
    return found


def newest_entry(session: Session, call_id: str) -> ChainEntry | None:
    """The call's newest entry, which says how its recording has to be."""
    entries = of_calls(session, [call_id]).get(call_id)
    return entries[-1] if entries else None


def documents(session: Session, places: Iterable[Place]) -> dict[Place, tuple[str, str]]:
    """Call id and document of the facts at these places."""
    wanted = set(places)
    days = {day for day, _ in wanted}
    numbers = [number for _, number in wanted]
    if not wanted:
        return {}
    query = select(SealedFactsRow).where(
        SealedFactsRow.day.in_(days), SealedFactsRow.number.between(min(numbers), max(numbers))
    )
    return {
        (row.day, row.number): (row.call_id, row.document)
        for row in session.scalars(query)
        if (row.day, row.number) in wanted
    }


def forget_facts(session: Session, call_id: str) -> None:
    """Remove the facts of a call's entries: who deletes a recording does, before the tombstone is added."""
    session.execute(delete(SealedFactsRow).where(SealedFactsRow.call_id == call_id))


def day_heads(session: Session, day: date | None = None) -> list[DayHead]:
    """The head of every day, or of one, oldest first."""
    counts: dict[date, dict[str, int]] = {}
    tally = select(ChainRow.day, ChainRow.kind, func.count()).group_by(ChainRow.day, ChainRow.kind)
    for row_day, kind, count in session.execute(tally if day is None else tally.where(ChainRow.day == day)):
        counts.setdefault(row_day, {})[kind] = count
    last = select(ChainRow.day, func.max(ChainRow.number).label("number")).group_by(ChainRow.day).subquery()
    query = (
        select(ChainRow)
        .join(last, and_(last.c.day == ChainRow.day, last.c.number == ChainRow.number))
        .order_by(ChainRow.day)
    )
    rows = session.scalars(query if day is None else query.where(ChainRow.day == day))
    return [DayHead(entry=_entry(row), counts=counts[row.day]) for row in rows]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _first(rows: Iterable[ChainRow]) -> ChainEntry | None:
    return next((_entry(row) for row in rows), None)


def _entry(row: ChainRow) -> ChainEntry:
    return ChainEntry(
        day=row.day,
        number=row.number,
        kind=row.kind,
        call_id=row.call_id,
        audio_sha256=row.audio_sha256,
        facts_sha256=row.facts_sha256,
        prev_sha256=row.prev_sha256,
        link_sha256=row.link_sha256,
        at=row.at,
    )
