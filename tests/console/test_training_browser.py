"""A monitor makes a playlist of a month's case and a team hears it, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from ledger.database import Ledger
from ledger.states import Decision
from ledger.tables import FindingRow, ReviewRow, ScorecardRow, UserRow
from ledger.teams import note_teams
from tests.console.browsing import open_browser, watched, width_of
from tests.console.seeding import FLAGGED, NOON


@pytest.fixture
def confirmed(ledger: Ledger) -> None:
    """Somebody has confirmed what was found in a call; there is a team."""
    with ledger.transaction() as session:
        note_teams(session, {"8001": "甲班"})
        user = session.scalars(select(UserRow)).one()
        found = (
            select(FindingRow)
            .join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
            .where(ScorecardRow.call_id == FLAGGED)
        )
        for finding in session.scalars(found).all():
            session.add(
                ReviewRow(finding_id=finding.id, user_id=user.id, decision=Decision.CONFIRMED, at=NOON)
            )


def test_a_case_of_the_month_is_cut_played_and_discussed(address: str, confirmed: None) -> None:
    """From the suggestion to the sound and the words under it; nothing is too wide on a phone."""
    with open_browser() as browser:
        for visit in watched(browser, address, 1280, 860):
            page = visit.page
            page.get_by_role("link", name="培训", exact=True).click()
            page.get_by_label("标题").fill("十一月典型案例")
            page.get_by_label("给哪个班组").select_option("甲班")
            page.get_by_role("button", name="新建").click()
            page.goto(f"{address}/training?month=2026-11")
            page.get_by_label("为什么值得听").first.fill("听听语气，换一种说法。")
            page.get_by_role("button", name="剪成片段").first.click()
            page.get_by_role("button", name="从头连续播放").click()
            expect(page.locator("audio").first).to_have_js_property("paused", False)
            page.get_by_role("button", name="停止").click()
            assert page.evaluate("document.querySelector('audio').paused")
            for standard, mark in zip("快准清亲", "4532", strict=True):
                page.get_by_label(standard, exact=True).select_option(mark)
            page.get_by_role("button", name="提交评分").click()
            page.get_by_text("互评").click()
            expect(page.get_by_text("平均 5.0")).to_be_visible()
            page.get_by_label("说说你的看法").fill("可以先说请稍等。")
            page.get_by_role("button", name="发表").click()
            expect(page.locator(".training-notes")).to_contain_text("可以先说请稍等。")
            visit.picture("training-1280.png")
            visit.picture_of_docs("training.png", 1100)
            page.set_viewport_size({"width": 360, "height": 800})
            assert width_of(page) <= 360
            visit.picture("training-360.png")
            page.goto(f"{address}/training?month=2026-11")
            assert width_of(page) <= 360
            visit.picture("training-list-360.png")
            page.set_viewport_size({"width": 1280, "height": 800})
            visit.picture("training-list-1280.png")
