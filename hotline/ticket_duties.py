"""What the clock does to tickets: arranged times come, limits pass, who is named for it is told by mail."""

from __future__ import annotations

import structlog

from desks import tickets
from desks.intake.alarm_mails import write_alarm_mails
from desks.intake.settings import MailSettings
from ledger.clock import now
from ledger.database import Ledger

log = structlog.get_logger(__name__)


def move_tickets(ledger: Ledger, mail: MailSettings, console_url: str | None) -> None:
    """Take every step that is due; what one minute brings a person is one mail."""
    for told in tickets.move_by_time(ledger, now()):
        log.info(f"ticket_{told.move}", ticket=told.number)
    mails = write_alarm_mails(ledger, mail, console_url)
    if mails:
        log.info("alarm_mails_written", mails=mails)
