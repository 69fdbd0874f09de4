"""Repository of calls that go through the pipeline once more: with another model, or after a failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from ledger.claiming import DONE_STATES, want
from ledger.clock import now
from ledger.states import CallState, FactKey
from ledger.tables import CallRow, RecordingRow, TranscriptRow

HEARD_STATES = (*DONE_STATES, CallState.RECORDED)

_LANGUAGE = CallRow.facts[FactKey.LANGUAGE].as_string()


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """What decides which model hears a call."""

    hotline: str
    desk: str | None
    language: str | None  # that the caller chose


def kinds(
    session: Session, states: Sequence[CallState], only: Sequence[str] | None = None
) -> list[tuple[Kind, int]]:
    """The kinds of calls in these states (`only`: of these calls), and how many there are of each."""
    query = select(CallRow.hotline, CallRow.desk, _LANGUAGE, func.count()).where(CallRow.state.in_(states))
    if only is not None:
        query = query.where(CallRow.id.in_(only))
    found = session.execute(query.group_by(CallRow.hotline, CallRow.desk, _LANGUAGE))
    return [
        (Kind(hotline=hotline, desk=desk, language=language), count)
        for hotline, desk, language, count in found
    ]


def take_up(session: Session, kind: Kind) -> int:
    """Calls of a kind that had no model are due again; returns how many."""
    taken = session.scalars(
        update(CallRow)
        .where(CallRow.state == CallState.NO_MODEL, *_is_of(kind))
        .values(state=CallState.RECORDED, asked_at=now(), error=None)
        .returning(CallRow.id)
    )
    return len(taken.all())


def ask_again(
    session: Session, kind: Kind, *, model: str, sha256: str, only: Sequence[str] | None, is_plans: bool
) -> list[str]:
    """Let calls of a kind that nobody has at the moment be transcribed with this model; returns which.

    `only`: of these calls; without it those are left out whose newest transcript is this model's. `is_plans`:
    the plan names it, so that no wish of its own is needed.
    """
    newest = (
        select(func.max(TranscriptRow.id))
        .where(TranscriptRow.call_id == CallRow.id)
        .correlate(CallRow)
        .scalar_subquery()
    )
    same = exists().where(
        TranscriptRow.id == newest, TranscriptRow.model == model, TranscriptRow.model_sha256 == sha256
    )
    recorded = exists().where(RecordingRow.call_id == CallRow.id)
    conditions = [CallRow.state.in_(HEARD_STATES), CallRow.claimed_by.is_(None), recorded]
    conditions.append(~same if only is None else CallRow.id.in_(only))
    wish = None if is_plans else model
    asked = session.scalars(
        update(CallRow)
        .where(*conditions, *_is_of(kind))
        .values(
            state=CallState.RECORDED,
            asked_at=now(),
            asked_model=wish,
            error=None,
            tries=0,
        )
        .returning(CallRow.id)
        .execution_options(synchronize_session=False)
    )
    return list(asked)


def forget_wish(session: Session, call_id: str, model: str | None) -> None:
    """The call was transcribed with the model that was asked for; a newer wish stays."""
    session.execute(
        update(CallRow).where(CallRow.id == call_id, CallRow.asked_model == model).values(asked_model=None)
    )


def retry(session: Session, call_ids: Sequence[str] | None = None) -> list[str]:
    """Let quarantined calls (None: all of them) try again the stage that failed; returns which."""
    query = select(CallRow).where(CallRow.state == CallState.QUARANTINED)
    if call_ids is not None:
        query = query.where(CallRow.id.in_(call_ids))
    retried = []
    for row in session.scalars(query.with_for_update()):
        row.state, row.tries, row.error = _failed_stage(session, row), 0, None
        row.claimed_until, row.asked_at = None, now()
        retried.append(row.id)
    return retried


def want_all(session: Session, call_ids: Sequence[str]) -> None:
    """Somebody waits for these calls."""
    for call_id in call_ids:
        want(session, call_id)


def _failed_stage(session: Session, row: CallRow) -> CallState:
    """The state in which it had failed; only a transcript that is there can be scored."""
    if session.get(RecordingRow, row.id) is None:
        return CallState.ENDED
    if (row.error or "").startswith("score:"):
        return CallState.TRANSCRIBED
    return CallState.RECORDED


def _is_of(kind: Kind) -> list[ColumnElement[bool]]:
    """NULL is equal to NULL here."""
    pairs = ((CallRow.desk, kind.desk), (_LANGUAGE, kind.language))
    same = [column.is_(None) if value is None else column == value for column, value in pairs]
    return [CallRow.hotline == kind.hotline, *same]
