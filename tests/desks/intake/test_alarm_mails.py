"""Who is named for it is told of late tickets by mail: each alarm once, those of a minute together."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from desks.intake import outbox
from desks.intake.outbox import MailKind
from desks.intake.settings import MailSettings
from desks.tickets import lists
from hotline.ticket_duties import move_tickets
from ledger.clock import now
from ledger.database import Ledger
from ledger.tables import AlarmNoticeRow, AlarmPersonRow, BranchRow, OutgoingMailRow
from tests.desks.tickets.desk import TicketDesk, assign

MAIL = MailSettings.model_validate({"smtp": "127.0.0.1:25", "smtp_tls": "none", "address": "desk@h.example"})


def name(
    desks: TicketDesk, address: str, least: int, *, desk: str = "", branch_id: int | None = None
) -> None:
    """Somebody is named for alarms."""
    draft = lists.AlarmDraft(
        name="班组长", address=address, least_alarm=least, desk=desk, branch_id=branch_id
    )
    with desks.ledger.transaction() as session:
        lists.add(session, AlarmPersonRow, draft, desks.by["zhou"])


def written(ledger: Ledger) -> list[OutgoingMailRow]:
    """All mails."""
    with ledger.reading() as session:
        return list(session.scalars(select(OutgoingMailRow).order_by(OutgoingMailRow.id)))


def test_each_alarm_is_told_once_and_those_of_a_minute_together(ledger: Ledger) -> None:
    """By desk, branch and how late; a person who is named twice is told once."""
    desk = TicketDesk(ledger)
    with ledger.transaction() as session:
        other = lists.add(session, BranchRow, lists.NamedDraft(name="城西"), desk.by["zhou"])
    name(desk, "zhou@h.example", 1)
    name(desk, "zhou@h.example", 2, desk="112")
    name(desk, "dong@h.example", 2, branch_id=desk.branch_id)
    name(desk, "xi@h.example", 1, branch_id=other)
    name(desk, "ju@h.example", 3)
    late = assign(desk, desk.open("63000001", at=now() - timedelta(hours=25)))
    soon = desk.open("63000002", at=now() - timedelta(hours=20))
    for _ in range(2):
        move_tickets(ledger, MAIL, "https://h.example/")
    mails = {row.recipient: row for row in written(ledger)}
    assert len(written(ledger)) == len(mails) == 2
    assert mails["zhou@h.example"].text.count("https://h.example/tickets/") == 3  # warned twice, one overdue
    assert mails["dong@h.example"].subject == f"工单 {late.number} 已超时"
    assert "63000001" not in mails["dong@h.example"].text
    with ledger.reading() as session:
        assert [one.recipient for one in outbox.of_ticket(session, soon.number)] == ["zhou@h.example"]
        told = outbox.due(session, MAIL)
        assert {one.message and str(one.message["Auto-Submitted"]) for one in told} == {"auto-generated"}
    assert {row.kind for row in written(ledger)} == {MailKind.ALARM}


def test_without_a_mail_server_nothing_is_owed_for_long(ledger: Ledger) -> None:
    """Set up a day later it does not bring yesterday's alarms."""
    desk = TicketDesk(ledger)
    name(desk, "zhou@h.example", 1)
    desk.open(at=now() - timedelta(hours=20))
    move_tickets(ledger, MailSettings(), None)
    with ledger.transaction() as session:
        session.execute(update(AlarmNoticeRow).values(at=now() - timedelta(days=2)))
    move_tickets(ledger, MAIL, None)
    assert written(ledger) == []
