"""Puts together what an outsider may hear, and keeps what the person says of it."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from console.calls.pieces import show_turn
from console.handed_out import repository
from console.handed_out.schemas import HandedView, Heard
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.conflicts import AlreadySo
from ledger.handed_out import HandedCall
from ledger.records import User

log = structlog.get_logger(__name__)


def list_handed(session: Session, user: User) -> list[HandedCall]:
    """What somebody was handed, what is to be heard first."""
    return repository.handed_calls(session, user)


def open_handed(session: Session, user: User, call_id: str) -> HandedView:
    """One call with its newest transcript, whose secrets are hidden. Raises NotFound."""
    call = repository.handed_call(session, user, call_id)
    newest = repository.newest_transcript(session, call_id)
    transcript = repository.veil_of(session, call_id).over_transcript(newest[1]) if newest else None
    turns = transcript.turns if transcript else ()
    return HandedView(call=call, said=tuple(show_turn(turn, ()) for turn in turns))


def say(session: Session, user: User, call_id: str, heard: Heard) -> None:
    """Keep what somebody found. Raises NotFound, Conflict where the call is of no sample."""
    repository.handed_call(session, user, call_id)
    places = repository.drawn_ids(session, user, call_id)
    if not places:
        raise AlreadySo(f"call {call_id} is of no sample: there is nothing to say of it on this page")
    repository.save_checks(session, places, user, heard.outcome, heard.score)
    details = {"outcome": str(heard.outcome)}
    write(session, Act(user=user, action=AuditAction.REVIEWED, call_id=call_id, details=details))
    log.info("handed_call_heard", outcome=heard.outcome)
