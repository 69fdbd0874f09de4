"""The calls behind a number: the same conditions as the figure's, so that there are exactly as many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, and_, cast, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.blind_reviews import blind_calls
from ledger.canaries import no_canary_waits, not_canary
from ledger.scopes import visible_calls
from ledger.states import Decision, Verdict
from ledger.statistics.counting import Selection
from ledger.statistics.facts import newest_decision
from ledger.statistics.measures import BRIDGED, CALLS, OFFERED, WAITS
from ledger.tables import CallRow, FindingRow, ScorecardRow, WaitingRow
from ledger.tables.statistics import RULE_COUNTS

ESCAPE: Final = "\\"
MOST_SPANS: Final = 400  # days of an hour that one question may ask for


@dataclass(frozen=True, kw_only=True, slots=True)
class Behind:
    """What stands behind a number: a measure's name (of a call, a wait, or with a rule of a finding)."""

    what: str
    rule: str = ""
    hour: int | None = None  # the local hour, of all days


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedCall:
    """A call, or a wait of it, that was counted."""

    call_id: str
    received_at: datetime
    desk: str | None
    team: str | None
    operator: str | None
    waited_s: float | None  # at that desk, where waits were counted; else until the bridge
    score: float | None
    flags: tuple[str, ...]


MEASURES: Final = (*CALLS, *WAITS, *RULE_COUNTS)


def count_behind(session: Session, wanted: Selection, behind: Behind) -> int:
    """How many there are."""
    rows = _query(wanted, behind).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def calls_behind(
    session: Session, wanted: Selection, behind: Behind, *, limit: int, skip: int = 0
) -> list[CountedCall]:
    """Them, the newest first."""
    query = _query(wanted, behind).order_by(CallRow.received_at.desc(), CallRow.id.desc())
    found = session.execute(query.limit(limit).offset(skip))
    return [CountedCall(**{**row, "flags": tuple(row["flags"])}) for row in found.mappings()]


def _query(wanted: Selection, behind: Behind) -> Select[*tuple[Any, ...]]:
    is_wait = behind.what in WAITS
    waited_s = WaitingRow.waited_s if is_wait else CallRow.queue_wait_s
    query: Select[*tuple[Any, ...]] = select(
        CallRow.id.label("call_id"),
        CallRow.received_at,
        CallRow.desk,
        CallRow.team,
        CallRow.operator,
        waited_s.label("waited_s"),
        CallRow.score,
        CallRow.flags,
    )
    if is_wait:
        query = query.join(WaitingRow, WaitingRow.call_id == CallRow.id)
    return query.where(*(_waits(wanted, behind) if is_wait else _calls(wanted, behind)), _seen(wanted))


def _calls(wanted: Selection, behind: Behind) -> Sequence[ColumnElement[bool]]:
    what = CALLS[behind.what] if behind.what in CALLS else _found(behind)
    pairs = ((CallRow.desk, wanted.desk), (CallRow.team, wanted.team), (CallRow.operator, wanted.operator))
    own = [column == value for column, value in pairs if value]
    return [_within(CallRow.received_at, wanted, behind), not_canary(), what, *own]


def _waits(wanted: Selection, behind: Behind) -> Sequence[ColumnElement[bool]]:
    pairs = ((CallRow.team, wanted.team), (CallRow.operator, wanted.operator))
    own = [and_(BRIDGED, column == value) for column, value in pairs if value]
    if wanted.viewer and wanted.viewer.teams:
        own.append(BRIDGED)
    if wanted.desk:
        own.append(WaitingRow.desk == wanted.desk)
    within = _within(WaitingRow.left_at, wanted, behind)
    return [within, OFFERED, no_canary_waits(), WAITS[behind.what], *own]


def _within(moment: InstrumentedAttribute[Any], wanted: Selection, behind: Behind) -> ColumnElement[bool]:
    period = wanted.period
    if behind.hour is None or period.length > MOST_SPANS:
        return and_(moment >= period.starts_at, moment < period.ends_at)
    spans = [and_(moment >= start, moment < end) for start, end in period.spans_of(behind.hour)]
    return or_(false(), *spans)


def _found(behind: Behind) -> ColumnElement[bool]:
    """The condition that something was found by a rule."""
    if behind.what == "flags":
        return cast(CallRow.flags, String).like(f'%"{_escaped(behind.rule)}"%', escape=ESCAPE)
    newest = (
        select(func.max(ScorecardRow.id))
        .where(ScorecardRow.call_id == CallRow.id)
        .correlate(CallRow)
        .scalar_subquery()
    )
    said = newest_decision()
    decided: dict[str, ColumnElement[bool]] = {
        "fails": true(),
        "undecided": said.is_(None),
        "confirmed": said == Decision.CONFIRMED,
        "rejected": said == Decision.REJECTED,
    }
    found = select(FindingRow.id).where(
        FindingRow.scorecard_id == newest,
        FindingRow.rule == behind.rule,
        FindingRow.verdict == Verdict.FAIL,
        decided[behind.what],
    )
    return found.correlate(CallRow).exists()


def _seen(wanted: Selection) -> ColumnElement[bool]:
    """What the viewer may see, and is not to judge blind."""
    if wanted.viewer is None:
        return true()
    return and_(visible_calls(wanted.viewer), CallRow.id.not_in(blind_calls(wanted.viewer.id)))


def _escaped(text: str) -> str:
    for sign in (ESCAPE, "%", "_"):
        text = text.replace(sign, ESCAPE + sign)
    return text
