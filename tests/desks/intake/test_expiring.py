"""Files go so many days after their ticket was closed, their words never; what is held or shared stays."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from desks.intake import expiring, holding, messages
from desks.intake.expiring import expire
from desks.intake.files import path_of
from desks.intake.letters import read_letter
from desks.intake.settings import MailSettings
from desks.intake.taking import take_letter
from desks.tickets import By, CallPart, TicketState, get_ticket, link_call
from ledger import audit, calls, holds
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.conflicts import AlreadySo
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.tables import TicketRow
from tests.desks.intake import paper
from tests.desks.intake.mailing import letter


def take(ledger: Ledger, folder: Path, number: int, content: bytes) -> str:
    """A mail with a file, of which a ticket was closed a week ago; the content was written long ago."""
    mail = letter(number, f"故障号码 6300{number:04d}")
    mail.add_attachment(content, maintype="application", subtype="pdf", filename="合同.pdf")
    taken = take_letter(ledger, folder, MailSettings(), read_letter(mail.as_bytes()))
    old = now() - timedelta(days=7)
    with ledger.transaction() as session:
        closed = {"state": TicketState.CLOSED, "closed_at": old}
        session.execute(update(TicketRow).where(TicketRow.number == taken.ticket).values(**closed))
    for path in folder.glob("??/*"):
        os.utime(path, (old.timestamp(), old.timestamp()))
    return str(taken.ticket)


def files_of(ledger: Ledger, ticket: str) -> list[bool]:
    """Of each file whether it was deleted."""
    with ledger.reading() as session:
        received = messages.of_ticket(session, ticket)
    return [file.deleted_at is not None for one in received for file in one.files]


def test_files_go_in_time_and_words_stay(ledger: Ledger, tmp_path: Path) -> None:
    """Not a day earlier; the page knows, a download is refused in a sentence, and the audit log tells."""
    ticket = take(ledger, tmp_path, 1, paper.pdf(1))
    assert expire(ledger, tmp_path, 8) == 0
    assert files_of(ledger, ticket) == [False]
    assert expire(ledger, tmp_path, 6) == 1
    assert expire(ledger, tmp_path, 6) == 0
    assert list(tmp_path.glob("??/*")) == []
    with ledger.reading() as session:
        (received,) = messages.of_ticket(session, ticket)
        told = [row for row in audit.find(session) if row.action == AuditAction.FILES_DELETED]
        with pytest.raises(NotFound, match="its time was over"):
            messages.get_file(session, received.files[0].id)
    assert "故障号码" in received.text
    assert received.files[0].name == "合同.pdf"
    assert len(told) == 1


def test_what_is_held_reopened_or_shared_stays(ledger: Ledger, tmp_path: Path) -> None:
    """A hold on a call of the ticket holds its files; a content of two tickets goes with the later."""
    shared = paper.pdf(1)
    first, second = take(ledger, tmp_path, 1, shared), take(ledger, tmp_path, 2, shared)
    held = take(ledger, tmp_path, 3, paper.pdf(2))
    with ledger.transaction() as session:
        calls.add_call(session, call_id="held", hotline="112", caller="63000003")
        session.flush()
        link_call(session, get_ticket(session, held).id, "held", CallPart.TOLD, now())
        holds.set_hold(session, "held", by="li", why="诉讼")
        session.execute(update(TicketRow).where(TicketRow.number == second).values(closed_at=None))
    assert expire(ledger, tmp_path, 6) == 1
    assert [files_of(ledger, one) for one in (first, second, held)] == [[True], [False], [False]]
    with ledger.transaction() as session:
        (kept,) = messages.of_ticket(session, second)
        assert path_of(tmp_path, kept.files[0].sha256).read_bytes() == shared
        holds.release(session, "held", by="li", why="了结")
        again = update(TicketRow).where(TicketRow.number == second)
        session.execute(again.values(closed_at=now() - timedelta(days=7)))
        holding.set_hold(session, second, "诉讼", By.machine("li"))
    assert expire(ledger, tmp_path, 6) == 1
    with ledger.transaction() as session:
        with pytest.raises(AlreadySo):
            holding.set_hold(session, second, "再来", By.machine("li"))
        holding.release(session, second, "了结", By.machine("li"))
    assert expire(ledger, tmp_path, 6) == 1
    assert list(tmp_path.glob("??/*")) == []


def test_a_content_that_comes_again_while_files_go_stays(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail that brings it makes it look new before its row is there."""
    old_s = (now() - timedelta(days=7)).timestamp()
    contents = {path_of(tmp_path, "aa" * 32), path_of(tmp_path, "bb" * 32)}
    for path in contents:
        path.parent.mkdir()
        path.write_bytes(b"fax")
        os.utime(path, (old_s, old_s))

    def come_again(_folder: Path, gone: str) -> list[Path]:
        for path in contents:
            if path.name != gone:
                os.utime(path)
        return []

    monkeypatch.setattr(expiring, "pages_of", come_again)
    expire(ledger, tmp_path, 6)
    assert len([path for path in contents if path.exists()]) == 1


def test_two_who_release_at_once_are_one_release(either_ledger: Ledger, tmp_path: Path) -> None:
    """The second waits for the first and is told that there is nothing to do."""
    ticket = take(either_ledger, tmp_path, 1, paper.pdf(1))

    def release(session: Session) -> None:
        holding.release(session, ticket, "了结", By.machine("li"))

    def release_too() -> None:
        with either_ledger.transaction() as session:
            release(session)

    with either_ledger.transaction() as session:
        holding.set_hold(session, ticket, "诉讼", By.machine("li"))
    with ThreadPoolExecutor(max_workers=1) as beside:
        with either_ledger.transaction() as session:
            release(session)
            second = beside.submit(release_too)
            wait([second], timeout=0.3)  # it has read what it can
        with pytest.raises(AlreadySo):
            second.result()
