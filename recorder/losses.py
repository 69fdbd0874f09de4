"""Answered calls that cannot be recorded: announced in the ledger and in the chain, at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ledger import calls
from ledger.states import ChainKind
from recorder.chain import append

NO_ROOM = "no_room"  # the disk is full


def answer_unrecorded(session: Session, call_id: str, answered_at: datetime, cause: str) -> None:
    """The call was answered, and nothing of it is captured. Whatever dies later, the chain says so."""
    calls.mark_answered(session, call_id, answered_at)
    calls.mark_unrecorded(session, call_id, cause)
    append(session, ChainKind.LOST, call_id, None, {"cause": cause})
