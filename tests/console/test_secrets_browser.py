"""Secrets and the search on the pages, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import Role, UserRole
from tests.console import seeding
from tests.console.browsing import Watched, watched
from tests.console.test_masking_browser import LOUDEST, width_of

NUMBER = "幺三八零零幺三八零零零"


@pytest.fixture(params=[(1280, 860), (360, 740)], ids=["desktop", "phone"])
def lead(
    request: pytest.FixtureRequest, browser: Browser, address: str, ledger: Ledger, settings: Settings
) -> Iterator[Watched]:
    """A team lead, a call in which a number is told, and one in which 故障 was heard as 鼓掌."""
    with ledger.transaction() as session:
        seeding.add_user(session, role=UserRole.TEAM_LEAD)
        for call_id, said in (("told", ("我的电话", *NUMBER)), ("misheard", ("宽带", "有", "鼓掌"))):
            seeding.add_call(session, call_id, seeding.NOON)
            seeding.add_recording(session, settings, call_id)
            turns = (seeding.turn(Role.OPERATOR, 4.2, "您好", "请说"), seeding.turn(Role.CALLER, 6.0, *said))
            seeding.add_judgement(session, call_id, turns, ())
    yield from watched(browser, address, *request.param)


def test_what_is_hidden_is_shown_on_request(lead: Watched, ledger: Ledger) -> None:
    """●, silence and a sentence; after the link all of it, and the log tells."""
    page = lead.page
    page.goto(f"{lead.address}/calls/told")
    expect(page.locator("#player[data-ready].drawn")).to_be_visible()
    expect(page.locator("#turns")).to_contain_text("我的电话" + "●" * len(NUMBER))
    assert max(page.evaluate(LOUDEST, ["/calls/told/audio", 6.5, 10.5])) == 0
    assert max(page.evaluate(LOUDEST, ["/calls/told/audio", 4.2, 5.5])) > 0.3
    lead.picture(f"secrets-hidden-{width_of(page)}.png")
    page.get_by_role("link", name="显示（记入审计日志）").click()
    expect(page.locator("#player[data-ready].drawn")).to_be_visible()
    expect(page.locator("#turns")).to_contain_text(NUMBER)
    assert "unmasked" in (page.locator("#audio").get_attribute("src") or "")
    lead.picture(f"secrets-shown-{width_of(page)}.png")
    page.get_by_role("link", name="重新隐藏").click()
    expect(page.locator("#turns")).to_contain_text("●")
    with ledger.reading() as session:
        assert [row.user for row in audit.find(session) if row.action == AuditAction.SAW_SECRETS] == ["li"]


def test_the_search_box_finds_what_sounds_alike(lead: Watched) -> None:
    """The row says so, and shows the turn."""
    page = lead.page
    page.goto(f"{lead.address}/calls")
    page.get_by_label("转写中的文字").fill("故障")
    row = page.locator("[data-call=misheard]")
    expect(row).to_contain_text("读音相近")
    expect(row).to_contain_text("宽带有鼓掌")
    expect(page.locator("[data-call=told]")).to_have_count(0)
    lead.picture(f"search-{width_of(page)}.png")
