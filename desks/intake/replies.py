"""What the machine answers to a mail: written in the transaction that takes the mail in."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from desks.intake import outbox
from desks.intake.outbox import MailKind
from desks.intake.records import Fate
from desks.intake.settings import MailSettings
from desks.tickets import get_ticket
from ledger.clock import now
from ledger.tables import IntakeRow
from ledger.working_days import SHANGHAI

MOST_A_DAY: Final = 10  # to one address: two machines that answer each other stop here
MACHINE: Final = "邮件"
_SAID: Final = {
    Fate.OPENED: ("您的来信已经受理，工单号 {number}。", "We have your message. Its number is {number}."),
    Fate.ADDED: ("您的来信已记入工单 {number}。", "Your message was added to {number}."),
    Fate.REOPENED: ("工单 {number} 已重新打开。", "{number} was opened again."),
}


def owe(session: Session, message_id: int, mail: MailSettings) -> None:
    """An answer to a mail, unless its sender was answered often today."""
    row = session.get_one(IntakeRow, message_id)
    since = now() - timedelta(days=1)
    if not mail.smtp or not row.ticket or "@" not in row.sender:
        return
    if outbox.count_since(session, MailKind.ANSWER, row.sender, since) >= MOST_A_DAY:
        return
    outbox.add(
        session,
        kind=MailKind.ANSWER,
        ticket=row.ticket,
        recipient=row.sender,
        subject=subject_of(row.subject, row.ticket),
        text=_text(session, Fate(row.fate), row.ticket),
        reference=f"hotline-{row.ticket}-{message_id}@{mail.domain}",
        thread=(row.source,),
        written_by=MACHINE,
    )


def subject_of(subject: str, ticket: str) -> str:
    """As an answer to a subject, with the ticket's number in it."""
    answered = subject if subject.casefold().startswith("re:") else f"Re: {subject}"
    return answered if ticket in subject else f"{answered} [{ticket}]"


def _text(session: Session, fate: Fate, number: str) -> str:
    due_at = get_ticket(session, number).due_at.astimezone(SHANGHAI)
    chinese, english = (text.format(number=number) for text in _SAID[fate])
    return (
        f"{chinese}\n我们会在 {due_at:%Y-%m-%d %H:%M} 前处理。"
        "补充情况请直接回复本邮件，标题里留着工单号。\n\n"
        f"{english} We will see to it by {due_at:%Y-%m-%d %H:%M} (Beijing time). "
        "To add anything, answer this mail and leave the number in its subject.\n"
    )
