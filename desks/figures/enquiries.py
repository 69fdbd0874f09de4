"""Entering sales and enquiries, and what came of them later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desks.figures.errors import BadEnquiry
from desks.figures.states import EnquiryKind, EnquiryResult, RefusalReason
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import Conflict, NotFound
from ledger.records import User
from ledger.tables import BranchRow, CallRow, EnquiryRow

LONGEST_SERVICE = 64
LARGEST_AMOUNT_FEN = 100_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class NewEnquiry:
    """What an operator enters."""

    kind: EnquiryKind
    service: str  # 固话, 宽带; of a card which one
    desk: str
    result: EnquiryResult
    reason: RefusalReason | None = None  # where it was refused
    branch_id: int | None = None
    amount_fen: int = 0  # of cards that were sold
    call_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Enquiry(NewEnquiry):
    """One that was entered."""

    id: int
    version: int
    at: datetime
    entered_by: str


def enter_enquiry(session: Session, new: NewEnquiry, by: User) -> int:
    """Enter one; its id. Raises BadEnquiry."""
    _check(session, new)
    row = EnquiryRow(
        version=1,
        at=now(),
        desk=new.desk,
        kind=new.kind,
        service=new.service.strip(),
        branch_id=new.branch_id,
        result=new.result,
        reason=new.reason,
        amount_fen=new.amount_fen,
        call_id=new.call_id,
        entered_by=by.display_name,
    )
    session.add(row)
    session.flush()
    _audit(session, row.id, new.result, new.reason, by, call_id=new.call_id)
    return row.id


def settle_enquiry(
    session: Session,
    enquiry_id: int,
    result: EnquiryResult,
    by: User,
    *,
    version: int,
    reason: RefusalReason | None = None,
) -> None:
    """Say what came of one. Raises BadEnquiry, NotFound, Conflict where somebody was quicker."""
    _check_reason(result, reason)
    found = session.execute(
        update(EnquiryRow)
        .where(EnquiryRow.id == enquiry_id, EnquiryRow.version == version)
        .values(result=result, reason=reason, version=version + 1)
        .returning(EnquiryRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if found is None:
        get_enquiry(session, enquiry_id)
        raise Conflict("somebody else has changed this enquiry meanwhile; load the page again")
    _audit(session, enquiry_id, result, reason, by, call_id=None)


def get_enquiry(session: Session, enquiry_id: int) -> Enquiry:
    """One of them. Raises NotFound."""
    row = session.get(EnquiryRow, enquiry_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no enquiry {enquiry_id}; look it up in the list")
    return to_enquiry(row)


def enquiries_of_call(session: Session, call_id: str) -> list[Enquiry]:
    """What was entered from a call, the oldest first."""
    query = select(EnquiryRow).where(EnquiryRow.call_id == call_id).order_by(EnquiryRow.id)
    return [to_enquiry(row) for row in session.scalars(query)]


def entered_last(session: Session, name: str, limit: int = 10) -> list[Enquiry]:
    """What somebody has entered, the newest first."""
    query = select(EnquiryRow).where(EnquiryRow.entered_by == name).order_by(EnquiryRow.id.desc())
    return [to_enquiry(row) for row in session.scalars(query.limit(limit))]


def to_enquiry(row: EnquiryRow) -> Enquiry:
    """The record of a row."""
    return Enquiry(
        id=row.id,
        version=row.version,
        at=row.at,
        desk=row.desk,
        kind=EnquiryKind(row.kind),
        service=row.service,
        branch_id=row.branch_id,
        result=EnquiryResult(row.result),
        reason=RefusalReason(row.reason) if row.reason else None,
        amount_fen=row.amount_fen,
        call_id=row.call_id,
        entered_by=row.entered_by,
    )


def _check(session: Session, new: NewEnquiry) -> None:
    _check_reason(new.result, new.reason)
    if not 0 < len(new.service.strip()) <= LONGEST_SERVICE:
        raise BadEnquiry("service", f"write which service or card, one to {LONGEST_SERVICE} characters")
    if not 0 <= new.amount_fen <= LARGEST_AMOUNT_FEN:
        raise BadEnquiry("amount", "give what the cards are worth, from 0 to 1,000,000 yuan")
    if new.amount_fen and (new.kind, new.result) != (EnquiryKind.CARD, EnquiryResult.SUCCEEDED):
        raise BadEnquiry("amount", "only cards that were sold have one; leave it empty")
    if new.branch_id is not None and session.get(BranchRow, new.branch_id) is None:
        raise BadEnquiry("branch", "there is no such branch; choose one of the list")
    if new.call_id is not None and session.get(CallRow, new.call_id) is None:
        raise BadEnquiry("call", "there is no such call; leave it empty")


def _check_reason(result: EnquiryResult, reason: RefusalReason | None) -> None:
    if (result is EnquiryResult.REFUSED) != (reason is not None):
        raise BadEnquiry("reason", "choose one where nothing came of it, and none otherwise")


def _audit(
    session: Session,
    enquiry_id: int,
    result: EnquiryResult,
    reason: RefusalReason | None,
    by: User,
    *,
    call_id: str | None,
) -> None:
    details = {"enquiry": str(enquiry_id), "result": str(result), "reason": str(reason or "")}
    write(session, Act(user=by, action=AuditAction.ENQUIRY_ENTERED, call_id=call_id, details=details))
