"""Repository of canary calls: synthetic calls of known truth that we place to ourselves through the lines.

A call is a canary because its SIP Call-ID was written down here before it was placed: drawn at random, told
to nobody, good for two minutes. No header, number or address of a stranger can make one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger import calls, judgements
from ledger.backlog import STAGE_OF
from ledger.clock import now
from ledger.records import Call, Finding
from ledger.states import CallState, CanaryOutcome, Origin, Verdict
from ledger.tables import CallRow, CanaryRow, WaitingRow

FRESH = timedelta(minutes=2)  # an INVITE that nobody answers is given up within 32 s
FAILED = tuple(each for each in CanaryOutcome if each not in {CanaryOutcome.PLACED, CanaryOutcome.WHOLE})
_STUCK = {  # what a call that has come so far, and no further in time, lacks
    CallState.RECEIVED: CanaryOutcome.NOT_ANSWERED,
    CallState.ANSWERED: CanaryOutcome.NOT_RECORDED,
    CallState.ENDED: CanaryOutcome.NOT_RECORDED,
    CallState.RECORDED: CanaryOutcome.NOT_TRANSCRIBED,
    CallState.NO_MODEL: CanaryOutcome.NOT_TRANSCRIBED,
    CallState.TRANSCRIBED: CanaryOutcome.NOT_SCORED,
}
_LACKING = {STAGE_OF[state]: _STUCK[state] for state in STAGE_OF}


@dataclass(frozen=True, kw_only=True, slots=True)
class Canary:
    """One canary call and what became of it."""

    sip_call_id: str
    call_id: str | None  # None: no line ever had it
    dialogue: str
    hotline: str
    truth: Mapping[str, Verdict]  # by rule
    placed_at: datetime
    due_at: datetime
    outcome: CanaryOutcome
    problem: str  # what the phone that called says went otherwise than written; then the truth is not sure
    missed: tuple[str, ...]  # rules that judged otherwise than the truth

    @property
    def is_right(self) -> bool:
        """Whole, as it was written, and judged as it was meant."""
        return self.outcome is CanaryOutcome.WHOLE and not self.problem and not self.missed


@dataclass(frozen=True, kw_only=True, slots=True)
class CanaryTally:
    """The canaries of a period."""

    outcomes: Mapping[CanaryOutcome, int]
    otherwise: int  # that went otherwise than written
    missed: Mapping[str, int]  # by rule
    whole_at: datetime | None  # when the newest whole one was placed, ever


@dataclass(frozen=True, kw_only=True, slots=True)
class CanaryFinding:
    """What one rule said of a canary that was whole and went as written, and what is true."""

    call_id: str
    truth: Verdict
    finding: Finding
    at: datetime


def is_canary(call: Call) -> bool:
    """Whether we placed the call ourselves: it belongs into no statistics, no sample and no list."""
    return call.origin is Origin.CANARY


def not_canary() -> ColumnElement[bool]:
    """The same as a condition on `CallRow`, for the others."""
    return CallRow.origin != Origin.CANARY


def called_us() -> ColumnElement[bool]:
    """The condition on `CallRow` that somebody called us, live or in an import; we called nobody."""
    return CallRow.origin.not_in((Origin.CANARY, Origin.OUTBOUND))


def no_canary_waits() -> ColumnElement[bool]:
    """The condition on `WaitingRow` that a caller waited, and no canary."""
    ours = select(CanaryRow.call_id).where(CanaryRow.call_id.is_not(None))
    return WaitingRow.call_id.not_in(ours)


def expect(
    session: Session,
    *,
    sip_call_id: str,
    dialogue: str,
    hotline: str,
    truth: Mapping[str, Verdict],
    within: timedelta,
) -> None:
    """A canary with this Call-ID will be placed now, and must be scored within that time."""
    at = now()
    session.add(
        CanaryRow(
            sip_call_id=sip_call_id,
            dialogue=dialogue,
            hotline=hotline,
            truth={rule: verdict.value for rule, verdict in truth.items()},
            placed_at=at,
            due_at=at + within,
            outcome=CanaryOutcome.PLACED,
        )
    )


def open_call(
    session: Session, *, call_id: str, hotline: str, caller: str | None, sip_call_id: str, line: str
) -> bool:
    """Give an INVITE its row; returns whether it is a canary.

    A line that is full hands it back and the edge asks the next one: the newest row is the canary's.
    """
    row = _fresh(session, sip_call_id)
    origin = Origin.CANARY if row else Origin.SIP
    calls.add_call(
        session,
        call_id=call_id,
        hotline=hotline,
        origin=origin,
        sip_call_id=sip_call_id,
        caller=caller,
        line=line,
    )
    if row:
        session.flush()
        row.call_id = call_id
    return row is not None


def note_problem(session: Session, sip_call_id: str, problem: str) -> None:
    """Keep what went otherwise than written."""
    row = session.scalars(select(CanaryRow).where(CanaryRow.sip_call_id == sip_call_id)).one()
    row.problem = problem


def is_any_placed(session: Session) -> bool:
    """Whether a canary is under way."""
    query = select(CanaryRow.id).where(CanaryRow.outcome == CanaryOutcome.PLACED)
    return session.scalars(query.limit(1)).first() is not None


def settle(session: Session, *, at: datetime | None = None) -> list[Canary]:
    """Judge every canary that is through or overdue; returns those that were."""
    moment = at or now()
    rows = session.scalars(select(CanaryRow).where(CanaryRow.outcome == CanaryOutcome.PLACED))
    settled = []
    for row in list(rows):
        outcome = _outcome(session, row, is_overdue=row.due_at <= moment)
        if outcome is not CanaryOutcome.PLACED:
            row.outcome, row.settled_at = outcome, moment
            row.missed = _missed(session, row) if outcome is CanaryOutcome.WHOLE else []
            settled.append(_canary(row))
    return settled


def find(session: Session, sip_call_ids: Sequence[str]) -> list[Canary]:
    """Canaries in the order of placing."""
    query = select(CanaryRow).where(CanaryRow.sip_call_id.in_(sip_call_ids)).order_by(CanaryRow.id)
    return [_canary(row) for row in session.scalars(query)]


def last_placed(session: Session) -> dict[str, datetime]:
    """When each dialogue was placed last; those that never were are left out."""
    query = select(CanaryRow.dialogue, func.max(CanaryRow.placed_at)).group_by(CanaryRow.dialogue)
    return {row.dialogue: row[1] for row in session.execute(query)}


def findings(session: Session, since: datetime) -> list[CanaryFinding]:
    """What rules said of the canaries placed since then, where their truth is sure."""
    query = select(CanaryRow).where(
        CanaryRow.placed_at >= since, CanaryRow.outcome == CanaryOutcome.WHOLE, CanaryRow.problem == ""
    )
    return [
        CanaryFinding(
            call_id=str(row.call_id), truth=Verdict(row.truth[each.rule]), finding=each, at=row.placed_at
        )
        for row in session.scalars(query.order_by(CanaryRow.id))
        for each in _findings(session, str(row.call_id))
        if each.rule in row.truth
    ]


def tally(session: Session, since: datetime) -> CanaryTally:
    """What became of the canaries placed since then."""
    rows = list(session.scalars(select(CanaryRow).where(CanaryRow.placed_at >= since)))
    whole = select(func.max(CanaryRow.placed_at)).where(CanaryRow.outcome == CanaryOutcome.WHOLE)
    return CanaryTally(
        outcomes=Counter(CanaryOutcome(row.outcome) for row in rows),
        otherwise=sum(bool(row.problem) for row in rows),
        missed=Counter(rule for row in rows for rule in row.missed),
        whole_at=session.scalar(whole),
    )


def _fresh(session: Session, sip_call_id: str) -> CanaryRow | None:
    query = select(CanaryRow).where(
        CanaryRow.sip_call_id == sip_call_id,
        CanaryRow.outcome == CanaryOutcome.PLACED,
        CanaryRow.placed_at > now() - FRESH,
    )
    return session.scalars(query).first()


def _outcome(session: Session, row: CanaryRow, *, is_overdue: bool) -> CanaryOutcome:
    call = session.get(CallRow, row.call_id) if row.call_id else None
    if call is None:
        return CanaryOutcome.NOT_ANSWERED if row.problem or is_overdue else CanaryOutcome.PLACED
    state = CallState(call.state)
    if state is CallState.SCORED:
        return CanaryOutcome.WHOLE if call.operator else CanaryOutcome.NOT_TALKED
    if state is CallState.UNRECORDED:
        return CanaryOutcome.NOT_RECORDED if call.answered_at else CanaryOutcome.NOT_ANSWERED
    if state is CallState.QUARANTINED:
        stage, _, _ = (call.error or "").partition(":")
        return _LACKING.get(stage, CanaryOutcome.NOT_SCORED)
    return _STUCK[state] if is_overdue else CanaryOutcome.PLACED


def _missed(session: Session, row: CanaryRow) -> list[str]:
    said = {finding.rule: finding.verdict for finding in _findings(session, str(row.call_id))}
    fail = Verdict.FAIL
    return [rule for rule, truth in row.truth.items() if (truth == fail) != (said.get(rule) is fail)]


def _findings(session: Session, call_id: str) -> tuple[Finding, ...]:
    card = judgements.newest_scorecard(session, call_id)
    return card.findings if card else ()


def _canary(row: CanaryRow) -> Canary:
    return Canary(
        sip_call_id=row.sip_call_id,
        call_id=row.call_id,
        dialogue=row.dialogue,
        hotline=row.hotline,
        truth={rule: Verdict(verdict) for rule, verdict in row.truth.items()},
        placed_at=row.placed_at,
        due_at=row.due_at,
        outcome=CanaryOutcome(row.outcome),
        problem=row.problem,
        missed=tuple(row.missed),
    )
