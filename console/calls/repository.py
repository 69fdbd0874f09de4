"""The list's questions to the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from console.calls.schemas import Choices, Cursor, Filters
from console.times import start_of_day
from ledger.archived import find_original
from ledger.audit import newest_of_call
from ledger.blind_reviews import blind_calls, count_blind, is_blind
from ledger.calls import get_call, to_call
from ledger.canaries import not_canary
from ledger.chain import newest_entry
from ledger.claiming import want
from ledger.holds import of_call as holds_of
from ledger.holds import release, set_hold
from ledger.judgements import (
    get_recording,
    get_transcript,
    newest_reviews,
    newest_scorecard,
    newest_transcript,
    to_finding,
    transcript_versions,
)
from ledger.records import Call, Finding, User
from ledger.search import EXACT, Wanted, calls_saying, fit_of, turns_saying
from ledger.secrets_told import veil_of, veils_of
from ledger.states import CallState, Origin, Verdict
from ledger.tables import CallRow, FindingRow, RecordingRow, ReviewRow, ScorecardRow, SearchTextRow
from recorder.masking import masks_of

__all__ = [
    "count_blind",
    "find_original",
    "get_call",
    "get_recording",
    "get_transcript",
    "holds_of",
    "is_blind",
    "masks_of",
    "newest_entry",
    "newest_of_call",
    "newest_reviews",
    "newest_scorecard",
    "newest_transcript",
    "release",
    "set_hold",
    "transcript_versions",
    "turns_saying",
    "veil_of",
    "veils_of",
    "want",
]

ESCAPE = "\\"
ROWS_AT_ONCE = 500  # of a list that may hold every call


def find_calls(
    session: Session, filters: Filters, zone: tzinfo, viewer: User, *, after: Cursor | None, limit: int
) -> list[tuple[Call, float | None, int]]:
    """Calls with their recordings' seconds and how they fit the text: best, most flags, then the newest.

    Without those that the viewer is blind for: what they were found to be would show in any order and filter.
    """
    fit = fit_of(Wanted.of(filters.text)) if filters.text else literal(EXACT, Integer)
    query = (
        select(CallRow, RecordingRow.duration_s, fit)
        .outerjoin(RecordingRow, RecordingRow.call_id == CallRow.id)
        .where(*_conditions(session, filters, zone, viewer))
        .limit(limit)
    )
    if filters.text:
        query = query.join(SearchTextRow, SearchTextRow.call_id == CallRow.id).order_by(fit)
    if after is not None:
        query = query.where(_beyond(fit, after))
    query = query.order_by(CallRow.flag_count.desc(), CallRow.received_at.desc(), CallRow.id.desc())
    return [(to_call(row), duration_s, fits) for row, duration_s, fits in session.execute(query)]


def newest_calls(
    session: Session, *, flagged: bool, state: CallState | None, canaries: bool, limit: int | None
) -> Iterator[tuple[Call, float | None]]:
    """Calls with their recordings' seconds, newest first: one query, read a page at a time."""
    query = (
        select(CallRow, RecordingRow.duration_s)
        .outerjoin(RecordingRow, RecordingRow.call_id == CallRow.id)
        .where((CallRow.origin == Origin.CANARY) == canaries)
        .order_by(CallRow.received_at.desc(), CallRow.id.desc())
        .limit(limit)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if flagged:
        query = query.where(CallRow.flag_count > 0)
    if state is not None:
        query = query.where(CallRow.state == state)
    for row, duration_s in session.execute(query):
        yield to_call(row), duration_s


def count_calls(session: Session, filters: Filters, zone: tzinfo, viewer: User) -> tuple[int, int]:
    """How many calls the filters let through, and how many of them have flags."""
    query = select(func.count(), func.count().filter(CallRow.flag_count > 0))
    total, flagged = session.execute(
        query.select_from(CallRow).where(*_conditions(session, filters, zone, viewer))
    ).one()
    return total, flagged


def failed_findings(session: Session, call_ids: Sequence[str]) -> dict[str, list[tuple[Finding, bool]]]:
    """Failed findings of the newest scorecards by call, worst first, and whether anybody decided on them."""
    newest = (
        select(func.max(ScorecardRow.id))
        .where(ScorecardRow.call_id.in_(call_ids))
        .group_by(ScorecardRow.call_id)
    )
    decided = select(ReviewRow.id).where(ReviewRow.finding_id == FindingRow.id).exists()
    query = (
        select(ScorecardRow.call_id, FindingRow, decided)
        .join(FindingRow, FindingRow.scorecard_id == ScorecardRow.id)
        .where(ScorecardRow.id.in_(newest), FindingRow.verdict == Verdict.FAIL)
        .order_by(FindingRow.points.desc(), FindingRow.id)
    )
    found: dict[str, list[tuple[Finding, bool]]] = {}
    for call_id, row, is_decided in session.execute(query):
        found.setdefault(call_id, []).append((to_finding(row), is_decided))
    return found


def choices(session: Session) -> Choices:
    """Numbers and operators that calls in the ledger have."""
    return Choices(
        hotlines=_distinct(session, CallRow.hotline), operators=_distinct(session, CallRow.operator)
    )


def _distinct(session: Session, column: InstrumentedAttribute[Any]) -> tuple[str, ...]:
    named = select(column).where(column.is_not(None), not_canary())
    found = session.scalars(named.distinct().order_by(column))
    return tuple(str(value) for value in found)


def _beyond(fit: ColumnElement[int], after: Cursor) -> ColumnElement[bool]:
    same_fit = fit == after.fit
    same_count = and_(same_fit, CallRow.flag_count == after.flag_count)
    return or_(
        fit > after.fit,
        and_(same_fit, CallRow.flag_count < after.flag_count),
        and_(same_count, CallRow.received_at < after.received_at),
        and_(same_count, CallRow.received_at == after.received_at, CallRow.id < after.call_id),
    )


def _conditions(session: Session, filters: Filters, zone: tzinfo, viewer: User) -> list[ColumnElement[bool]]:
    wanted: tuple[tuple[str | None, Callable[[], ColumnElement[bool]]], ...] = (
        (filters.hotline, lambda: CallRow.hotline == filters.hotline),
        (filters.operator, lambda: CallRow.operator == filters.operator),
        (filters.state, lambda: CallRow.state == filters.state),
        (filters.flag, lambda: _has_flag(filters.flag)),
        (filters.text, lambda: CallRow.id.in_(calls_saying(session, Wanted.of(filters.text)))),
    )
    conditions = [condition() for value, condition in wanted if value]
    conditions.append((CallRow.origin == Origin.CANARY) == bool(filters.canary))
    conditions.append(CallRow.id.not_in(blind_calls(viewer.id)))
    return [*conditions, *_between_days(filters, zone), *_between_scores(filters)]


def _between_days(filters: Filters, zone: tzinfo) -> list[ColumnElement[bool]]:
    conditions = []
    if filters.day_from is not None:
        conditions.append(CallRow.received_at >= start_of_day(filters.day_from, zone))
    if filters.day_to is not None:
        next_day = filters.day_to + timedelta(days=1)
        conditions.append(CallRow.received_at < start_of_day(next_day, zone))
    return conditions


def _between_scores(filters: Filters) -> list[ColumnElement[bool]]:
    conditions = []
    if filters.score_min is not None:
        conditions.append(CallRow.score >= filters.score_min)
    if filters.score_max is not None:
        conditions.append(CallRow.score <= filters.score_max)
    return conditions


def _has_flag(rule: str) -> ColumnElement[bool]:
    """The flags are a JSON list of ids: the quotes keep `hold` from finding `hold-notice`."""
    return cast(CallRow.flags, String).like(f'%"{_escaped(rule)}"%', escape=ESCAPE)


def _escaped(text: str) -> str:
    for sign in (ESCAPE, "%", "_"):
        text = text.replace(sign, ESCAPE + sign)
    return text
