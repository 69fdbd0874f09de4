"""With real mail servers: mails become tickets once, whatever is killed; answers find their ticket."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from desks.intake import messages, post, replies
from desks.intake.correspondence import Reply, write_reply
from desks.intake.letters import read_letter
from desks.intake.outbox import MailState, of_ticket
from desks.intake.records import Fate
from desks.intake.settings import MailSettings
from desks.tickets import By, Channel, Move, Nature, TicketState, get_ticket, steps_of
from hotline.mail_duty import see_to_mail
from ledger.clock import now
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.tables import IntakeRow, OutgoingMailRow, TicketRow
from tests.desks.intake import paper
from tests.desks.intake.mail_servers import PASSWORD, Inbox, Outbox, running_dovecot, settings_for
from tests.desks.intake.mailing import letter
from tests.programs import needs

pytestmark = needs("dovecot")


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    """One IMAP server for all tests; each takes what it has put in."""
    with running_dovecot() as running:
        yield running


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    """An SMTP server of the test's own."""
    server = Outbox()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mail(inbox: Inbox, outbox: Outbox) -> MailSettings:
    """Settings of both."""
    return settings_for(inbox, outbox, fax_senders="Fax@gateway.example")


def test_a_mail_becomes_a_ticket_and_its_answers_find_it(
    ledger: Ledger, tmp_path: Path, inbox: Inbox, outbox: Outbox, mail: MailSettings
) -> None:
    """The answer has the number and is automatic; a reply to it, or one that names the number, is a step."""
    inbox.deliver(letter(1))
    (taken,) = post.poll(ledger, tmp_path, mail)
    assert (taken.fate, taken.is_new) == (Fate.OPENED, True)
    assert post.send_due(ledger, mail) == 1
    assert post.send_due(ledger, mail) == 0
    (sent,) = outbox.sent
    said = sent.original_content or b""
    assert sent.rcpt_tos == ["z@b.example"]
    for part in (b"Auto-Submitted: auto-replied", str(taken.ticket).encode(), b"In-Reply-To: <1@b.example>"):
        assert part in said
    with ledger.reading() as session:
        reference = session.scalars(select(OutgoingMailRow.reference)).one()
    inbox.deliver(letter(2, "还没有好\n\n> 您的来信", In_Reply_To=f"<{reference}>"))
    inbox.deliver(letter(3, "光猫亮红灯", subject=f"补充 [{taken.ticket}]"))
    inbox.deliver(letter(4, "我要投诉师傅的态度", subject="另一件事"))
    fates = [(one.fate, one.ticket == taken.ticket) for one in post.poll(ledger, tmp_path, mail)]
    assert fates == [(Fate.ADDED, True), (Fate.ADDED, True), (Fate.OPENED, False)]
    with ledger.reading() as session:
        ticket = get_ticket(session, str(taken.ticket))
        assert (ticket.channel, ticket.nature, ticket.service, ticket.line) == (
            Channel.MAIL,
            Nature.FAULT,
            "宽带",
            "3151206",
        )
        assert ticket.due_at > ticket.opened_at
        notes = [step.note for step in steps_of(session, ticket) if step.move is Move.NOTED]
        assert notes == ["z@b.example：还没有好", "z@b.example：光猫亮红灯"]
        assert len(messages.of_ticket(session, ticket.number)) == 3
        states = [one.state for one in of_ticket(session, ticket.number)]
        assert states == [MailState.SENT, MailState.WAITING, MailState.WAITING]


def test_a_mail_to_a_closed_ticket_opens_it_again(
    ledger: Ledger, tmp_path: Path, inbox: Inbox, mail: MailSettings
) -> None:
    """While the kind's days last: the same case, with the same limits as for a caller."""
    inbox.deliver(letter(11))
    (taken,) = post.poll(ledger, tmp_path, mail)
    with ledger.transaction() as session:
        session.execute(update(TicketRow).values(state=TicketState.CLOSED, closed_at=now()))
    inbox.deliver(letter(12, "又断了", subject=f"Re: [{taken.ticket}]"))
    assert [one.fate for one in post.poll(ledger, tmp_path, mail)] == [Fate.REOPENED]
    with ledger.reading() as session:
        assert get_ticket(session, str(taken.ticket)).state is TicketState.OPEN


def test_faxes_of_a_gateway_become_tickets_of_their_own_channel(
    ledger: Ledger, tmp_path: Path, inbox: Inbox, outbox: Outbox, mail: MailSettings
) -> None:
    """Their pages are kept, and a machine gets no answer."""
    fax = letter(21, "", "From 0395-3151206", From="fax@gateway.example", Auto_Submitted="auto-generated")
    fax.add_attachment(paper.tiff(2), maintype="image", subtype="tiff", filename="fax.tif")
    fax.add_attachment(paper.pdf(1), maintype="application", subtype="pdf", filename="fax.pdf")
    inbox.deliver(fax)
    (taken,) = post.poll(ledger, tmp_path, mail)
    assert post.send_due(ledger, mail) == 0
    with ledger.reading() as session:
        assert get_ticket(session, str(taken.ticket)).channel is Channel.FAX
        (received,) = messages.of_ticket(session, str(taken.ticket))
        assert [(one.name, one.pages) for one in received.files] == [("fax.tif", 2), ("fax.pdf", 1)]


def test_automatic_mails_open_nothing_and_get_no_answer(
    ledger: Ledger, tmp_path: Path, inbox: Inbox, outbox: Outbox, mail: MailSettings
) -> None:
    """Neither out-of-office answers nor our own mails; and one sender is answered ten times a day at most."""
    inbox.deliver(letter(31, Auto_Submitted="auto-replied"))
    inbox.deliver(letter(32, From=mail.address))
    assert [one.fate for one in post.poll(ledger, tmp_path, mail)] == [Fate.IGNORED] * 2
    for number in range(40, 40 + replies.MOST_A_DAY + 2):
        inbox.deliver(letter(number))
    post.poll(ledger, tmp_path, mail)
    assert post.send_due(ledger, mail) == replies.MOST_A_DAY


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_in_the_middle_no_mail_is_lost_or_doubled(
    ledger: Ledger, tmp_path: Path, inbox: Inbox, mail: MailSettings, when: str
) -> None:
    """Killed before the ledger has it, and after that before the inbox is told."""
    number = {"before": 61, "after": 62}[when]
    inbox.deliver(letter(number))
    script = (
        "import os, signal, sys; from pathlib import Path; from desks.intake import post, taking;"
        "from desks.intake.settings import load_mail_settings; from ledger.database import Ledger;"
        "die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL);"
        "taking.messages.add = die if sys.argv[1] == 'before' else taking.messages.add;"
        "post.mark_seen = die; post.poll(Ledger(sys.argv[2]), Path(sys.argv[3]), load_mail_settings())"
    )
    environment = {
        "HOTLINE_MAIL_IMAP": str(mail.imap),
        "HOTLINE_MAIL_IMAP_TLS": "none",
        "HOTLINE_MAIL_USER": mail.user,
        "HOTLINE_MAIL_PASSWORD": PASSWORD,
        "HOTLINE_MAIL_ADDRESS": mail.address,
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    command = [sys.executable, "-c", script, when, ledger.engine.url.render_as_string(), str(tmp_path)]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    assert inbox.unseen() == 1
    (taken,) = post.poll(ledger, tmp_path, mail)
    assert taken.is_new is (when == "before")
    assert inbox.unseen() == 0
    with ledger.reading() as session:
        assert session.scalar(select(func.count()).select_from(TicketRow)) == 1
        assert session.scalar(select(func.count()).select_from(IntakeRow)) == 1


def test_answers_wait_while_the_server_refuses(
    ledger: Ledger, tmp_path: Path, inbox: Inbox, outbox: Outbox, mail: MailSettings
) -> None:
    """Not now means later; never means never, and the ticket's page says why."""
    inbox.deliver(letter(71))
    inbox.deliver(letter(72))
    first, second = post.poll(ledger, tmp_path, mail)
    outbox.refuses = "451 try later"
    assert post.send_due(ledger, mail) == 0
    with ledger.transaction() as session:
        assert [row.tries for row in session.scalars(select(OutgoingMailRow))] == [1, 1]
        session.execute(update(OutgoingMailRow).values(due_at=now()))
    outbox.refuses = "550 no such user"
    assert post.send_due(ledger, mail) == 0
    with ledger.reading() as session:
        rows = session.scalars(select(OutgoingMailRow)).all()
        assert [(row.due_at, row.sent_at) for row in rows] == [(None, None)] * 2
        assert "550" in rows[0].error
    assert second.ticket == first.ticket  # the same line, asked for again


def test_a_mail_that_cannot_be_taken_in_stops_no_other(
    ledger: Ledger, tmp_path: Path, inbox: Inbox, mail: MailSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is wrong with it: it stays in the box and is tried again."""
    inbox.deliver(letter(75))
    inbox.deliver(letter(76))
    mistake: Any = {True: None}
    with monkeypatch.context() as broken:
        broken.setattr(post, "read_letter", lambda one: read_letter(mistake.get(b"<75@" in one, one)))
        assert len(post.poll(ledger, tmp_path, mail)) == 1
    assert inbox.unseen() == 1
    assert len(post.poll(ledger, tmp_path, mail)) == 1


def test_an_address_that_is_none_stops_no_other_mail(
    ledger: Ledger, tmp_path: Path, inbox: Inbox, outbox: Outbox, mail: MailSettings
) -> None:
    """Some that strangers write trip the mail library up: that mail is given up, and the others go out."""
    inbox.deliver(b'Reply-To: "$.@\n' + letter(73).as_bytes())
    inbox.deliver(letter(74))
    first, _ = post.poll(ledger, tmp_path, mail)
    assert post.send_due(ledger, mail) == 1
    assert [sent.rcpt_tos for sent in outbox.sent] == [["z@b.example"]]
    with ledger.reading() as session:
        (ours,) = [one for one in of_ticket(session, str(first.ticket)) if one.recipient == "$.@"]
    assert (ours.state, ours.error) == (MailState.FAILED, "cannot be addressed")


def reply_to(ledger: Ledger, mail: MailSettings, ticket: str, text: str, once: str) -> None:
    """A dispatcher answers."""
    with ledger.transaction() as session:
        reply = Reply(once=once, recipient="z@b.example", text=text)
        write_reply(session, ticket, reply, mail, By.machine("调度员"))


def test_a_person_answers_in_the_thread_and_hears_back(
    ledger: Ledger, tmp_path: Path, inbox: Inbox, outbox: Outbox, mail: MailSettings
) -> None:
    """From the desk's mailbox, with subject and references; what comes back is the ticket's, and so on."""
    inbox.deliver(letter(81))
    (taken,) = post.poll(ledger, tmp_path, mail)
    ticket = str(taken.ticket)
    for _ in range(2):  # a form that is sent twice is one mail
        reply_to(ledger, mail, ticket, "师傅明早九点到。", "a" * 20)
    assert post.send_due(ledger, mail) == 2
    sent = [message_from_bytes(one.original_content or b"", policy=default) for one in outbox.sent]
    automatic, ours = sent
    assert (ours["From"], ours["To"]) == (mail.address, "z@b.example")
    assert ours["Subject"] == automatic["Subject"] == f"Re: 报障 [{ticket}]"
    assert ours["In-Reply-To"] == "<81@b.example>"
    assert ours["References"] == f"{automatic['Message-ID']} <81@b.example>"
    assert ours["Auto-Submitted"] is None
    assert ours.get_content().strip() == "师傅明早九点到。"
    inbox.deliver(letter(82, "好的", subject="回复", In_Reply_To=ours["Message-ID"]))
    (back,) = post.poll(ledger, tmp_path, mail)
    assert (back.fate, back.ticket) == (Fate.ADDED, ticket)
    reply_to(ledger, mail, ticket, "不客气。", "b" * 20)
    post.send_due(ledger, mail)
    last = message_from_bytes(outbox.sent[-1].original_content or b"", policy=default)
    assert last["In-Reply-To"] == "<82@b.example>"
    assert {"<81@b.example>", ours["Message-ID"]} < set(last["References"].split())


def test_an_answer_outlives_a_dead_server_and_a_kill(
    ledger: Ledger, tmp_path: Path, inbox: Inbox, outbox: Outbox, mail: MailSettings
) -> None:
    """Nothing is lost while it is away, or the inbox; killed before it is noted, it goes again, the same."""
    inbox.deliver(letter(91))
    (taken,) = post.poll(ledger, tmp_path, mail)
    with ledger.transaction() as session:
        session.execute(update(OutgoingMailRow).values(due_at=None))
    reply_to(ledger, mail, str(taken.ticket), "请重启光猫。", "c" * 20)
    away = mail.model_copy(update={"smtp": "127.0.0.1:1"})
    see_to_mail(Settings(data_dir=tmp_path), ledger, away)  # told in the log, and no try
    with ledger.reading() as session:
        assert [row.tries for row in session.scalars(select(OutgoingMailRow))] == [0, 0]
    script = (
        "import os, signal, sys; from desks.intake import outbox, post;"
        "from desks.intake.settings import load_mail_settings; from ledger.database import Ledger;"
        "outbox.note_sent = lambda *_: os.kill(os.getpid(), signal.SIGKILL);"
        "post.send_due(Ledger(sys.argv[1]), load_mail_settings())"
    )
    environment = {
        "HOTLINE_MAIL_SMTP": str(mail.smtp),
        "HOTLINE_MAIL_SMTP_TLS": "none",
        "HOTLINE_MAIL_ADDRESS": mail.address,
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    command = [sys.executable, "-c", script, ledger.engine.url.render_as_string()]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    see_to_mail(Settings(data_dir=tmp_path), ledger, mail.model_copy(update={"imap": "127.0.0.1:1"}))
    first, second = (message_from_bytes(one.original_content or b"") for one in outbox.sent)
    assert first["Message-ID"] == second["Message-ID"]
    assert post.send_due(ledger, mail) == 0


def test_a_server_that_is_away_or_refuses_is_told_without_the_password(
    ledger: Ledger, tmp_path: Path, mail: MailSettings
) -> None:
    """One sentence with the server's name; nothing else is known of it."""
    for other in ({"imap": "127.0.0.1:1"}, {"user": "nobody"}):
        wrong = mail.model_copy(update=other)
        with pytest.raises(post.MailAway) as told:
            post.poll(ledger, tmp_path, wrong)
        assert str(wrong.imap) in str(told.value)
        assert PASSWORD not in f"{told.value}{wrong!r}"
