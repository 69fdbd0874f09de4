"""The public form without scripts on a phone, and a fax on its ticket's page, in a real browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect
from sqlalchemy import update

from desks.intake.folders import files_dir
from desks.intake.letters import read_letter
from desks.intake.settings import MailSettings
from desks.intake.taking import take_letter
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.tables import UserRow
from tests.console.browsing import PICTURES, open_browser, watched, width_of
from tests.desks.intake import paper
from tests.desks.intake.mailing import letter


@pytest.fixture
def ticket(ledger: Ledger, settings: Settings) -> str:
    """A fax came in; who signs in leads a team."""
    with ledger.transaction() as session:
        session.execute(update(UserRow).where(UserRow.name == "li").values(role=UserRole.TEAM_LEAD))
    fax = letter(1, subject="传真")
    for name, content in (("故障单.tif", paper.tiff(2)), ("合同.pdf", paper.locked_pdf())):
        fax.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    taken = take_letter(ledger, files_dir(settings), MailSettings(), read_letter(fax.as_bytes()))
    assert taken.ticket
    return taken.ticket


def test_a_report_without_scripts_and_a_fax_on_its_ticket(app: FastAPI, address: str, ticket: str) -> None:
    """Form, receipt and state on a phone; then the fax, page by page, as a team lead sees and answers it."""
    sending = MailSettings.model_validate(
        {"smtp": "127.0.0.1:1", "smtp_tls": "none", "address": "d@h.example"}
    )
    app.state.console = replace(app.state.console, mail=sending)
    with open_browser() as browser:
        context = browser.new_context(
            viewport={"width": 360, "height": 800}, locale="zh-CN", java_script_enabled=False
        )
        page = context.new_page()
        page.goto(f"{address}/report")
        assert width_of(page) <= 360
        page.get_by_label("业务").select_option("宽带")
        page.get_by_label("哪个号码").fill("63048827")
        page.get_by_label("怎么称呼您").fill("李四")
        page.get_by_label("联系电话或邮箱").fill("13800000001")
        page.get_by_label("情况").fill("宽带断了，光猫亮红灯。")
        _picture(page, "intake-form-360.png")
        page.get_by_role("button", name="提交").click()
        number = page.locator(".intake-number output").inner_text()
        _picture(page, "intake-receipt-360.png")
        page.get_by_role("link", name="返回").click()
        page.get_by_label("工单号").fill(number)
        page.get_by_label("登记的电话或邮箱").fill("13800000001")
        page.get_by_role("button", name="查询").click()
        expect(page.locator("main")).to_contain_text("已受理")
        assert width_of(page) <= 360
        _picture(page, "intake-state-360.png")
        context.close()
        for visit in watched(browser, address, 1280, 900):
            page = visit.page
            page.goto(f"{address}/tickets/{ticket}")
            first = page.locator(".intake-page").first
            first.scroll_into_view_if_needed()
            expect(first).to_have_js_property("complete", True)  # a process draws it
            assert first.evaluate("image => image.naturalWidth") > 500
            expect(page.get_by_text("文件有密码")).to_be_visible()
            visit.picture("intake-ticket-1280.png")
            page.wait_for_selector("html[data-keys]")
            page.keyboard.press("r")
            page.keyboard.type("师傅明早九点上门。")
            page.set_viewport_size({"width": 360, "height": 800})
            assert width_of(page) <= 360
            visit.picture("intake-reply-360.png")
            page.get_by_role("button", name="发送回复").click()
            expect(page.locator(".intake-ours")).to_contain_text("待发送")
            assert width_of(page) <= 360
            visit.picture("intake-ticket-360.png")
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(f"{address}/report")
            visit.picture("intake-form-1280.png")
            visit.picture_of_docs("report.png", 900)


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / name), full_page=True)
