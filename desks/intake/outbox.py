"""Repository of our own mails: written with what they are about, sent later, each under one Message-ID.

A crash between the server's yes and our note of it sends the same mail once more, under the same Message-ID:
mail programs show it once. None is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from typing import Final

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from desks.intake.settings import MailSettings
from ledger.clock import now
from ledger.errors import NotFound
from ledger.tables import AlarmNoticeRow, OutgoingMailRow

MOST_TRIES: Final = 16  # about two days
FIRST_PAUSE: Final = timedelta(minutes=1)  # doubled after each try
LONGEST_PAUSE: Final = timedelta(hours=6)
LONGEST_SUBJECT: Final = 300  # characters

log = structlog.get_logger(__name__)


class MailKind(StrEnum):
    """Why we write."""

    ANSWER = "answer"  # of the machine: we have your mail
    REPLY = "reply"  # of a person, to the customer
    ALARM = "alarm"  # to who is named for tickets that are late


class MailState(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # given up; a person may have it tried again


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A mail of ours, as a ticket's page shows it."""

    id: int
    kind: MailKind
    recipient: str
    subject: str
    text: str
    written_by: str
    written_at: datetime
    state: MailState
    sent_at: datetime | None
    error: str  # of the newest try; empty: there was none


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """A mail that is to be sent."""

    id: int
    message: EmailMessage | None  # None: the addresses in it are none


def add(
    session: Session,
    *,
    kind: MailKind,
    ticket: str | None,
    recipient: str,
    subject: str,
    text: str,
    reference: str,
    thread: tuple[str, ...] = (),
    written_by: str,
) -> int:
    """Write a mail, due at once; its id. The database refuses a second one of the same reference."""
    row = OutgoingMailRow(
        kind=kind,
        ticket=ticket,
        recipient=recipient,
        subject=subject[:LONGEST_SUBJECT],
        text=text,
        reference=reference,
        thread=" ".join(thread),
        written_by=written_by,
        written_at=now(),
        due_at=now(),
        tries=0,
        error="",
    )
    session.add(row)
    session.flush()
    return row.id


def is_written(session: Session, reference: str) -> bool:
    """Whether there is a mail of this Message-ID."""
    query = select(OutgoingMailRow.id).where(OutgoingMailRow.reference == reference)
    return session.scalar(query) is not None


def ticket_of(session: Session, reference: str) -> str | None:
    """The ticket that a mail of ours is about."""
    return session.scalar(select(OutgoingMailRow.ticket).where(OutgoingMailRow.reference == reference))


def count_since(session: Session, kind: MailKind, recipient: str, since: datetime) -> int:
    """How many mails of a kind somebody was written."""
    query = select(func.count()).where(
        OutgoingMailRow.recipient == recipient,
        OutgoingMailRow.written_at > since,
        OutgoingMailRow.kind == kind,
    )
    return session.scalar(query) or 0


def of_ticket(session: Session, ticket: str) -> list[Outgoing]:
    """What we wrote about a ticket, to its customer and to who is told of alarms, in order of time."""
    alarms = select(AlarmNoticeRow.mail_id).where(AlarmNoticeRow.ticket == ticket)
    is_about = or_(OutgoingMailRow.ticket == ticket, OutgoingMailRow.id.in_(alarms))
    query = select(OutgoingMailRow).where(is_about).order_by(OutgoingMailRow.id)
    return [_outgoing(row) for row in session.scalars(query)]


def due(session: Session, mail: MailSettings, limit: int = 100) -> list[Owed]:
    """Mails whose time has come, the longest first."""
    query = select(OutgoingMailRow).where(OutgoingMailRow.due_at <= now())
    rows = session.scalars(query.order_by(OutgoingMailRow.due_at, OutgoingMailRow.id).limit(limit))
    return [Owed(id=row.id, message=_message(row, mail)) for row in rows]


def note_sent(session: Session, mail_id: int) -> None:
    """The server has taken it."""
    row = session.get_one(OutgoingMailRow, mail_id)
    row.due_at, row.sent_at, row.error = None, now(), ""


def note_failed(session: Session, mail_id: int, said: str, *, for_good: bool) -> None:
    """The server has not: later again, or never."""
    row = session.get_one(OutgoingMailRow, mail_id)
    row.tries, row.error = row.tries + 1, said[:255]
    is_over = for_good or row.tries >= MOST_TRIES
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (row.tries - 1))
    row.due_at = None if is_over else now() + pause


def try_again(session: Session, ticket: str, mail_id: int) -> None:
    """Make a mail that was given up due once more. Raises NotFound where there is none such."""
    row = session.get(OutgoingMailRow, mail_id, with_for_update=True)
    if row is None or row.ticket != ticket or _state(row) is not MailState.FAILED:
        raise NotFound(f"ticket {ticket} has no mail {mail_id} that was given up; load its page again")
    row.due_at, row.tries = now(), 0


def _message(row: OutgoingMailRow, mail: MailSettings) -> EmailMessage | None:
    try:
        return _made(row, mail)
    except Exception:  # of what strangers write as an address some trips the library up, each in its own way
        log.warning("mail_not_made", mail=row.id, exc_info=True)
        return None


def _made(row: OutgoingMailRow, mail: MailSettings) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = mail.address, row.recipient, row.subject
    message["Message-ID"] = f"<{row.reference}>"
    if row.thread:
        thread = [f"<{one}>" for one in row.thread.split()]
        message["In-Reply-To"], message["References"] = thread[-1], " ".join(thread)
    message["Date"] = format_datetime(row.written_at)
    if row.kind != MailKind.REPLY:  # RFC 3834: whoever answers by machine leaves it alone
        message["Auto-Submitted"] = "auto-replied" if row.kind == MailKind.ANSWER else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(row.text)
    return message


def _state(row: OutgoingMailRow) -> MailState:
    if row.sent_at is not None:
        return MailState.SENT
    return MailState.WAITING if row.due_at is not None else MailState.FAILED


def _outgoing(row: OutgoingMailRow) -> Outgoing:
    return Outgoing(
        id=row.id,
        kind=MailKind(row.kind),
        recipient=row.recipient,
        subject=row.subject,
        text=row.text,
        written_by=row.written_by,
        written_at=row.written_at,
        state=_state(row),
        sent_at=row.sent_at,
        error=row.error,
    )
