"""Accounts in a real browser: codes set up by the picture, users, the audit log, what an outsider hears."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from console.signin import totp
from console.signin.visitors import SESSION_COOKIE
from ledger import samples, teams, users
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.tables import AuditRow, SampledRow
from tests.console import sample_drawing, seeding
from tests.console.browsing import Watched, watched, width_of
from tests.console.conftest import open_session
from tests.console.seeding import FLAGGED


@pytest.fixture(autouse=True)
def people(ledger: Ledger, settings: Settings) -> None:
    """Li is an administrator, sun an outsider who was handed a call; somebody touched the log."""
    with ledger.transaction() as session:
        seeding.add_user(session, "li", UserRole.ADMINISTRATOR)
        seeding.add_user(session, "sun", UserRole.SUPERVISOR)
        seeding.add_user(session, "8001", UserRole.OPERATOR)
        teams.note_teams(session, {"8001": "早班", "8002": "晚班"})
        for action in (AuditAction.LOOKED, AuditAction.LISTENED, AuditAction.DOWNLOADED):
            write(session, Act(user=users.named(session, "li"), action=action, call_id=FLAGGED))
        session.execute(update(AuditRow).where(AuditRow.number == 2).values(user="wang"))
        draw_id = sample_drawing.draw(session, settings)
        session.flush()
        outside = next(one for one in samples.sampled_calls(session, draw_id) if one.part == "outside")
        session.execute(update(SampledRow).where(SampledRow.id == outside.id).values(call_id=FLAGGED))
        samples.assign(session, [outside.id], users.named(session, "sun").id)


def fits(visit: Watched, width: int, name: str) -> None:
    """Nothing is too wide; the picture is kept where that is wanted."""
    visit.picture(f"{name}-{width}.png")
    visit.page.wait_for_load_state()
    assert width_of(visit.page) <= width, name


@pytest.mark.parametrize("width", [1280, 360])
def test_an_account_and_those_of_others(browser: Browser, address: str, ledger: Ledger, width: int) -> None:
    """Codes from set-up to the next sign-in; somebody is added; the log says that it was touched."""
    for visit in watched(browser, address, width, 860):
        page = visit.page
        page.locator("a.who").click()
        expect(page.get_by_role("heading", name="登录会话")).to_be_visible()
        fits(visit, width, "me")
        page.get_by_role("button", name="启用动态口令").click()
        expect(page.get_by_role("img")).to_be_visible()
        fits(visit, width, "me-codes")
        secret = page.locator(".people-secret").inner_text().replace(" ", "")
        page.get_by_label("验证码").fill(code_now(secret, 0))
        page.get_by_role("button", name="启用", exact=True).click()
        expect(page.locator(".people-recovery li")).to_have_count(10)
        fits(visit, width, "me-recovery")
        page.get_by_role("button", name="退出").click()
        visit.sign_in()
        expect(page.get_by_role("heading", name="验证码")).to_be_visible()
        fits(visit, width, "sign-in-code")
        page.get_by_label("验证码或恢复码").fill(code_now(secret, 1))
        page.get_by_role("button", name="登录").click()
        page.get_by_role("link", name="用户", exact=True).click()
        fits(visit, width, "people")
        page.get_by_label("用户名").fill("zhao")
        page.get_by_label("姓名").fill("赵质监")
        page.get_by_label("112障碍台").check()
        page.get_by_label("早班").check()
        page.get_by_role("button", name="新增用户").click()
        expect(page.locator("#once")).to_be_visible()
        fits(visit, width, "people-password")
        page.get_by_role("link", name="回到用户列表").click()
        page.get_by_role("link", name="zhao").click()
        fits(visit, width, "person")
        if width == 1280:
            visit.picture_of_docs("person.png")
        page.get_by_role("link", name="审计", exact=True).click()
        page.get_by_role("button", name="现在验证全部").click()
        expect(page.get_by_role("alert").filter(has_text="日志被改动过")).to_be_visible()
        fits(visit, width, "audit")


def code_now(secret: str, drift: int) -> str:
    """The phone's code, as the console's clock has it."""
    return totp.pyotp.TOTP(secret).generate_otp(int(totp.time.time() // totp.STEP_S) + drift)


@pytest.mark.parametrize("width", [1280, 360])
def test_an_outsider_hears_a_call_and_says_what_it_is(
    browser: Browser, address: str, ledger: Ledger, width: int
) -> None:
    """From the list to the form and back."""
    context = browser.new_context(viewport={"width": width, "height": 860}, locale="zh-CN")
    context.add_cookies([{"name": SESSION_COOKIE, "value": open_session(ledger, "sun"), "url": address}])
    visit = Watched(context.new_page(), address)
    page = visit.page
    page.goto(address)
    fits(visit, width, "handed-out")
    page.locator(".handed-list a").click()
    page.locator("#handed-turns [data-jump]").nth(1).click()
    expect(page.locator("#handed-turns .word.lit")).not_to_have_count(0)
    page.get_by_role("button", name="1.5×").click()
    fits(visit, width, "handed-out-call")
    if width == 1280:
        visit.picture_of_docs("handed-out.png")
    page.get_by_label("有差错").check()
    page.get_by_label("得分").fill("62")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".chip.outcome-wrong")).to_have_text("有差错")
    context.close()
    assert visit.complaints == []
