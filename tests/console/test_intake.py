"""The public form without sign-in or scripts, and what came in on a ticket's page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from desks.intake import forms, outbox
from desks.intake.folders import files_dir
from desks.intake.letters import read_letter
from desks.intake.outbox import MailState
from desks.intake.settings import MailSettings
from desks.intake.taking import take_letter
from desks.intake.trying import AlwaysLate
from desks.tickets import Channel, Ticket, get_ticket
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.tables import TicketRow
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session
from tests.desks.intake import paper
from tests.desks.intake.mailing import letter

REPORT = {
    "service": "宽带",
    "line": "0395-3151206",
    "name": "张三",
    "contact": "13800000001",
    "text": "宽带断了",
}


def filled(client: httpx.Client, **other: str) -> dict[str, str]:
    """The form as somebody fills it in."""
    page = client.get("/report").text
    once = re.search(r'name="once" value="([^"]+)"', page)
    kind = re.search(r'<option value="(\d+)"', page)
    assert once
    assert kind
    return {"csrf": csrf_of(page), "once": once[1], "kind": kind[1], **REPORT, **other}


def numbers(ledger: Ledger) -> list[str]:
    """All tickets."""
    with ledger.reading() as session:
        return list(session.scalars(select(TicketRow.number)))


def test_a_stranger_reports_and_asks_how_far_it_is(stranger: httpx.Client, ledger: Ledger) -> None:
    """The receipt has the number; sent again it is the same report; the state needs number and contact."""
    form = filled(stranger)
    first, again = stranger.post("/report", data=form), stranger.post("/report", data=form)
    (number,) = numbers(ledger)
    assert first.status_code == again.status_code == 200
    assert number in first.text
    assert number in again.text
    with ledger.reading() as session:
        ticket = get_ticket(session, number)
    assert (ticket.channel, ticket.line, ticket.contact) == (Channel.WEB, "03953151206", "张三 13800000001")
    assert ticket.due_at > ticket.opened_at
    asked = {"csrf": form["csrf"], "number": number}
    assert "已受理" in stranger.post("/report/state", data={**asked, "contact": "138 0000 0001"}).text
    for wrong in (
        {**asked, "contact": "13900000009"},
        {**asked, "number": "20261130-9999", "contact": "13800000001"},
    ):
        answer = stranger.post("/report/state", data=wrong)
        assert answer.status_code == 404
        assert "没有这个号码和联系方式的登记" in answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"contact": "x"},
        {"contact": "a\0@b.example"},
        {"text": ""},
        {"line": "abc"},
        {"kind": "9999"},
        {"service": "卫星"},
        {"once": "1"},
    ],
)
def test_a_form_with_a_mistake_comes_back_as_it_was(
    stranger: httpx.Client, ledger: Ledger, wrong: dict[str, str]
) -> None:
    """Nothing is opened, nothing has to be typed again."""
    answer = stranger.post("/report", data=filled(stranger, name="李四", **wrong))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "李四" in answer.text
    assert numbers(ledger) == []


def test_who_is_always_late_keeps_the_form(
    stranger: httpx.Client, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where others were quicker at each try nothing is kept, and the form stands there to be sent again."""

    def busy(*_given: object) -> Ticket:
        raise AlwaysLate("others were quicker")

    monkeypatch.setattr(forms, "take_form", busy)
    answer = stranger.post("/report", data=filled(stranger))
    assert answer.status_code == 409
    assert "请再提交一次" in answer.text
    assert "宽带断了" in answer.text
    assert numbers(ledger) == []


def test_forms_are_ours_and_not_too_many(stranger: httpx.Client, ledger: Ledger, settings: Settings) -> None:
    """A form needs its token; one address may send a few a minute."""
    form = filled(stranger)
    assert stranger.post("/report", data={**form, "csrf": "0" * 64}).status_code == 403
    asked = {"csrf": form["csrf"], "number": "1", "contact": "1"}
    answers = [stranger.post("/report/state", data=asked).status_code for _ in range(30)]
    assert set(answers) == {404, 429}
    assert answers[: settings.reports_per_minute] == [404] * settings.reports_per_minute
    assert numbers(ledger) == []


def test_the_form_speaks_english(stranger: httpx.Client, ledger: Ledger) -> None:
    """By the same switch as the console."""
    stranger.get("/language/en", params={"next": "/report"})
    assert "Report a fault or complain" in stranger.get("/report").text


def test_what_came_in_stands_on_the_tickets_page(
    stranger: httpx.Client, ledger: Ledger, settings: Settings, tmp_path: Path
) -> None:
    """Its words, its files as pages; what cannot be shown says so in a sentence and may be downloaded."""
    mail = MailSettings.model_validate({"fax_senders": "fax@gateway.example"})
    fax = letter(1, "请看附件", From="fax@gateway.example")
    for name, content in (("一.tif", paper.tiff(2)), ("锁.pdf", paper.locked_pdf()), ("x.exe", b"MZ\0\0")):
        fax.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    taken = take_letter(ledger, files_dir(settings), mail, read_letter(fax.as_bytes()))
    with ledger.transaction() as session:
        seeding.add_user(session, "diao", UserRole.DISPATCHER)
    stranger.cookies.set("hotline_session", open_session(ledger, "diao"))
    page = stranger.get(f"/tickets/{taken.ticket}").text
    for part in ("一.tif", "页面：2", "文件有密码", "这一类文件不收", "请看附件"):
        assert part in page
    hold = f"/tickets/{taken.ticket}/hold"
    assert stranger.post(hold, data={"csrf": csrf_of(page), "why": "诉讼"}).status_code == 403  # a lead's
    with ledger.transaction() as session:
        seeding.add_user(session, "zhou", UserRole.TEAM_LEAD)
    stranger.cookies.set("hotline_session", open_session(ledger, "zhou"))
    form = {"csrf": csrf_of(stranger.get(f"/tickets/{taken.ticket}").text), "why": "诉讼"}
    assert stranger.post(hold, data=form).status_code == 303
    assert "附件保全中" in stranger.get(f"/tickets/{taken.ticket}").text
    assert stranger.post(hold, data={**form, "why": "再来"}).status_code == 409
    pages = re.findall(r'src="(/intake/files/\d+/pages/\d+)"', page)
    assert len(pages) == 2
    shown = stranger.get(pages[1])
    assert (shown.headers["content-type"], shown.content[:4]) == ("image/png", b"\x89PNG")
    file = re.findall(r'href="(/intake/files/\d+)"', page)[0]
    kept = stranger.get(file)
    assert kept.content == paper.tiff(2)
    assert kept.headers["content-disposition"].startswith("attachment")
    assert stranger.get(f"{file}/pages/3").status_code == 422
    assert stranger.get("/intake/files/3").status_code == 404  # it was not kept


def test_a_dispatcher_answers_from_the_tickets_page(
    app: FastAPI, stranger: httpx.Client, ledger: Ledger, settings: Settings
) -> None:
    """The mail waits for the clock, once however often it is sent; one that was given up is tried again."""
    sending = MailSettings.model_validate(
        {"smtp": "127.0.0.1:1", "smtp_tls": "none", "address": "d@h.example"}
    )
    taken = take_letter(ledger, files_dir(settings), sending, read_letter(letter(1).as_bytes()))
    with ledger.transaction() as session:
        seeding.add_user(session, "diao", UserRole.DISPATCHER)
    stranger.cookies.set("hotline_session", open_session(ledger, "diao"))
    ticket = f"/tickets/{taken.ticket}"
    assert "还没有设置发信服务器" in stranger.get(ticket).text
    app.state.console = replace(app.state.console, mail=sending)
    page = stranger.get(ticket).text
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once
    form = {"csrf": csrf_of(page), "once": once[1], "recipient": "z@b.example", "reply": "明早九点上门"}
    refused = stranger.post(f"{ticket}/mails", data={**form, "recipient": "other@b.example"})
    assert (refused.status_code, ">明早九点上门</textarea>" in refused.text) == (422, True)
    for _ in range(2):
        assert stranger.post(f"{ticket}/mails", data=form).status_code == 303
    with ledger.transaction() as session:
        _answer, mine = outbox.of_ticket(session, str(taken.ticket))
        outbox.note_failed(session, mine.id, "550 no such user", for_good=True)
    page = stranger.get(ticket).text
    assert "没有发出：550 no such user" in page
    again = re.search(r'action="(\S+/again)"', page)
    assert again
    assert stranger.post(again[1], data=form).status_code == 303
    with ledger.reading() as session:
        states = [one.state for one in outbox.of_ticket(session, str(taken.ticket))]
        told = [row for row in audit.find(session) if row.action == AuditAction.MAIL_WRITTEN]
    assert (states, len(told)) == ([MailState.WAITING] * 2, 2)
