"""Makes mails of the alarms of tickets: all that are new for one person are one mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.intake import outbox
from desks.intake.outbox import MailKind
from desks.intake.settings import MailSettings
from desks.tickets import Ticket, get_ticket, lists
from ledger.clock import now
from ledger.database import Ledger
from ledger.tables import AlarmNoticeRow
from ledger.working_days import SHANGHAI

OLDEST: Final = timedelta(days=1)  # what was noted before anybody set a mail server up is told nobody
MACHINE: Final = "hotline"
_ALARMS: Final = {1: "时限预警（已用 80 %）", 2: "已超时", 3: "严重超时（超过一半）"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What ids are called, by list."""

    kinds: Mapping[int, str]
    branches: Mapping[int, str]
    crews: Mapping[int, str]


def write_alarm_mails(ledger: Ledger, mail: MailSettings, console_url: str | None) -> int:
    """Write what is owed, to be sent by the clock; how many mails."""
    if not mail.smtp:
        return 0
    with ledger.transaction() as session:
        notices = _owed(session)
        for address, of_one in groupby(notices, key=lambda notice: notice.address):
            _write(session, address, list(of_one), mail, console_url)
    return len({notice.address for notice in notices})


def _owed(session: Session) -> list[AlarmNoticeRow]:
    """For this process alone until the transaction ends."""
    query = (
        select(AlarmNoticeRow)
        .where(AlarmNoticeRow.mail_id.is_(None), AlarmNoticeRow.at > now() - OLDEST)
        .order_by(AlarmNoticeRow.address, AlarmNoticeRow.id)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def _write(
    session: Session, address: str, notices: list[AlarmNoticeRow], mail: MailSettings, console_url: str | None
) -> None:
    numbers = list(dict.fromkeys(notice.ticket for notice in notices))
    worst = _ALARMS[max(notice.alarm for notice in notices)]
    subject = f"工单 {numbers[0]} {worst}" if len(numbers) == 1 else f"{len(numbers)} 张工单到了时限：{worst}"
    names = _names(session)
    text = "\n\n".join(_words(session, notice, names, console_url) for notice in notices)
    mail_id = outbox.add(
        session,
        kind=MailKind.ALARM,
        ticket=None,
        recipient=address,
        subject=subject,
        text=text + "\n",
        reference=f"hotline-alarm-{notices[0].id}@{mail.domain}",
        written_by=MACHINE,
    )
    for notice in notices:
        notice.mail_id = mail_id


def _words(session: Session, notice: AlarmNoticeRow, names: Names, console_url: str | None) -> str:
    """Nobody's number and no words of the customer: they stay on the ticket's page."""
    ticket = get_ticket(session, notice.ticket)
    due_at = ticket.due_at.astimezone(SHANGHAI)
    link = f"\n{console_url.rstrip('/')}/tickets/{ticket.number}" if console_url else ""
    limit = f"时限 {due_at:%Y-%m-%d %H:%M}"
    return f"{ticket.number} {_ALARMS[notice.alarm]}\n{_what(ticket, names)} · {limit}{link}"


def _names(session: Session) -> Names:
    found = (lists.kinds, lists.branches, lists.crews)
    kinds, branches, crews = (
        {one.id: one.name for one in all_of(session, with_retired=True)} for all_of in found
    )
    return Names(kinds=kinds, branches=branches, crews=crews)


def _what(ticket: Ticket, names: Names) -> str:
    where = [names.branches.get(ticket.branch_id or 0), names.crews.get(ticket.crew_id or 0)]
    return " · ".join(filter(None, (ticket.desk, names.kinds[ticket.kind_id], ticket.service, *where)))
