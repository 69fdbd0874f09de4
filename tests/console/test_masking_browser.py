"""A lead masks a span on the page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ledger import audit, calls, chain
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import FactKey, UserRole
from recorder.opening import Recordings
from recorder.verifying import Verifier
from tests.console import seeding
from tests.console.browsing import Watched, watched
from tests.console.seeding import FLAGGED

# The loudest sample of each channel between two moments, of what an address gives.
LOUDEST = """async ([address, start, end]) => {
    const data = await (await fetch(address)).arrayBuffer();
    const sound = await new OfflineAudioContext(2, 1, 8000).decodeAudioData(data);
    return [0, 1].map((channel) => sound.getChannelData(channel)
        .slice(start * sound.sampleRate, end * sound.sampleRate)
        .reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
}"""
AUDIO = f"/calls/{FLAGGED}/audio"


@pytest.fixture(params=[(1280, 860), (360, 740)], ids=["desktop", "phone"])
def administrator(
    request: pytest.FixtureRequest, browser: Browser, address: str, ledger: Ledger
) -> Iterator[Watched]:
    """An administrator at a desk, and one with a phone."""
    with ledger.transaction() as session:
        seeding.add_user(session, role=UserRole.ADMINISTRATOR)
    yield from watched(browser, address, *request.param)


def width_of(page: Page) -> int:
    """Of the screen, in pixels."""
    assert page.viewport_size
    return page.viewport_size["width"]


def test_a_span_is_masked_on_the_page(administrator: Watched, ledger: Ledger, settings: Settings) -> None:
    """From and to come from the player; then the span is silent, the words are ＊, the original is kept."""
    with ledger.transaction() as session:
        calls.add_facts(session, FLAGGED, {FactKey.MASKED_FACTS: FactKey.DIRECTORY_NUMBER})
    administrator.open_flagged()
    page = administrator.page
    expect(page.locator("#turns")).to_contain_text("我不知道你问别人去")
    expect(page.locator(".facts")).to_contain_text("所查号码 已屏蔽68881234")
    assert min(page.evaluate(LOUDEST, [AUDIO, 8.0, 11.0])) > 0.3

    page.get_by_text("屏蔽一段").click()
    for field, moment in (("start_s", 9.0), ("end_s", 10.2)):
        page.evaluate("(moment) => { document.querySelector('#audio').currentTime = moment; }", moment)
        page.locator(f"[data-take=mask-{field}]").click()
        expect(page.locator(f"#mask-{field}")).to_have_value(f"{moment:.2f}")
    page.get_by_label("原因", exact=True).fill("客户说出了银行卡号")
    administrator.picture(f"mask-form-{width_of(page)}.png")
    page.locator("#mask").get_by_role("button", name="屏蔽").click()

    expect(page.locator("#masks li")).to_contain_text("客户说出了银行卡号")
    expect(page.locator("#player[data-ready].drawn")).to_be_visible()
    expect(page.locator("#turns")).to_contain_text("＊＊＊＊＊问别人去")
    expect(page.locator(".finding").first).to_contain_text("＊＊＊＊＊问别人去")
    expect(page.locator("body")).not_to_contain_text("不知道")
    assert page.evaluate(LOUDEST, [AUDIO, 9.0, 10.2]) == [0, 0]
    assert max(page.evaluate(LOUDEST, [AUDIO, 8.0, 9.0])) > 0.3
    page.get_by_text("谁听过、看过").click()
    administrator.picture(f"masked-{width_of(page)}.png")

    assert Verifier(ledger, Recordings(settings), chain.Scope(call_id=FLAGGED)).verify().problems == []


def test_the_original_is_heard_by_its_button_alone(administrator: Watched, ledger: Ledger) -> None:
    """Opening the page plays and fetches nothing; the button does, and the log tells of it."""
    page = administrator.page
    page.request.post(
        f"{administrator.address}/api/calls/{FLAGGED}/masks",
        data={"start_s": 9, "end_s": 10.2, "why": "号码"},
    )
    administrator.open_flagged()
    assert actions(ledger) == {"signed_in", "masked", "looked"}
    with page.expect_response(f"**/calls/{FLAGGED}/original"):
        page.get_by_role("button", name="收听原始录音").click()
    expect(page.locator("audio.original")).to_be_visible()
    assert max(page.evaluate(LOUDEST, [f"/calls/{FLAGGED}/original", 9.0, 10.2])) > 0.3
    administrator.picture(f"original-{width_of(page)}.png")
    assert "heard_original" in actions(ledger)
    assert "listened" not in actions(ledger)


def actions(ledger: Ledger) -> set[str]:
    """What the audit log tells of."""
    with ledger.reading() as session:
        return {row.action for row in audit.find(session)}
