"""An operator finds an article by keys alone, and an editor answers what was not found, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from ledger.clock import now
from ledger.database import Ledger
from ledger.states import UserRole
from ledger.tables import KnowledgeSearchRow, UserRow
from tests.console.browsing import open_browser, watched, width_of
from tests.console.knowing import fill
from tests.console.seeding import FLAGGED


@pytest.fixture
def filled(ledger: Ledger) -> None:
    """Articles; who signs in leads a team, and so may look up and write."""
    fill(ledger)
    with ledger.transaction() as session:
        session.execute(update(UserRow).where(UserRow.name == "li").values(role=UserRole.TEAM_LEAD))


def test_an_article_is_found_by_keys_and_a_question_answered(
    address: str, ledger: Ledger, filled: None
) -> None:
    """Hints, arrows, Enter, Escape; then the questions, the form, the differences. Nothing is too wide."""
    with open_browser() as browser:
        for visit in watched(browser, address, 1280, 860):
            page = visit.page
            page.goto(f"{address}/knowledge?call={FLAGGED}")
            box, links = page.get_by_role("searchbox"), page.locator(".kb-hits a")
            expect(links.first).to_contain_text("固定电话故障")
            box.press("ArrowDown")
            page.keyboard.press("ArrowDown")
            expect(links.nth(1)).to_be_focused()
            page.keyboard.press("Enter")
            expect(page.locator("#knowledge-article")).to_contain_text("七十二小时")
            visit.picture("knowledge-1280.png")
            page.keyboard.press("Escape")
            expect(box).to_be_focused()
            box.fill("yiji")
            expect(links).to_have_count(1)
            expect(links.first).to_contain_text("移机")
            box.press("Enter")
            expect(page.locator("#knowledge-article")).to_contain_text("改号通知音")
            box.fill("卫星电视")
            expect(page.locator("#knowledge-results")).to_contain_text("没有找到")
            page.set_viewport_size({"width": 360, "height": 800})
            assert width_of(page) <= 360
            visit.picture("knowledge-360.png")
            with ledger.transaction() as session:
                session.execute(update(KnowledgeSearchRow).values(at=now() - timedelta(minutes=3)))
            page.goto(f"{address}/knowledge/questions")
            assert width_of(page) <= 360
            visit.picture("knowledge-questions-360.png")
            page.get_by_role("link", name="写一条来答").click()
            assert width_of(page) <= 360
            visit.picture("knowledge-form-360.png")
            page.get_by_label("正文").fill("请打广电的电话。")
            page.get_by_label("更改原因").fill("有人问")
            page.get_by_role("button", name="保存").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("卫星电视")
            page.get_by_role("link", name="修改").click()
            page.get_by_label("正文").fill("请打广电的服务电话 96956。")
            page.get_by_label("更改原因").fill("补上号码")
            page.get_by_role("button", name="保存").click()
            page.get_by_role("link", name="版本和差别").click()
            assert width_of(page) <= 360
            visit.picture("knowledge-versions-360.png")
            page.set_viewport_size({"width": 1280, "height": 860})
            page.get_by_role("button", name="看差别").click()
            expect(page.locator(".kb-added mark").first).to_be_visible()
            visit.picture("knowledge-differences-1280.png")
            page.goto(f"{address}/knowledge")
            visit.picture("knowledge-list-1280.png")
            visit.picture_of_docs("knowledge.png", 900)
