"""Repository of calls: rows in, frozen records out."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.clock import new_call_id, now
from ledger.errors import NotFound
from ledger.records import Call, Ending, Facts, Mark
from ledger.states import CallState, FactKey, Origin, Place, Reason, Result
from ledger.tables import CallRow, StageRow

IN_PROGRESS = (CallState.RECEIVED, CallState.ANSWERED)
DUE_STATES = (CallState.ENDED, CallState.RECORDED, CallState.TRANSCRIBED)  # a stage has work to do


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
    row = _row(session, call_id)
    if row.state not in IN_PROGRESS:
        return
    is_captured = row.answered_at and FactKey.UNRECORDED not in row.facts
    row.state = CallState.ENDED if is_captured else CallState.UNRECORDED
    row.result, row.reason, row.place = ending.result, ending.reason, ending.place
    row.ended_at, row.desk, row.operator, row.queue_wait_s = ended_at, desk, operator, queue_wait_s
    row.marks = [asdict(mark) for mark in marks]
    row.facts = {**row.facts, **(facts or {})}


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
    row = _row(session, call_id)
    row.facts = {**row.facts, **facts}


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseWish:
    """What a page last asked of the recording of a call that runs."""

    paused: bool
    by: str  # the user's name
    at: str  # when, so that the same wish again is another one


def ask_pause(session: Session, call_id: str, *, paused: bool, by: str) -> None:
    """Ask the call's line to pause the recording or to go on; it looks once in less than a second."""
    wish = PauseWish(paused=paused, by=by, at=now().isoformat())
    add_facts(session, call_id, {FactKey.RECORDING_PAUSE: json.dumps(asdict(wish), ensure_ascii=False)})


def pause_wishes(session: Session) -> dict[str, PauseWish]:
    """What was asked last of the calls that run, by their ids; those of which nothing was are left out."""
    running = session.execute(select(CallRow.id, CallRow.facts).where(CallRow.state == CallState.ANSWERED))
    told = {call_id: facts.get(FactKey.RECORDING_PAUSE) for call_id, facts in running}
    return {call_id: PauseWish(**json.loads(wish)) for call_id, wish in told.items() if wish}


def note_judgement(session: Session, call_id: str, score: float, flags: tuple[str, ...]) -> None:
    """Copy the newest scorecard's sum into the call's row, where the list reads it."""
    row = _row(session, call_id)
    row.score, row.flags, row.flag_count = score, list(flags), len(flags)


def note_stage(session: Session, call_id: str, stage: str, started_at: datetime, took_s: float) -> None:
    """Keep how long a stage took."""
    session.add(StageRow(call_id=call_id, stage=stage, started_at=started_at, took_s=took_s))


def stage_times(session: Session, call_id: str) -> dict[str, float]:
    """Seconds by stage, the last try of each."""
    query = select(StageRow).where(StageRow.call_id == call_id).order_by(StageRow.id)
    return {row.stage: row.took_s for row in session.scalars(query)}


def count_by_state(session: Session) -> dict[CallState, int]:
    """How many calls are in each state."""
    query = select(CallRow.state, func.count()).group_by(CallRow.state)
    return {CallState(state): count for state, count in session.execute(query)}


def lock_call(session: Session, call_id: str) -> CallRow:
    """The call's row, which nobody else changes until this transaction ends. Raises NotFound."""
    _row(session, call_id)
    return session.get_one(CallRow, call_id, with_for_update=True, populate_existing=True)


def _row(session: Session, call_id: str) -> CallRow:
    row = session.get(CallRow, call_id)
    if row is None:
        raise NotFound(f"there is no call {call_id!r}; `hotline calls` lists them")
    return row


def to_call(row: CallRow) -> Call:
    """A row as a record."""
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
        queue_wait_s=row.queue_wait_s,
        marks=tuple(_mark(mark) for mark in row.marks),
        facts=row.facts,
        score=row.score,
        flags=tuple(row.flags),
        error=row.error,
        asked_model=row.asked_model,
    )


def _ending(row: CallRow) -> Ending | None:
    if row.result is None or row.reason is None:
        return None
    place = Place(row.place) if row.place else None
    return Ending(result=Result(row.result), reason=Reason(row.reason), place=place)


def _mark(data: dict[str, Any]) -> Mark:
    return Mark(**{**data, "place": Place(data["place"])})
