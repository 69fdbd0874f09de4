"""A monitor's way through the console in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from playwright.sync_api import Browser, expect

from ledger import judgements
from ledger.database import Ledger
from ledger.records import Mark
from ledger.states import Decision, Place
from ledger.tables import CallRow
from tests.console import seeding
from tests.console.browsing import Watched, open_browser, watched
from tests.console.seeding import FLAGGED

# Resolves to the time at which the sound is heard playing inside a span; the browser's own events tell.
HEARD_BETWEEN = """([start, end]) => new Promise((resolve) => {
    const audio = document.querySelector("#audio");
    const look = () => !audio.paused && audio.currentTime > start && audio.currentTime < end
        && resolve(audio.currentTime);
    audio.addEventListener("timeupdate", look);
    look();
})"""
PAUSED_AT = """() => new Promise((resolve) => {
    const audio = document.querySelector("#audio");
    const look = () => audio.paused && audio.currentTime > 0 && resolve(audio.currentTime);
    audio.addEventListener("pause", look);
    look();
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests of the module."""
    with open_browser() as opened:
        yield opened


@pytest.fixture
def desktop(browser: Browser, address: str) -> Iterator[Watched]:
    """A monitor's screen."""
    yield from watched(browser, address, 1280, 860)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Watched]:
    """A phone held upright."""
    yield from watched(browser, address, 360, 740)


def test_a_monitor_hears_the_moment_and_confirms_it(desktop: Watched, ledger: Ledger) -> None:
    """Sign in, open the first (flagged) call, click the finding, hear it move there and play, confirm."""
    page = desktop.page
    first = page.locator("tr[data-call]").first
    expect(first).to_contain_text("服务忌语")
    first.get_by_role("link").click()
    expect(page.locator("#player.drawn")).to_be_visible()
    worst = page.locator(".finding").first
    expect(worst).to_contain_text("我不知道你问别人去")

    worst.locator("[data-moment]").click()
    heard_s = page.evaluate(HEARD_BETWEEN, [8.0, 12.4])
    assert 8.0 < heard_s < 12.4  # a second before the finding at 9.0 to a second after its end at 11.4
    expect(page.locator(".word.lit")).to_have_text(re.compile("我|不知道|你|问|别人|去"))
    assert page.evaluate(PAUSED_AT) == pytest.approx(12.4, abs=0.3)

    worst.get_by_label("说明").fill("确有忌语")
    worst.get_by_role("button", name="确认").click()
    expect(page.locator(".finding").first.locator(".decision")).to_contain_text("已确认")
    page.reload()
    expect(page.locator(".finding").first.locator(".decision")).to_contain_text("确有忌语")
    with ledger.transaction() as session:
        decisions = [review.decision for review in judgements.newest_reviews(session, FLAGGED).values()]
    assert decisions == [Decision.CONFIRMED]


def test_rejecting_changes_the_score_in_place_and_can_be_undone(desktop: Watched) -> None:
    """The score follows each decision without reloading."""
    desktop.open_flagged()
    page = desktop.page
    worst = page.locator(".finding").first
    worst.get_by_role("button", name="驳回").click()
    expect(page.locator("#score")).to_contain_text("复核后")
    expect(page.locator("#score .score").last).to_have_text("90")
    expect(worst).to_be_focused()  # the keyboard goes on from there
    worst.get_by_role("button", name="改为确认").click()
    expect(page.locator("#score")).not_to_contain_text("复核后")


def test_a_click_on_a_word_plays_from_there(desktop: Watched) -> None:
    """The transcript is the way to every moment."""
    desktop.open_flagged()
    desktop.page.locator(".word", has_text="再见").click()
    assert desktop.page.evaluate(HEARD_BETWEEN, [14.99, 20.0]) >= 15.0


def test_the_keyboard_plays_and_goes_through_the_findings(desktop: Watched) -> None:
    """Space plays and pauses, N and P play the next and the previous finding; typing types."""
    desktop.open_flagged()
    page = desktop.page
    page.keyboard.press("n")
    assert page.evaluate(HEARD_BETWEEN, [7.99, 12.5]) >= 8.0
    page.keyboard.press("n")
    assert page.evaluate(HEARD_BETWEEN, [3.19, 6.1]) < 6.1
    expect(page.locator(".finding.current h3")).to_have_text("问候语")
    page.keyboard.press("p")
    expect(page.locator(".finding.current h3")).to_have_text("服务忌语")
    comment = page.locator(".finding").first.get_by_label("说明")
    comment.press_sequentially("n p")
    expect(comment).to_have_value("n p")
    page.locator("#player").focus()
    page.keyboard.press(" ")
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press(" ")
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "true")


def test_the_speed_changes(desktop: Watched) -> None:
    """Each button sets the audio's own rate and shows that it is on."""
    desktop.open_flagged()
    for speed in ("0.75", "2"):
        desktop.page.get_by_role("button", name=f"{speed}×").click()
        expect(desktop.page.get_by_role("button", name=f"{speed}×")).to_have_attribute("aria-pressed", "true")
        expect(desktop.page.locator("#audio")).to_have_js_property("playbackRate", float(speed))


def test_the_waveform_shows_both_channels_places_and_findings(desktop: Watched) -> None:
    """Two channels are drawn from the server's peaks; four places and two failed findings lie on them."""
    desktop.open_flagged()
    regions = desktop.page.locator('#wave [part~="region"]')
    expect(regions).to_have_count(6)
    channels = desktop.page.locator("#wave .canvases > div")
    expect(channels).to_have_count(2)
    expect(desktop.page.locator("#wave canvas").first).to_be_visible()


def test_a_pause_of_the_recording_is_drawn_and_told(desktop: Watched, phone: Watched, ledger: Ledger) -> None:
    """Over both channels, in words, on a desk's screen and on a phone's."""
    pause = Mark(place=Place.PAUSED, start_s=8.0, end_s=12.0, detail="8001")
    with ledger.transaction() as session:
        row = session.get_one(CallRow, FLAGGED)
        row.marks = [*row.marks, asdict(pause)]
    for screen in (desktop, phone):
        screen.open_flagged()
        expect(screen.page.locator(".legend")).to_contain_text("录音暂停")
        told = screen.page.locator('#wave [part~="region-content"]', has_text="录音暂停 8001")
        expect(told).to_be_visible()
        width = screen.page.viewport_size["width"] if screen.page.viewport_size else 0
        screen.picture(f"pause-{width}.png")


def test_filters_narrow_the_list_without_loading_the_page_anew(desktop: Watched) -> None:
    """Choosing a number swaps the rows, and the address can be shared."""
    page = desktop.page
    expect(page.locator("tr[data-call]").first).to_be_visible()
    page.evaluate("document.body.dataset.same = 'yes'")
    page.get_by_label("热线号码").select_option("180")
    expect(page.locator("tr[data-call]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/calls\?hotline=180$"))
    page.get_by_label("转写中的文字").fill("没有这句话")
    expect(page.locator(".empty")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-same", "yes")
    page.go_back()
    expect(page.locator("tr[data-call]")).to_have_count(1)


def test_a_lost_session_leads_to_the_sign_in_and_back(desktop: Watched) -> None:
    """Deciding after the session has ended asks for the password and returns to the call."""
    desktop.open_flagged()
    page = desktop.page
    page.context.clear_cookies(name="hotline_session")
    page.locator(".finding").first.get_by_role("button", name="确认").click()
    page.get_by_label("密码").fill(seeding.PASSWORD)
    page.get_by_label("用户名").fill("li")
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(f"{desktop.address}/calls/{FLAGGED}")
    desktop.complaints[:] = [text for text in desktop.complaints if "401" not in text]


def test_nothing_is_wider_than_a_phone(phone: Watched) -> None:
    """At 360 px the list is cards and the call is stacked; nothing has to be moved sideways."""
    page = phone.page
    for path in ("/calls", f"/calls/{FLAGGED}", f"/calls/{seeding.REFUSED}", "/language/en?next=/calls"):
        page.goto(phone.address + path)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    phone.open_flagged()
    transcript = page.locator(".transcript").bounding_box()
    findings = page.locator(".findings").bounding_box()
    assert transcript
    assert findings
    assert findings["y"] >= transcript["y"] + transcript["height"]
