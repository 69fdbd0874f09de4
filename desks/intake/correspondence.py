"""A person's answer to a customer: in the same thread, from the desk's mailbox, kept with the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.intake import outbox
from desks.intake.outbox import MailKind
from desks.intake.replies import subject_of
from desks.intake.settings import MailSettings
from desks.tickets import BadTicket, By, Channel, NotThatFar, get_ticket
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.tables import IntakeRow, OutgoingMailRow

LONGEST_REPLY: Final = 10_000  # characters
LONGEST_THREAD: Final = 20  # Message-IDs; RFC 5322 lets the middle ones go
_MAILS: Final = frozenset({Channel.MAIL, Channel.FAX})


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer as somebody writes it."""

    once: str  # of the form: sent again it is the same mail
    recipient: str
    text: str


def recipients(session: Session, ticket: str, mail: MailSettings) -> list[str]:
    """The addresses that a ticket's mails and web forms gave, the newest first; gateways read no answers."""
    query = select(IntakeRow.sender).where(IntakeRow.ticket == ticket).order_by(IntakeRow.id.desc())
    found = dict.fromkeys(session.scalars(query))
    return [one for one in found if "@" in one and one not in mail.gateways]


def write_reply(session: Session, ticket: str, reply: Reply, mail: MailSettings, by: By) -> None:
    """Keep an answer, to be sent by the clock. Raises BadTicket, NotThatFar, NotFound."""
    number = get_ticket(session, ticket).number
    if not mail.smtp:
        raise NotThatFar("no mail goes out here: set HOTLINE_MAIL_SMTP as docs/intake.md says")
    if reply.recipient not in recipients(session, number, mail):
        raise BadTicket(
            f"recipient: {reply.recipient!r} never wrote about ticket {number}; choose of the list"
        )
    if not reply.text.strip() or len(reply.text) > LONGEST_REPLY:
        raise BadTicket(f"reply: write one to {LONGEST_REPLY} characters")
    reference = f"hotline-{number}-{reply.once}@{mail.domain}"
    if outbox.is_written(session, reference):
        return
    outbox.add(
        session,
        kind=MailKind.REPLY,
        ticket=number,
        recipient=reply.recipient,
        subject=_subject(session, number, reply.recipient),
        text=reply.text.strip() + "\n",
        reference=reference,
        thread=_thread(session, number, reply.recipient),
        written_by=by.name,
    )
    details = {"ticket": number, "recipient": reply.recipient}
    write(session, Act(user=by.user or by.name, action=AuditAction.MAIL_WRITTEN, details=details))


def _subject(session: Session, ticket: str, recipient: str) -> str:
    """Of the newest mail that is answered; a web form has none."""
    query = select(IntakeRow.subject).where(IntakeRow.ticket == ticket, IntakeRow.sender == recipient)
    newest = session.scalar(query.order_by(IntakeRow.id.desc()).limit(1))
    return subject_of(newest, ticket) if newest else f"您的登记 [{ticket}]"


def _thread(session: Session, ticket: str, recipient: str) -> tuple[str, ...]:
    """What was written both ways, ours first where both are of one moment, the newest mail of theirs last."""
    came = select(IntakeRow.received_at, IntakeRow.source).where(
        IntakeRow.ticket == ticket, IntakeRow.sender == recipient, IntakeRow.channel.in_(_MAILS)
    )
    went = select(OutgoingMailRow.written_at, OutgoingMailRow.reference).where(
        OutgoingMailRow.ticket == ticket, OutgoingMailRow.recipient == recipient
    )
    theirs = session.execute(came.order_by(IntakeRow.id)).all()
    ours = session.execute(went.order_by(OutgoingMailRow.id)).all()
    thread = [source for _at, source in sorted([*ours, *theirs], key=lambda one: one[0])]
    if theirs:
        thread.remove(theirs[-1][1])
        thread.append(theirs[-1][1])
    return tuple(one for one in thread[-LONGEST_THREAD:] if "no-message-id" not in one)
