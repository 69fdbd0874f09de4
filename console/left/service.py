"""What waits at somebody's desks, and settling it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from console.left.schemas import Left
from ledger import messages
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.records import User
from ledger.scopes import visible_among


def left_for(session: Session, user: User) -> Left:
    """Messages and wishes to be called back that nobody has settled."""
    call_backs, voicemails = messages.open_call_backs(session, user), messages.open_voicemails(session, user)
    calls = {one.call_id for one in call_backs} | {one.call_id for one in voicemails}
    return Left(call_backs=call_backs, voicemails=voicemails, opening=visible_among(session, user, calls))


def settle_voicemail(session: Session, user: User, voicemail_id: int) -> None:
    """Somebody heard a message and saw to it. Raises NotFound, AlreadySo."""
    _note(session, user, messages.close_voicemail(session, voicemail_id, user), "voicemail", voicemail_id)


def settle_call_back(session: Session, user: User, call_back_id: int) -> None:
    """The caller was called back. Raises NotFound, AlreadySo."""
    _note(session, user, messages.close_call_back(session, call_back_id, user), "call_back", call_back_id)


def _note(session: Session, user: User, call_id: str, kind: str, row_id: int) -> None:
    details = {"kind": kind, "number": str(row_id)}
    write(session, Act(user=user, action=AuditAction.LEFT_SETTLED, call_id=call_id, details=details))
