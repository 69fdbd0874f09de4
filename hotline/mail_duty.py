"""The mailbox, once a minute: mails become tickets, ours go out."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import structlog

from desks.intake import post
from desks.intake.folders import files_dir
from desks.intake.settings import MailSettings
from desks.intake.taking import Taken
from ledger.database import Ledger
from ledger.errors import SettingsError
from ledger.settings import Settings

log = structlog.get_logger(__name__)
_AT_WORK = Lock()


def fetch(settings: Settings, ledger: Ledger, mail: MailSettings) -> list[Taken]:
    """Take in what is in the inbox; nothing where there is none. Raises MailAway, SettingsError."""
    return post.poll(ledger, files_dir(settings), mail) if mail.has_inbox else []


def see_to_mail(settings: Settings, ledger: Ledger, mail: MailSettings) -> None:
    """The clock's duty. While a slow server still has the last round, this one is left out."""
    if not _AT_WORK.acquire(blocking=False):
        return
    try:
        _run(lambda: fetch(settings, ledger, mail))
        _run(lambda: post.send_due(ledger, mail))  # also where the inbox is away
    finally:
        _AT_WORK.release()


def _run(errand: Callable[[], object]) -> None:
    """A server that is away and a wrong setting are told in the log; again in a minute."""
    try:
        errand()
    except post.MailAway as error:
        log.warning("mail_away", error=str(error))
    except SettingsError as error:
        log.error("mail_set_wrongly", error=str(error))  # noqa: TRY400 - a setting, in a sentence
