"""Entering enquiries as somebody, from a call of one's own or without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.enquiries.schemas import FIELD_WORDS, EnquiryOrder, Settling, new_enquiry
from console.errors import BadInput
from desks.figures import BadEnquiry, enter_enquiry, get_enquiry, settle_enquiry
from ledger.errors import NotFound
from ledger.records import User
from ledger.scopes import is_operators_own, visible_calls
from ledger.tables import CallRow


def enter(session: Session, user: User, order: EnquiryOrder) -> int:
    """Enter one; its id. Raises BadInput."""
    with _told_by_field():
        desk = _desk_of(session, user, order.call_id)
        return enter_enquiry(session, new_enquiry(order, desk), user)


def settle(session: Session, user: User, enquiry_id: int, settling: Settling) -> None:
    """Say what came of one. Raises BadInput, NotFound, Conflict."""
    found = get_enquiry(session, enquiry_id)
    if user.desks and found.desk not in user.desks:
        raise NotFound(f"there is no enquiry {enquiry_id}; look it up in the list")
    with _told_by_field():
        settle_enquiry(
            session,
            enquiry_id,
            settling.result,
            user,
            version=settling.version,
            reason=settling.reason,
        )


@contextmanager
def _told_by_field() -> Iterator[None]:
    """A mistake in the words of its field: the operator's page shows one sentence and nothing else."""
    try:
        yield
    except BadEnquiry as error:
        raise BadInput(str(error), FIELD_WORDS[error.field]) from error


def _desk_of(session: Session, user: User, call_id: str | None) -> str:
    """The call's desk, else the person's first one."""
    own = min(user.desks, default="")
    if call_id is None:
        return own
    if "\0" in call_id:
        raise BadEnquiry("call", "there is no such call; leave it empty")
    seen = session.scalars(select(CallRow).where(CallRow.id == call_id, visible_calls(user))).first()
    row = session.get(CallRow, call_id) if is_operators_own(session, user.name, call_id) else seen
    if row is None:
        raise BadEnquiry("call", "there is no such call among yours; leave it empty")
    return row.desk or own
