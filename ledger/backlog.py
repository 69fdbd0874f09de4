"""Repository of how the pipeline gets on: what waits, who works on what, and when it will be through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.states import CallState
from ledger.tables import CallRow, RecordingRow, StageRow

STAGE_OF = {CallState.ENDED: "seal", CallState.RECORDED: "transcribe", CallState.TRANSCRIBED: "score"}
ASIDE_STATES = (CallState.QUARANTINED, CallState.NO_MODEL)  # no worker takes them by itself
WINDOW_S = 900.0  # over which throughput is measured


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A call that a worker has."""

    call_id: str
    stage: str
    worker: str
    took_s: float  # until now
    audio_s: float | None  # of its recording


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """The pipeline at one moment."""

    at: datetime
    waiting: dict[str, int]  # calls by the stage that is due, and that nobody has
    waiting_audio_s: float  # of the recordings that wait to be transcribed or are just being
    running: tuple[Running, ...]
    audio_hours_per_hour: float | None  # transcribed in the last minutes; None: nothing was
    quarantined: int
    no_model: int

    @property
    def left_s(self) -> float | None:
        """How long until all is transcribed at this pace; None where that cannot be told."""
        if not self.waiting_audio_s:
            return 0.0
        return self.waiting_audio_s / self.audio_hours_per_hour if self.audio_hours_per_hour else None

    @property
    def through_at(self) -> datetime | None:
        """When all is transcribed at this pace; None where nothing waits or that cannot be told."""
        return self.at + timedelta(seconds=self.left_s) if self.left_s else None


def progress(session: Session) -> Progress:
    """How far the pipeline is."""
    at = now()
    aside = select(CallRow.state, func.count()).where(CallRow.state.in_(ASIDE_STATES))
    states = dict(session.execute(aside.group_by(CallRow.state)).all())
    return Progress(
        at=at,
        waiting=_waiting(session, at),
        waiting_audio_s=_waiting_audio_s(session),
        running=_running(session, at),
        audio_hours_per_hour=_pace(session, at),
        quarantined=states.get(CallState.QUARANTINED, 0),
        no_model=states.get(CallState.NO_MODEL, 0),
    )


def _waiting(session: Session, at: datetime) -> dict[str, int]:
    free = or_(CallRow.claimed_by.is_(None), CallRow.claimed_until < at)
    query = select(CallRow.state, func.count()).where(CallRow.state.in_(STAGE_OF), free)
    counts = dict(session.execute(query.group_by(CallRow.state)).all())
    return {stage: counts.get(state, 0) for state, stage in STAGE_OF.items()}


def _waiting_audio_s(session: Session) -> float:
    query = select(func.sum(RecordingRow.duration_s)).join(CallRow, CallRow.id == RecordingRow.call_id)
    return session.scalar(query.where(CallRow.state == CallState.RECORDED)) or 0.0


def _running(session: Session, at: datetime) -> tuple[Running, ...]:
    query = (
        select(CallRow.id, CallRow.state, CallRow.claimed_by, CallRow.claimed_at, RecordingRow.duration_s)
        .outerjoin(RecordingRow, RecordingRow.call_id == CallRow.id)
        .where(CallRow.state.in_(STAGE_OF), CallRow.claimed_by.is_not(None), CallRow.claimed_until >= at)
        .order_by(CallRow.claimed_at)
    )
    return tuple(
        Running(
            call_id=call_id,
            stage=STAGE_OF[CallState(state)],
            worker=str(worker),
            took_s=(at - (since or at)).total_seconds(),
            audio_s=duration_s,
        )
        for call_id, state, worker, since, duration_s in session.execute(query)
    )


def _pace(session: Session, at: datetime) -> float | None:
    """Audio by time, from when the first of the last minutes' transcriptions began."""
    query = (
        select(func.min(StageRow.started_at), func.sum(RecordingRow.duration_s))
        .join(RecordingRow, RecordingRow.call_id == StageRow.call_id)
        .where(
            StageRow.stage == STAGE_OF[CallState.RECORDED],
            StageRow.started_at > at - timedelta(seconds=WINDOW_S),
        )
    )
    began_at, audio_s = session.execute(query).one()
    if began_at is None or began_at >= at:
        return None
    return float(audio_s / (at - began_at).total_seconds())
