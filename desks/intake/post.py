"""Fetches the inbox by IMAP and sends mails by SMTP.

A mail is taken in, and only then marked as seen: a crash between the two brings it again, and its Message-ID
says that it is known. Passwords are in no message and no log.
"""

from __future__ import annotations

import imaplib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError
from imap_tools.query import AND

from desks.intake import outbox
from desks.intake.letters import read_letter
from desks.intake.settings import MailSettings, Tls
from desks.intake.taking import Taken, take_letter
from ledger.database import Ledger
from ledger.errors import HotlineError, SettingsError

TIMEOUT_S: Final = 30.0
AT_ONCE: Final = 50  # mails of one look
LARGEST_MAIL_BYTES: Final = 30 * 1024 * 1024
NO_ADDRESS: Final = "cannot be addressed"

log = structlog.get_logger(__name__)


class MailAway(HotlineError):
    """A mail server does not answer, or refuses: nothing is lost; it is tried again in a minute."""

    http_status = 503


def poll(ledger: Ledger, folder: Path, mail: MailSettings) -> list[Taken]:
    """Take in the mails that nobody has seen; one that cannot be stays. Raises MailAway, SettingsError."""
    taken = []
    with _inbox(mail) as box:
        for uid in box.uids(AND(seen=False))[:AT_ONCE]:
            content = _content(box, uid)
            try:
                if content is not None:
                    taken.append(take_letter(ledger, folder, mail, read_letter(content)))
            except SettingsError:
                raise
            except Exception:  # whatever it is: those behind it do not wait for this one
                log.exception("letter_not_taken", uid=uid)
            else:
                mark_seen(box, uid)
    return taken


def check(mail: MailSettings) -> Iterator[str]:
    """Sign in to each server; its name. Raises MailAway, SettingsError."""
    if mail.imap:
        with _inbox(mail):
            yield mail.imap
    if mail.smtp:
        with _postman(mail):
            yield mail.smtp


def mark_seen(box: BaseMailBox, uid: str) -> None:
    """It is in the ledger: do not bring it again."""
    box.flag(uid, MailMessageFlags.SEEN, value=True)


def send_due(ledger: Ledger, mail: MailSettings) -> int:
    """Send the mails that are due; how many the server took. Raises MailAway, SettingsError."""
    if not mail.smtp:
        return 0
    with ledger.reading() as session:
        owed = outbox.due(session, mail)
    if not owed:
        return 0
    with _postman(mail) as server:
        return sum(_send(ledger, server, one) for one in owed)


def _send(ledger: Ledger, server: smtplib.SMTP, owed: outbox.Owed) -> bool:
    if owed.message is None:
        _note_failed(ledger, owed, NO_ADDRESS, for_good=True)
        return False
    try:
        server.send_message(owed.message)
    except smtplib.SMTPResponseException as error:
        said, for_good = f"{error.smtp_code} {error.smtp_error!r}", error.smtp_code >= 500
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        said, for_good = f"refused: {codes}", all(code >= 500 for code in codes)
    except (smtplib.SMTPNotSupportedError, ValueError) as error:
        said, for_good = f"{NO_ADDRESS}: {type(error).__name__}", True
    except smtplib.SMTPServerDisconnected:
        _note_failed(ledger, owed, "the server hung up", for_good=False)  # others come first the next time
        raise
    else:
        with ledger.transaction() as session:
            outbox.note_sent(session, owed.id)
        return True
    _note_failed(ledger, owed, said, for_good=for_good)
    return False


def _note_failed(ledger: Ledger, owed: outbox.Owed, said: str, *, for_good: bool) -> None:
    log.warning("mail_refused", mail=owed.id, said=said, for_good=for_good)
    with ledger.transaction() as session:
        outbox.note_failed(session, owed.id, said, for_good=for_good)


def _content(box: BaseMailBox, uid: str) -> bytes | None:
    """The mail as it came; None for one that is larger than we read, which stays in the box."""
    _, answer = box.client.uid("fetch", uid, f"(BODY.PEEK[]<0.{LARGEST_MAIL_BYTES + 1}>)")
    parts = [part[1] for part in answer if isinstance(part, tuple)]
    content: bytes = parts[0] if parts else b""
    if len(content) > LARGEST_MAIL_BYTES:
        log.warning("letter_too_large", uid=uid)
        return None
    return content or None


@contextmanager
def _inbox(mail: MailSettings) -> Iterator[BaseMailBox]:
    host, _, port = str(mail.imap).rpartition(":")
    try:
        box = _box(host, int(port), mail.imap_tls)
        try:
            box.login(mail.user, mail.secret(), mail.folder)
            yield box
        finally:
            box.client.shutdown()
    except (OSError, ImapToolsError, imaplib.IMAP4.error) as error:
        raise _away("IMAP", str(mail.imap), error) from error


def _box(host: str, port: int, tls: Tls) -> BaseMailBox:
    context = ssl.create_default_context()
    if tls is Tls.TLS:
        return MailBox(host, port, timeout=TIMEOUT_S, ssl_context=context)
    if tls is Tls.STARTTLS:
        return MailBoxStartTls(host, port, timeout=TIMEOUT_S, ssl_context=context)
    return MailBoxUnencrypted(host, port, timeout=TIMEOUT_S)


@contextmanager
def _postman(mail: MailSettings) -> Iterator[smtplib.SMTP]:
    host, _, port = str(mail.smtp).rpartition(":")
    try:
        with _server(host, int(port), mail.smtp_tls) as server:
            if server.has_extn("auth") and mail.secret():
                server.login(mail.user, mail.secret())
            yield server
    except (OSError, smtplib.SMTPException) as error:
        raise _away("SMTP", str(mail.smtp), error) from error


def _server(host: str, port: int, tls: Tls) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if tls is Tls.TLS:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        if tls is Tls.STARTTLS:
            server.starttls(context=context)
    server.ehlo()
    return server


def _away(what: str, server: str, error: Exception) -> MailAway:
    return MailAway(f"the {what} server {server} does not do it: {type(error).__name__}; it is tried again")
