"""A monitor's way through a sample in a real browser, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from ledger.database import Ledger
from ledger.settings import Settings
from tests.console import sample_drawing
from tests.console.browsing import watched, width_of


@pytest.mark.parametrize("width", [1280, 360])
def test_a_monitor_finds_the_own_calls_and_checks_one(
    browser: Browser, address: str, ledger: Ledger, settings: Settings, width: int
) -> None:
    """From the bar to the draw, a result for the first call; nothing is too wide in either language."""
    with ledger.transaction() as session:
        draw_id = sample_drawing.draw(session, settings)
    for visit in watched(browser, address, width, 860):
        page = visit.page
        page.get_by_role("link", name="抽样", exact=True).click()
        visit.picture(f"samples-{width}.png")
        page.get_by_role("link", name="十一月抽样").click()
        expect(page.locator(".figure-value").first).to_contain_text("%")
        visit.picture(f"sample-{width}.png")
        if width == 1280:
            visit.picture_of_docs("sample.png")
        done = page.locator("tr[data-sampled]:not(:has(.todo))").first
        name = done.get_attribute("id")
        done.get_by_text("填核对结果").click()
        done.get_by_label("听下来，机器").select_option("wrong")
        done.get_by_label("得分").fill("60")
        done.get_by_role("button", name="核对完毕").click()
        expect(page).to_have_url(f"{address}/samples/{draw_id}?part=monitors#{name}")
        expect(page.locator(f"#{name} .chip.outcome-wrong")).to_have_text("有差错")
        page.get_by_text("按班组、服务台和话务员").click()
        page.locator("tr[data-sampled]").first.get_by_text("填核对结果").click()
        visit.picture(f"sample-checked-{width}.png")
        assert width_of(page) <= width
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", name="What this says of all calls")).to_be_visible()
        visit.picture(f"sample-english-{width}.png")
        assert width_of(page) <= width
