"""Takes a mail or a fax in: into the ticket that it answers, or as a new one, in one transaction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.orm import Session

from desks.intake import files, messages, replies, sorting
from desks.intake.files import Stored
from desks.intake.kinds import FileKind
from desks.intake.records import Fate, Letter
from desks.intake.settings import MailSettings
from desks.intake.trying import take_in
from desks.tickets import (
    Became,
    By,
    Channel,
    Move,
    Opening,
    Reported,
    TicketState,
    Wish,
    get_ticket,
    move,
    report,
)
from desks.tickets.numbers import NUMBER
from ledger.database import Ledger
from ledger.errors import Conflict, NotFound

NAMED: Final = re.compile(rf"(?<!\d){NUMBER.pattern}(?!\d)")  # a ticket in a subject
FAX: Final = re.compile(r"传真|\bfax\b", re.IGNORECASE)
LONGEST_CASE: Final = 3800  # characters of a ticket's text
BY: Final = {
    Channel.WEB: By.machine("网上报单"),
    Channel.MAIL: By.machine("邮件"),
    Channel.FAX: By.machine("传真"),
}
FATES: Final = {Became.OPENED: Fate.OPENED, Became.URGED: Fate.ADDED, Became.REOPENED: Fate.REOPENED}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What became of a mail."""

    fate: Fate
    ticket: str | None
    is_new: bool  # False: it had been taken in before


def take_letter(ledger: Ledger, folder: Path, mail: MailSettings, letter: Letter) -> Taken:
    """Take a mail in, once, however often it is brought: what is known by its Message-ID changes nothing.

    Files are written before, under their hashes: what a crash leaves of them is found again, not doubled.
    Raises AlwaysLate: the mail is as it was, to be brought again.
    """
    return take_in(partial(_take_once, ledger, folder, mail, letter))


def _take_once(ledger: Ledger, folder: Path, mail: MailSettings, letter: Letter) -> Taken:
    with ledger.reading() as session:
        if messages.is_known(session, letter.message_id):
            return Taken(fate=Fate.ADDED, ticket=messages.ticket_of(session, letter.message_id), is_new=False)
    ignored = _why_ignored(mail, letter)
    stored = [] if ignored else files.store_all(folder, letter.attachments)
    with ledger.transaction() as session:
        taken = _ignore(session, letter, ignored) if ignored else _take(session, mail, letter, stored)
    log.info("letter_taken", fate=taken.fate, ticket=taken.ticket, files=len(stored), why=ignored)
    return taken


def _why_ignored(mail: MailSettings, letter: Letter) -> str:
    """Why it opens nothing and gets no answer; empty where it does."""
    if letter.sender == mail.address.casefold():
        return "a mail of our own"
    return "an automatic mail" if letter.is_automatic and letter.sender not in mail.gateways else ""


def _ignore(session: Session, letter: Letter, why: str) -> Taken:
    messages.add(
        session,
        source=letter.message_id,
        channel=Channel.MAIL,
        sender=letter.sender,
        subject=letter.subject,
        text=letter.text,
        fate=Fate.IGNORED,
        ticket=None,
        why=why,
    )
    return Taken(fate=Fate.IGNORED, ticket=None, is_new=True)


def _take(session: Session, mail: MailSettings, letter: Letter, stored: list[Stored]) -> Taken:
    channel = channel_of(mail, letter, stored)
    number = _ticket_for(session, letter)
    fate, ticket = (
        _add_to(session, number, channel, letter) if number else _open(session, mail, channel, letter)
    )
    made = messages.add(
        session,
        source=letter.message_id,
        channel=channel,
        sender=letter.sender,
        subject=letter.subject,
        text=letter.text,
        fate=fate,
        ticket=ticket,
        files=stored,
    )
    if letter.sender not in mail.gateways:
        replies.owe(session, made, mail)
    return Taken(fate=fate, ticket=ticket, is_new=True)


def channel_of(mail: MailSettings, letter: Letter, stored: list[Stored]) -> Channel:
    """A fax: what a gateway sent, or pages of a mail that calls them so."""
    has_pages = any(one.kind in {FileKind.TIFF, FileKind.PDF} for one in stored)
    is_fax = letter.sender in mail.gateways or (has_pages and FAX.search(letter.subject))
    return Channel.FAX if is_fax else Channel.MAIL


def _ticket_for(session: Session, letter: Letter) -> str | None:
    """The ticket that a mail answers, by what it refers to or by the number in its subject."""
    named = NAMED.search(letter.subject)
    found = messages.answered_by(session, letter.references) or (named[0] if named else None)
    if found is None:
        return None
    try:
        return get_ticket(session, found).number
    except NotFound:
        return None


def _add_to(session: Session, number: str, channel: Channel, letter: Letter) -> tuple[Fate, str]:
    """A step of the ticket; a closed one is opened again while its kind's days last, else only noted."""
    by, note = BY[channel], Wish(note=_note(letter))
    if get_ticket(session, number).state is TicketState.CLOSED:
        try:
            return Fate.REOPENED, move(session, number, Move.REOPENED, by, wish=note).number
        except Conflict:
            log.info("closed_for_good", ticket=number)
    return Fate.ADDED, move(session, number, Move.NOTED, by, wish=note).number


def _open(session: Session, mail: MailSettings, channel: Channel, letter: Letter) -> tuple[Fate, str]:
    words = f"{letter.subject}\n{letter.text}"
    kind = sorting.kind_for(session, mail.desk, words)
    opening = Opening(
        kind_id=kind.id,
        service=sorting.service_for(session, words),
        channel=channel,
        line=sorting.line_in(words),
        contact=" ".join(filter(None, (letter.sender_name, letter.sender)))[:128] or "未知",
        text=words.strip()[:LONGEST_CASE] or "（见附件）",
    )
    reported: Reported = report(session, opening, BY[channel])
    return FATES[reported.became], reported.ticket.number


def _note(letter: Letter) -> str:
    return f"{letter.sender}：{letter.text or letter.subject or '（见附件）'}"[:LONGEST_CASE]
