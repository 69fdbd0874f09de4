"""A monitor judges a call blind by keyboard, in a real browser; a lead reads what came of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from ledger.database import Ledger
from ledger.states import UserRole, Verdict
from tests.console import seeding
from tests.console.blinding import VERDICTS, begin_round, submit_all
from tests.console.browsing import Watched, watched, width_of
from tests.console.seeding import CLEAN, FLAGGED, FLAGGED_ONCE
from tests.console.test_rounds import person_row


@pytest.fixture
def li(browser: Browser, address: str, ledger: Ledger) -> Iterator[Watched]:
    """A team lead at a desk."""
    with ledger.transaction() as session:
        seeding.add_user(session, role=UserRole.TEAM_LEAD)
        person_row(session, "wang", "王质监")
    yield from watched(browser, address, 1280, 860)


def look(li: Watched, name: str) -> None:
    """Nothing is wider than the screen, neither of a desk nor of a phone."""
    for width, height in ((360, 740), (1280, 860)):
        li.page.set_viewport_size({"width": width, "height": height})
        assert width_of(li.page) <= width
        li.picture(f"rounds-{name}-{width}.png")


def test_a_call_is_judged_by_keyboard_and_its_round_is_read(li: Watched, ledger: Ledger) -> None:
    """Digits answer and go on, the player is at hand, nothing found is in sight; then close, and see."""
    page = li.page
    begin_round(ledger, "li", "wang", calls=(FLAGGED, FLAGGED_ONCE, CLEAN))
    submit_all(ledger, "wang", {**VERDICTS, "closing": Verdict.CANNOT_TELL}, score=64)
    page.goto(f"{li.address}/rounds")
    look(li, "list")
    page.locator(".tasks a").first.click()
    expect(page.locator("#player[data-ready].drawn")).to_be_visible()
    expect(page.locator(".finding")).to_have_count(0)
    for key in "2112305":
        page.keyboard.press(key)
    expect(page.locator("[data-choice]:has(:checked)")).to_have_count(7)
    expect(page.locator("#score")).to_be_focused()
    page.keyboard.type("55")
    page.get_by_label("说明").fill("1 开头没有问好")
    chosen = page.locator("[data-choice] :checked").evaluate_all("all => all.map((one) => one.value)")
    assert chosen == ["fail", "pass", "pass", "2", "3", "0", "5"]
    look(li, "task")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#blind")).to_be_visible()  # the next call
    expect(page.locator("[data-choice]:has(:checked)")).to_have_count(0)
    submit_all(ledger, "li")
    page.goto(f"{li.address}/rounds/1")
    page.get_by_role("button", name="关闭这一轮").click()
    expect(page.locator(".disputed").first).to_contain_text("开头没有问好")
    look(li, "round")
    li.picture_of_docs("round.png")
