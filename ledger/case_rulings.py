"""What a case's decisions do to findings, whoever found them.

A finding has one number in cases: the machine's its id, one that a person added its id with a minus.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger import added_findings, decisions
from ledger.records import User
from ledger.reject_reasons import RejectReason
from ledger.states import Decision


def reject(session: Session, call_id: str, number: int, by: User, why: str) -> None:
    """The finding counts no more. Raises NotFound."""
    if number < 0:
        added_findings.overrule(session, call_id, -number)
        return
    decisions.save_review(session, number, by.id, Decision.REJECTED, why, reason=RejectReason.OTHER)


def confirm(session: Session, number: int, by: User, why: str) -> None:
    """The finding is right; one that a person added stands as it is. Raises NotFound."""
    if number > 0:
        decisions.save_review(session, number, by.id, Decision.CONFIRMED, why)
