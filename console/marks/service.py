"""Keeps marks: every version is added, a person's newest counts."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from console.errors import ChangedMeanwhile
from console.marks import repository
from console.marks.schemas import Marking
from console.reviews.service import open_for_review
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.records import User
from ledger.review_marks import KEYS, ReviewMarks

log = structlog.get_logger(__name__)


def mark(session: Session, user: User, call_id: str, marking: Marking) -> None:
    """Add somebody's marks of a call.

    Raises ChangedMeanwhile where the same person has saved others elsewhere since the page was loaded, and
    what `open_for_review` raises.
    """
    open_for_review(session, user, call_id, of_marks=True)
    own = repository.own_marks(session, call_id, user.id)
    _check_seen(call_id, own, marking.seen)
    comment = _text(marking.comment, own.comment if own else "")
    praise = _text(marking.praise, own.praise if own else "")
    repository.save_marks(session, call_id, user, marks=marking.marks, comment=comment, praise=praise)
    repository.forget_draft(session, user.id, call_id, _drafts(marking))
    given = {f"mark_{standard}": str(mark) for standard, mark in marking.marks.items()}
    write(session, Act(user=user, action=AuditAction.MARKED, call_id=call_id, details=given))
    log.info("call_marked", call_id=call_id, praised=bool(praise))


def _check_seen(call_id: str, own: ReviewMarks | None, seen: int | None) -> None:
    if seen is None or seen == (own.id if own else 0):
        return
    told = " ".join(f"{standard} {mark}" for standard, mark in own.marks.items()) if own else "none"
    raise ChangedMeanwhile(f"you saved other marks of call {call_id} elsewhere ({told}); load it again")


def _text(given: str | None, before: str) -> str:
    return before if given is None else given


def _drafts(marking: Marking) -> list[str]:
    """Of what is saved: a text that was not sent is perhaps being typed."""
    texts = {"marks-comment": marking.comment, "marks-praise": marking.praise}
    return [*(f"mark-{key}" for key in KEYS), *(name for name, text in texts.items() if text is not None)]
