"""A monitor's way through the console in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from playwright.sync_api import Browser, expect

from ledger import added_findings, judgements, review_marks
from ledger.database import Ledger
from ledger.records import Mark
from ledger.states import Decision, Place
from ledger.tables import CallRow
from tests.console import seeding
from tests.console.browsing import Watched, heard_from, watched, width_of
from tests.console.seeding import FLAGGED
from tests.console.transferring import add_later_part

PAUSED_AT = """() => new Promise((resolve, reject) => {
    const audio = document.querySelector("#audio");
    const look = () => audio.paused && audio.currentTime > 0 && resolve(audio.currentTime);
    audio.addEventListener("pause", look);
    setTimeout(() => reject(new Error(`it plays on, at ${audio.currentTime}`)), 20000);
    look();
})"""


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

    heard_s = heard_from(page, worst.locator("[data-moment]").click)
    assert heard_s == pytest.approx(8.0)  # a second before the finding at 9.0
    expect(page.locator(".word.lit")).to_have_text(re.compile("我|不知道|你|问|别人|去"))
    assert page.evaluate(PAUSED_AT) == pytest.approx(12.4, abs=0.3)  # a second after its end at 11.4

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
    page.get_by_role("dialog").get_by_role("button", name="听错").click()
    expect(page.locator("#score")).to_contain_text("复核后")
    expect(page.locator("#score .score").last).to_have_text("90")
    expect(page.locator("#sums tfoot")).to_contain_text("90")
    expect(worst).to_be_focused()  # the keyboard goes on from there
    desktop.picture("undo-1280.png")
    page.locator("#undo-notice button").click()
    expect(page.locator("#score")).not_to_contain_text("复核后")
    expect(worst.locator(".history")).to_contain_text("全部 1 次核对")
    worst.get_by_role("button", name="确认").click()
    expect(worst.locator(".decision").first).to_contain_text("已确认")


def test_a_click_on_a_word_plays_from_there(desktop: Watched) -> None:
    """The transcript is the way to every moment."""
    desktop.open_flagged()
    assert heard_from(desktop.page, desktop.page.locator(".word", has_text="再见").click) == pytest.approx(
        15.0
    )


def test_the_keyboard_plays_and_goes_through_the_findings(desktop: Watched) -> None:
    """Space plays and pauses, N and P play the next and the previous finding; typing types."""
    desktop.open_flagged()
    page = desktop.page
    assert heard_from(page, lambda: page.keyboard.press("n")) == pytest.approx(8.0)
    assert heard_from(page, lambda: page.keyboard.press("n")) == pytest.approx(3.2)
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


def test_the_sound_is_played_as_a_monitor_wants_it(desktop: Watched) -> None:
    """Speed with its pitch, three seconds back, one channel alone, a finding looped, silences skipped."""
    desktop.open_flagged()
    page, audio = desktop.page, desktop.page.locator("#audio")
    for speed in ("0.75", "2"):
        page.get_by_role("button", name=f"{speed}×").click()
        expect(page.get_by_role("button", name=f"{speed}×")).to_have_attribute("aria-pressed", "true")
        expect(audio).to_have_js_property("playbackRate", float(speed))
    expect(audio).to_have_js_property("preservesPitch", True)
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="只听来电者")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("s")
    last = page.locator(".word", has_text="去")  # of a turn that ends at 11.4; the next begins at 13
    assert heard_from(page, last.click, jumps=2) == pytest.approx(12.8, abs=0.05)
    page.keyboard.press("o")
    assert heard_from(page, lambda: page.keyboard.press("n")) == pytest.approx(
        8.0
    )  # to 12.4, at double speed
    near_its_end = "(audio) => { audio.currentTime = 12.3; }"
    assert heard_from(page, lambda: audio.evaluate(near_its_end), jumps=2) == pytest.approx(8.0)
    page.keyboard.press(" ")
    page.evaluate("() => { document.querySelector('#audio').currentTime = 10; }")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#time")).to_have_text("0:07")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("从这一处前 2 秒播放")
    page.get_by_label("启用单键快捷键").uncheck()
    page.get_by_role("button", name="关闭").click()
    page.keyboard.press("n")
    assert not page.evaluate("() => !document.querySelector('#audio').paused")


def test_the_waveform_shows_what_happened_and_takes_a_selection(desktop: Watched) -> None:
    """Two channels with places, turns and findings; the legend hides a layer, dragging selects."""
    desktop.open_flagged()
    page = desktop.page
    for layer, count in (("turn", 6), ("finding", 2), ("place-operator", 1), ("place-queue", 1)):
        expect(page.locator(f'#wave [data-layer="{layer}"]')).to_have_count(count)
    expect(page.locator("#wave .canvases > div")).to_have_count(2)
    page.get_by_label("说话", exact=True).uncheck()
    expect(page.locator('#wave [data-layer="turn"]').first).to_be_hidden()
    box = page.locator("#wave").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 20, steps=4)
    page.mouse.up()
    expect(page.locator("#selected")).to_contain_text(re.compile(r"0:(09|10)\.\d–0:1[12]\.\d"))
    page.get_by_role("button", name="放大").click()
    expect(page.locator("#player")).to_have_attribute("data-nearness", "2")


def test_what_the_machine_missed_is_marked_in_the_transcript(desktop: Watched, ledger: Ledger) -> None:
    """By keyboard: words marked with Shift, the rule typed, why; it counts. A turn is corrected."""
    desktop.open_flagged()
    page = desktop.page
    page.get_by_label("在转写中查找").fill("你问")
    expect(page.locator("#found")).to_have_text("1/1")
    page.locator("#turn-3 .word").nth(1).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".word.picked")).to_have_text(["不知道", "你", "问"])
    page.locator("#player").focus()
    page.keyboard.press("m")
    page.keyboard.type("抢话")
    page.get_by_label("为什么", exact=True).fill("没等来电者说完")
    page.locator("#add-form").get_by_role("button", name="补记").click()
    added = page.locator(".added-finding")
    expect(added).to_contain_text("不知道你问")
    expect(page.locator("#score .score").last).to_have_text("65")
    expect(page.locator('#wave [data-layer="finding"]')).to_have_count(3)

    page.locator("#turn-2").get_by_role("button", name="改正").click()
    page.locator("#turn-2 textarea").fill("请问市人民医院的电话")
    page.get_by_role("button", name="保存更正").click()
    expect(page.locator("#turn-2 .machine summary")).to_contain_text("已更正")
    expect(page.locator("#turn-2 .word").first).to_have_text("请问")
    desktop.picture("corrected-1280.png")
    with ledger.reading() as session:
        assert [one.missed.text for one in added_findings.all_of(session, FLAGGED)] == ["不知道你问"]


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


def test_a_later_part_is_heard_and_read(desktop: Watched, phone: Watched, ledger: Ledger) -> None:
    """From the queue to the card below the scorecard: its moment plays, is lit, stands in the waveform."""
    with ledger.transaction() as session:
        add_later_part(session)
    for screen in (desktop, phone):
        page = screen.page
        page.goto(f"{screen.address}/calls?queue=later")
        expect(page.locator(".list-later")).to_contain_text("转接后 8002")
        expect(page.locator(".list-later q")).to_have_text("那好吧")
        width = page.viewport_size["width"] if page.viewport_size else 0
        screen.picture(f"later-list-{width}.png")
        page.locator(".list-later").click()
        expect(page.locator("#player.drawn")).to_be_visible()
        part = page.locator(".later-part")
        expect(part.get_by_role("heading", level=2)).to_have_text("转接后：8002 · 112障碍台")
        expect(part.locator("form.review")).to_have_count(1)  # of what failed
        assert width_of(page) <= width
        screen.picture(f"later-{width}.png")
    part = desktop.page.locator(".later-part .finding").first
    assert heard_from(desktop.page, part.locator("[data-moment]").click) == pytest.approx(12.0)
    expect(desktop.page.locator(".word.lit")).to_have_text(re.compile("那|好吧"))
    expect(desktop.page.locator('#wave [data-layer="finding"]')).to_have_count(3)


def test_filters_narrow_the_list_without_loading_the_page_anew(desktop: Watched) -> None:
    """Choosing a number swaps the rows, and the address can be shared."""
    page = desktop.page
    expect(page.locator("tr[data-call]").first).to_be_visible()
    page.evaluate("document.body.dataset.same = 'yes'")
    page.get_by_text("更多条件").click()
    page.get_by_label("热线号码").select_option("180")
    expect(page.locator("tr[data-call]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/calls\?(.*&)?hotline=180(&|$)"))
    page.get_by_label("转写中的文字").fill("没有这句话")
    expect(page.locator(".empty")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-same", "yes")
    page.go_back()
    expect(page.locator("tr[data-call]")).to_have_count(1)


def test_a_session_that_ends_in_mid_review_loses_nothing(desktop: Watched, ledger: Ledger) -> None:
    """The sign-in comes to the page; what was typed is there, and what was refused is done by itself.

    On another machine what was typed and not sent is there too.
    """
    desktop.open_flagged()
    page = desktop.page
    page.get_by_label("评语", exact=True).fill("语气生硬，应当道歉")
    page.get_by_role("group", name="亲").get_by_label("2").check()
    expect(page.locator("#draft-state")).to_have_text("草稿已保存")
    worst = page.locator(".finding").first
    worst.get_by_label("说明").fill("确有忌语")
    page.context.clear_cookies(name="hotline_session")
    worst.get_by_role("button", name="确认").click()
    page.get_by_label("密码").fill(seeding.PASSWORD)
    desktop.picture("signed-out-1280.png")
    page.get_by_role("dialog").get_by_role("button", name="登录", exact=True).click()
    expect(worst.locator(".decision")).to_contain_text("确有忌语")
    expect(page.get_by_label("评语", exact=True)).to_have_value("语气生硬，应当道歉")
    desktop.complaints[:] = [text for text in desktop.complaints if "401" not in text]

    desktop.open_flagged()
    expect(page.get_by_label("评语", exact=True)).to_have_value("语气生硬，应当道歉")
    expect(page.get_by_role("group", name="亲").get_by_label("2")).to_be_checked()
    page.get_by_role("button", name="保存评分").click()
    expect(page.locator(".marking")).to_contain_text("四项标准还没有评全")
    with ledger.reading() as session:
        (marks,) = review_marks.marks_of(session, FLAGGED)
    assert (dict(marks.marks), marks.comment) == ({"亲": 2}, "语气生硬，应当道歉")


def test_nothing_is_wider_than_a_phone(phone: Watched) -> None:
    """At 360 px the list is cards and the call is stacked; nothing has to be moved sideways."""
    page = phone.page
    for path in ("/calls", f"/calls/{FLAGGED}", f"/calls/{seeding.REFUSED}", "/language/en?next=/calls"):
        page.goto(phone.address + path)
        expect(page.locator("h1")).to_be_visible()
        assert width_of(page) <= 360, path
    phone.open_flagged()
    transcript = page.locator(".transcript").bounding_box()
    findings = page.locator(".findings").bounding_box()
    assert transcript
    assert findings
    assert findings["y"] >= transcript["y"] + transcript["height"]
