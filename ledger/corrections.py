"""Repository of corrected transcripts, for reading: the machine's text stays beside the newest one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from ledger.records import Secret, Turn
from ledger.retiming import corrected
from ledger.tables import CorrectionRow, UserRow
from ledger.turn_rows import to_secret

Corrections = Mapping[int, "Correction"]  # by turn
_OF_TRANSCRIPT = (
    select(CorrectionRow, UserRow.display_name)
    .join(UserRow, UserRow.id == CorrectionRow.user_id)
    .where(CorrectionRow.transcript_id == bindparam("of"))
    .order_by(CorrectionRow.id)
)
_CORRECTED = (
    select(CorrectionRow.transcript_id, CorrectionRow.call_id)
    .where(CorrectionRow.call_id.in_(bindparam("ids", expanding=True)))
    .distinct()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """What somebody heard in a turn. One whose text is the machine's own was taken back."""

    id: int
    turn: int
    before: str
    after: str
    user: str  # the name that others see
    at: datetime
    secrets: tuple[Secret, ...]  # of the whole transcript as it was corrected then


def corrections_of(session: Session, transcript_id: int) -> dict[int, Correction]:
    """The newest correction of each turn that has any, those that were taken back too."""
    found = session.execute(_OF_TRANSCRIPT, {"of": transcript_id})
    return {row.turn: _correction(row, user) for row, user in found}


def corrected_transcripts(session: Session, call_ids: Sequence[str]) -> dict[int, str]:
    """Transcripts of these calls that people have corrected, and of which call each is."""
    return {row.transcript_id: row.call_id for row in session.execute(_CORRECTED, {"ids": call_ids})}


def over_turns(turns: Sequence[Turn], corrections: Corrections) -> tuple[Turn, ...]:
    """The turns as people heard them."""
    return tuple(
        corrected(turn, corrections[number].after)
        if number in corrections and corrections[number].after != turn.text
        else turn
        for number, turn in enumerate(turns)
    )


def secrets_in_corrected(corrections: Iterable[Correction]) -> tuple[Secret, ...]:
    """The secrets of the text as it is corrected now: the newest correction tells them."""
    return max(corrections, key=lambda one: one.id).secrets


def _correction(row: CorrectionRow, user: str) -> Correction:
    return Correction(
        id=row.id,
        turn=row.turn,
        before=row.before,
        after=row.after,
        user=user,
        at=row.at,
        secrets=tuple(map(to_secret, row.secrets)),
    )
