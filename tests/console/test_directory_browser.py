"""Looking up a number by keys alone, on the page and in the panel of a call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from desks.directory import entries
from desks.directory.records import Entry, Number
from ledger.clock import now
from ledger.database import Ledger
from tests.console.browsing import Watched, watched, width_of

HOSPITAL = Entry(
    name="市第一人民医院",
    aliases=("市一医院",),
    kind="医院",
    district="东山区",
    address="中山路12号",
    numbers=(Number(number="83332222", label="总机"), Number(number="83332120", label="急诊")),
    remark="急诊昼夜有人接听",
    asked=40,
)


@pytest.fixture(autouse=True)
def filled(ledger: Ledger) -> list[int]:
    """A few entries; the ids of those that are valid."""
    others = (
        replace(HOSPITAL, name="市第二人民医院", aliases=(), asked=10, address="环市东路3号"),
        replace(HOSPITAL, name="西关区妇幼保健院", aliases=(), asked=5),
        replace(HOSPITAL, name="人民医院旧门诊", aliases=(), valid_until=now()),
    )
    with ledger.transaction() as session:
        return [entry.id or 0 for entry in entries.put_many(session, (HOSPITAL, *others))]


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Watched]:
    """Somebody at a desk."""
    yield from watched(browser, address, 1280, 800)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Watched]:
    """The same, narrow and in the dark."""
    yield from watched(browser, address, 360, 800, dark=True)


def test_a_number_is_found_while_typing_and_shown_large_by_enter(desk: Watched) -> None:
    """Type initials, go down, Enter; Escape goes back to typing."""
    page = desk.page
    page.goto(f"{desk.address}/directory")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("rmyy")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.first.locator("mark").first).to_have_text("人民医院")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#directory-entry h2")).to_contain_text("市第一人民医院")
    expect(page.locator("#directory-entry")).to_contain_text("8333 2222")
    desk.picture_of_docs("directory.png")
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_the_panel_picks_a_number_with_a_second_enter(desk: Watched, filled: list[int]) -> None:
    """The label that was typed chooses the number; it is sent to the operator's page."""
    page, sent = desk.page, []

    def take(route: Route) -> None:
        sent.append((route.request.url, parse_qs(route.request.post_data or "")))
        route.fulfill(status=204)

    page.route("**/workplace/**", take)
    page.goto(f"{desk.address}/directory")
    page.evaluate("htmx.ajax('GET', '/directory/panel?call=20260101-000000-abc', '#main')")
    page.locator("[data-directory] .directory-keys", has_text="1 至 9").wait_for()
    page.get_by_role("combobox").fill("renminyiyuan 急诊")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.locator("[data-directory-chosen]")).to_be_focused()
    desk.picture("directory-panel.png")
    with page.expect_response("**/workplace/**"):
        page.keyboard.press("Enter")
    with page.expect_response("**/workplace/**"):
        page.keyboard.press("1")
    numbers = [form["number"][0] for _, form in sent]
    assert numbers == ["83332120", "83332222"]
    url, form = sent[0]
    assert url.endswith("/workplace/calls/20260101-000000-abc/shown")
    assert (form["entry"], form["name"]) == ([str(filled[0])], ["市第一人民医院"])


def test_what_is_not_valid_is_marked_and_found_only_when_asked_for(phone: Watched) -> None:
    """On a telephone's width, in the dark."""
    page = phone.page
    page.goto(f"{phone.address}/directory?q=人民医院")
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_label("含未启用和已失效的").check()
    expect(page.get_by_role("option")).to_have_count(3)
    expect(page.get_by_text("已失效", exact=True)).to_be_visible()
    assert width_of(page) == 360
    phone.picture("directory-narrow.png")


def test_programs_search_and_read(monitor: httpx.Client, filled: list[int]) -> None:
    """The same under /api; the page of one entry."""
    answer = monitor.get("/api/directory", params={"q": "中山路 医院 急诊", "limit": 1}).json()
    (found,) = answer["entries"]
    assert (found["id"], found["number"]["number"], found["fit"]) == (filled[0], "83332120", "words")
    assert {match["field"] for match in found["matches"]} == {"address", "name", "label"}
    assert monitor.get(f"/api/directory/{filled[0]}").json()["remark"] == "急诊昼夜有人接听"
    assert monitor.get("/api/directory", params={"q": ""}).status_code == 422
    page = monitor.get(f"/directory/entries/{filled[0]}").text
    assert "8333 2120" in page
    assert "市一医院" in page
