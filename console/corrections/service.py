"""Keeps corrections: what the machine heard stays, and nothing is judged anew by itself."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from console.corrections import repository
from console.corrections.schemas import Wish
from console.errors import ChangedMeanwhile
from console.reviews.service import open_for_review
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.records import User

log = structlog.get_logger(__name__)


def correct(session: Session, user: User, call_id: str, wish: Wish) -> None:
    """Keep what somebody heard in a turn, or let the machine's text hold again.

    Raises ChangedMeanwhile where somebody corrected the turn since the page was loaded, HiddenChanged where
    hidden parts were changed by somebody who does not see them, NotFound, and what `open_for_review` raises.
    """
    open_for_review(session, user, call_id)
    machine = repository.machine_text(session, call_id, wish.transcript_id, wish.turn)
    newest = repository.corrections_of(session, wish.transcript_id).get(wish.turn)
    if wish.seen is not None and wish.seen != (newest.id if newest else 0):
        who = f"{newest.user} corrected it" if newest else "its correction was taken back"
        raise ChangedMeanwhile(
            f"turn {wish.turn} of call {call_id} was changed meanwhile: {who}; load it again"
        )
    heard = repository.Heard(
        transcript_id=wish.transcript_id,
        turn=wish.turn,
        text=machine if wish.text is None else " ".join(wish.text.split()),
        unmasked=wish.unmasked or wish.text is None,
    )
    correction = repository.correct(session, call_id, user, heard)
    repository.forget_draft(session, user.id, call_id, [f"turn-{wish.transcript_id}-{wish.turn}"])
    if correction is None:
        return
    details = {
        "correction": str(correction.id),
        "turn": str(wish.turn),
        "taken_back": "yes" if correction.after == machine else "no",
    }
    write(session, Act(user=user, action=AuditAction.CORRECTED, call_id=call_id, details=details))
    log.info("transcript_corrected", call_id=call_id, turn=wish.turn)
