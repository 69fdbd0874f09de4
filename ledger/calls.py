"""Repository of calls: rows in, frozen records out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from ledger import conversations
from ledger.clock import new_call_id, now
from ledger.errors import NotFound
from ledger.records import Call, Ending, Facts, Mark, Scorecard
from ledger.states import CallState, FactKey, Origin, Place, Reason, Result, Verdict
from ledger.tables import CallRow, CallVerdictRow
from ledger.teams import team_of

IN_PROGRESS = (CallState.RECEIVED, CallState.ANSWERED)
DUE_STATES = (CallState.ENDED, CallState.RECORDED, CallState.TRANSCRIBED)  # a stage has work to do
NOTED = frozenset({Verdict.FAIL, Verdict.CANNOT_TELL})  # what lists are filtered by: most verdicts are passes


def add_call(
    session: Session,
    *,
    call_id: str,
    hotline: str,
    origin: Origin = Origin.SIP,
    sip_call_id: str | None = None,
    caller: str | None = None,
    line: str | None = None,
) -> None:
    """Give an INVITE or an import its row, in state RECEIVED.

    Harmless where it has one: a line asks again if the clerk died between the entry and its answer.
    """
    if session.get(CallRow, call_id) is not None:
        return
    session.add(
        CallRow(
            id=call_id,
            origin=origin,
            sip_call_id=sip_call_id,
            hotline=hotline,
            caller=caller,
            line=line,
            state=CallState.RECEIVED,
            received_at=now(),
        )
    )


def add_refused(
    session: Session,
    *,
    hotline: str,
    caller: str | None,
    sip_call_id: str,
    reason: Reason,
    received_at: datetime,
    facts: Facts,
) -> None:
    """Account for an INVITE that ended at the edge, before any line had it; what is too long is cut."""
    session.add(
        CallRow(
            id=new_call_id(),
            origin=Origin.SIP,
            sip_call_id=sip_call_id[:255],
            hotline=hotline[:64],
            caller=caller[:64] if caller else None,
            state=CallState.UNRECORDED,
            received_at=received_at,
            ended_at=received_at,
            result=Result.ABANDONED if reason is Reason.CANCELLED else Result.REFUSED,
            reason=reason,
            facts=facts,
        )
    )


def mark_answered(session: Session, call_id: str, answered_at: datetime) -> None:
    """Note that 200 was sent and the recorder runs. Harmless where the call has gone on since."""
    row = _row(session, call_id)
    if row.state == CallState.RECEIVED:
        row.state, row.answered_at = CallState.ANSWERED, answered_at


def mark_ended(
    session: Session,
    call_id: str,
    *,
    ending: Ending,
    ended_at: datetime,
    marks: tuple[Mark, ...] = (),
    desk: str | None = None,
    operator: str | None = None,
    queue_wait_s: float | None = None,
    facts: Facts | None = None,
) -> None:
    """Note how a call ended: ENDED if a capture waits, UNRECORDED if not answered or not recorded.

    Only the first end counts: a line that asks a second clerk, or that was taken for dead, comes too late,
    and what was sealed with the recording must not change any more.
    """
    row = lock_call(session, call_id)  # a page may keep a fact in this moment
    if row.state not in IN_PROGRESS:
        return
    is_captured = row.answered_at and FactKey.UNRECORDED not in row.facts
    row.state = CallState.ENDED if is_captured else CallState.UNRECORDED
    row.result, row.reason, row.place = ending.result, ending.reason, ending.place
    row.ended_at, row.desk, row.operator, row.queue_wait_s = ended_at, desk, operator, queue_wait_s
    row.team = team_of(session, operator)
    if row.length_s is None and row.answered_at is not None:
        row.length_s = (ended_at - row.answered_at).total_seconds()
    row.marks = [asdict(mark) for mark in marks]
    row.facts = {**row.facts, **(facts or {})}
    conversations.end(session, call_id, at=ended_at)


def mark_unrecorded(session: Session, call_id: str, cause: str) -> None:
    """An answered call of which nothing is captured. The chain says it too (`recorder.losses`)."""
    add_facts(session, call_id, {FactKey.UNRECORDED: cause})


def mark_recorded(
    session: Session,
    call_id: str,
    *,
    desk: str,
    operator: str | None,
    facts: Facts,
    ended_at: datetime | None = None,
) -> None:
    """An imported call has its sealed recording: what the line would have told comes from the importer."""
    row = _row(session, call_id)
    row.state, row.desk, row.operator, row.facts = CallState.RECORDED, desk, operator, facts
    row.team = team_of(session, operator)
    row.ended_at = ended_at
    row.result, row.reason = Result.SERVED, Reason.IMPORTED


def unfinished_calls(session: Session, line: str) -> list[Call]:
    """Calls that processes of this line have, or left behind when they died."""
    query = select(CallRow).where(CallRow.line.startswith(f"{line}:"), CallRow.state.in_(IN_PROGRESS))
    return [to_call(row) for row in session.scalars(query)]


def processes_with_calls(session: Session) -> list[str]:
    """The signatures of all lines' processes that have calls, or left them behind when they died."""
    query = select(CallRow.line).where(CallRow.line.is_not(None), CallRow.state.in_(IN_PROGRESS))
    return [str(process) for process in session.scalars(query.distinct())]


def note_sip_call_id(session: Session, call_id: str, sip_call_id: str) -> None:
    """The Call-ID of a call that we placed ourselves."""
    _row(session, call_id).sip_call_id = sip_call_id[:255]


def count_in_progress(session: Session) -> int:
    """How many calls lines have now."""
    query = select(func.count()).select_from(CallRow)
    return session.scalar(query.where(CallRow.state.in_(IN_PROGRESS), CallRow.line.is_not(None))) or 0


def get_call(session: Session, call_id: str) -> Call:
    """One call. Raises NotFound."""
    return to_call(_row(session, call_id))


def list_calls(
    session: Session,
    *,
    flagged: bool = False,
    state: CallState | None = None,
    canaries: bool | None = None,
    limit: int | None = None,
) -> list[Call]:
    """Calls, newest first; only those with flags, in a state, canaries or not, where that is asked."""
    query = select(CallRow).order_by(CallRow.received_at.desc(), CallRow.id.desc()).limit(limit)
    if canaries is not None:
        query = query.where((CallRow.origin == Origin.CANARY) == canaries)
    if flagged:
        query = query.where(CallRow.flag_count > 0)
    if state is not None:
        query = query.where(CallRow.state == state)
    return [to_call(row) for row in session.scalars(query)]


def add_facts(session: Session, call_id: str, facts: Facts) -> None:
    """Keep what somebody knows of a call that runs, e.g. the directory number that was looked up."""
    row = lock_call(session, call_id)
    row.facts = {**row.facts, **facts}


def note_so_far(session: Session, call_id: str, marks: tuple[Mark, ...], facts: Facts) -> None:
    """What is known of a call that runs, once somebody has to know it; its end tells all."""
    row = lock_call(session, call_id)
    row.marks = [asdict(mark) for mark in marks]
    row.facts = {**row.facts, **facts}


def note_length(session: Session, call_id: str, length_s: float) -> None:
    """Copy the recording's length into the call's row, where the list reads it."""
    _row(session, call_id).length_s = length_s


def note_judgement(session: Session, call_id: str, card: Scorecard) -> bool:
    """Copy what the list reads of the newest scorecard into the call's row and beside it.

    Returns whether it has a flag that the call had not.
    """
    row = _row(session, call_id)
    is_new = not set(card.flags) <= set(row.flags)
    row.score, row.flags, row.flag_count = card.score, list(card.flags), len(card.flags)
    told = {(each.rule, each.verdict) for each in card.findings if each.verdict in NOTED}
    told |= {(rule, Verdict.FAIL) for rule in card.flags}
    row.worst_points = max((each.points for each in card.findings if each.verdict is Verdict.FAIL), default=0)
    session.execute(delete(CallVerdictRow).where(CallVerdictRow.call_id == call_id))
    session.add_all(
        CallVerdictRow(
            rule=rule,
            verdict=verdict,
            call_id=call_id,
            flagged=verdict is Verdict.FAIL and rule in card.flags,
        )
        for rule, verdict in sorted(told)
    )
    return is_new


def count_by_state(session: Session) -> dict[CallState, int]:
    """How many calls are in each state."""
    query = select(CallRow.state, func.count()).group_by(CallRow.state)
    return {CallState(state): count for state, count in session.execute(query)}


def lock_call(session: Session, call_id: str) -> CallRow:
    """The call's row, which nobody else changes until this transaction ends. Raises NotFound."""
    _row(session, call_id)
    return session.get_one(CallRow, call_id, with_for_update=True, populate_existing=True)


def _row(session: Session, call_id: str) -> CallRow:
    row = session.get(CallRow, call_id) if "\0" not in call_id else None  # a server refuses to look for it
    if row is None:
        raise NotFound(f"there is no call {call_id!r}; `hotline calls` lists them")
    return row


def to_call(row: CallRow | Row[Any]) -> Call:
    """A row as a record, be it one of the table alone."""
    return Call(
        id=row.id,
        origin=Origin(row.origin),
        sip_call_id=row.sip_call_id,
        hotline=row.hotline,
        caller=row.caller,
        line=row.line,
        state=CallState(row.state),
        received_at=row.received_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        ending=_ending(row),
        desk=row.desk,
        operator=row.operator,
        team=row.team,
        queue_wait_s=row.queue_wait_s,
        marks=tuple(_mark(mark) for mark in row.marks),
        facts=row.facts,
        score=row.score,
        flags=tuple(row.flags),
        error=row.error,
        asked_model=row.asked_model,
        length_s=row.length_s,
        survey_mark=row.survey_mark,
    )


def _ending(row: CallRow | Row[Any]) -> Ending | None:
    if row.result is None or row.reason is None:
        return None
    place = Place(row.place) if row.place else None
    return Ending(result=Result(row.result), reason=Reason(row.reason), place=place)


def _mark(data: dict[str, Any]) -> Mark:
    return Mark(**{**data, "place": Place(data["place"])})
