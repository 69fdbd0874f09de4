"""The list's filters in SQL: which calls somebody sees, of those which the filters let through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from console.listing.schemas import ME, NO_MARK, NOBODY, YES, Filters, ModelState, Queue
from console.listing.statements import KEPT
from console.times import start_of_day
from ledger.calls import NOTED
from ledger.case_states import CaseState
from ledger.later_parts import undecided_calls
from ledger.records import User
from ledger.scopes import visible_calls
from ledger.states import CallState, Origin, Verdict
from ledger.tables import (
    CallRow,
    CallVerdictRow,
    CaseRow,
    FindingRow,
    HoldRow,
    SampleCheckRow,
    SampledRow,
    ScorecardRow,
    UserRow,
)

Conditions = Iterator[ColumnElement[bool]]


@lru_cache(KEPT)
def conditions(
    filters: Filters, zone: tzinfo, viewer: User, blind: frozenset[str]
) -> tuple[ColumnElement[bool], ...]:
    """All but the text: that has an index of its own, see `console.listing.searching`.

    Calls that the viewer judges blind are left out: what they were found to be would show in any order and
    filter.
    """
    return (
        CallRow.origin == Origin.CANARY if filters.canary else CallRow.origin != Origin.CANARY,
        *([CallRow.id.not_in(sorted(blind))] if blind else []),
        visible_calls(viewer),
        *_in_queue(filters.queue, viewer),
        *_of_calls(filters),
        *_between(filters, zone),
        *_found(filters),
        *_of_people(filters, viewer),
    )


def _in_queue(queue: Queue, viewer: User) -> Conditions:
    if queue is Queue.MINE:
        yield CallRow.id.in_(select(CaseRow.call_id).where(CaseRow.holder_id == viewer.id))
    elif queue is Queue.APPEALS:
        yield CallRow.id.in_(select(CaseRow.call_id).where(CaseRow.state == CaseState.APPEALED))
    elif queue is Queue.FLAGGED:
        yield CallRow.flag_count > literal_column("0")  # as the index of what is to be reviewed has it
        yield from _to_review(viewer)
    elif queue is Queue.LATER:
        yield CallRow.id.in_(undecided_calls())  # also of calls that were reviewed without their later parts
        yield CallRow.id.not_in(_others(viewer))
    elif queue is Queue.SAMPLE:
        yield CallRow.id.in_(_drawn_for(viewer))
        yield CallRow.id.not_in(_others(viewer))


def _to_review(viewer: User) -> Conditions:
    yield CallRow.case_state == literal_column("'open'")
    yield CallRow.id.not_in(_others(viewer))


def _drawn_for(viewer: User) -> Select[Any]:
    heard = select(SampleCheckRow.id).where(SampleCheckRow.sampled_id == SampledRow.id).exists()
    is_mine = or_(SampledRow.assigned_to == viewer.id, SampledRow.assigned_to.is_(None))
    return select(SampledRow.call_id).where(is_mine, ~heard)


def _others(viewer: User) -> Select[Any]:
    """Calls that somebody else works on."""
    return select(CaseRow.call_id).where(CaseRow.holder_id.is_not(None), CaseRow.holder_id != viewer.id)


def _of_calls(filters: Filters) -> Conditions:
    wanted: tuple[tuple[str | None, InstrumentedAttribute[str] | InstrumentedAttribute[str | None]], ...] = (
        (filters.hotline, CallRow.hotline),
        (filters.desk, CallRow.desk),
        (filters.team, CallRow.team),
        (filters.operator, CallRow.operator),
        (filters.state, CallRow.state),
        (filters.language, CallRow.language),
        (filters.origin, CallRow.origin),
    )
    yield from (column == value for value, column in wanted if value)
    if filters.survey == NO_MARK:
        yield CallRow.survey_mark.is_(None)
    elif filters.survey:
        yield CallRow.survey_mark == int(filters.survey)
    if filters.model is ModelState.MISSING:
        yield CallRow.state == CallState.NO_MODEL
    elif filters.model is ModelState.ASKED:
        yield CallRow.asked_model.is_not(None)
    if filters.held:
        kept = CallRow.id.in_(select(HoldRow.call_id).where(HoldRow.released_at.is_(None)))
        yield kept if filters.held == YES else not_(kept)


def _between(filters: Filters, zone: tzinfo) -> Conditions:
    if filters.day_from is not None:
        yield CallRow.received_at >= start_of_day(filters.day_from, zone)
    if filters.day_to is not None:
        yield CallRow.received_at < start_of_day(filters.day_to + timedelta(days=1), zone)
    if filters.score_min is not None:  # by what is taken off, which has an index
        yield CallRow.lost_points <= 100 - filters.score_min
    if filters.score_max is not None:
        yield CallRow.lost_points >= 100 - filters.score_max
    lengths = (filters.length_min, filters.length_max, CallRow.length_s)
    for least, most, column in (lengths, (filters.wait_min, filters.wait_max, CallRow.queue_wait_s)):
        if least is not None:
            yield column >= least
        if most is not None:
            yield column <= most


def _found(filters: Filters) -> Conditions:
    if filters.flag:
        yield _noted(filters.flag, Verdict.FAIL, CallVerdictRow.flagged.is_(True))
    if filters.rule:
        verdict = filters.verdict or Verdict.FAIL
        yield _noted(filters.rule, verdict) if verdict in NOTED else _judged(filters.rule, verdict)


def _noted(rule: str, verdict: Verdict, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    noted = select(CallVerdictRow.call_id)
    return CallRow.id.in_(noted.where(CallVerdictRow.rule == rule, CallVerdictRow.verdict == verdict, *more))


def _judged(rule: str, verdict: Verdict) -> ColumnElement[bool]:
    """By the newest scorecard: what most calls have is found at once whatever the order."""
    newest = aliased(ScorecardRow)
    is_newest = (
        select(func.max(newest.id)).where(newest.call_id == CallRow.id).correlate(CallRow).scalar_subquery()
    )
    found = select(FindingRow.id).where(FindingRow.scorecard_id == is_newest)
    return found.where(FindingRow.rule == rule, FindingRow.verdict == verdict).exists()


def _of_people(filters: Filters, viewer: User) -> Conditions:
    if filters.case is CaseState.OPEN:  # also what nobody has ever had
        yield CallRow.case_state == CaseState.OPEN
    elif filters.case:
        yield CallRow.id.in_(select(CaseRow.call_id).where(CaseRow.state == filters.case))
    if filters.reviewed:
        done = CallRow.id.in_(select(CaseRow.call_id).where(CaseRow.state != CaseState.OPEN))
        yield done if filters.reviewed == YES else CallRow.case_state == CaseState.OPEN
    if filters.holder == NOBODY:
        yield CallRow.id.not_in(select(CaseRow.call_id).where(CaseRow.holder_id.is_not(None)))
    elif filters.holder:
        holder = viewer.name if filters.holder == ME else filters.holder
        yield _with(CaseRow.holder_id, holder)
    if filters.reviewer:
        yield _with(CaseRow.reviewer_id, viewer.name if filters.reviewer == ME else filters.reviewer)


def _with(column: InstrumentedAttribute[int | None], name: str) -> ColumnElement[bool]:
    people = select(UserRow.id).where(UserRow.name == name)
    return CallRow.id.in_(select(CaseRow.call_id).where(column.in_(people)))
