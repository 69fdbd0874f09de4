"""The operator's page in a real browser: it opens by itself, and a call is served by keys alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from console.app import create_app
from desks.directory import entries
from desks.directory.records import Entry, Number
from ledger import call_wishes, calls, conversations
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import OperatorState, UserRole, WishKind, WishOutcome
from ledger.tables import OperatorRow
from tests.console import seeding, working
from tests.console.browsing import Watched, held, watched, width_of
from tests.console.working import CALL


@pytest.fixture
def app(settings: Settings, ledger: Ledger) -> FastAPI:
    """A console whose first desk has the directory and the knowledge window."""
    return create_app(settings, ledger, working.SWITCHBOARD)


@pytest.fixture(autouse=True)
def on_duty(ledger: Ledger) -> None:
    """Two entries; the operator is idle, and named as the form of the sign-in is filled in."""
    with ledger.transaction() as session:
        seeding.add_user(session, "li", UserRole.OPERATOR)
        entries.put(session, Entry(name="漯河市第一中学", numbers=(Number(number="03958573629"),)))
        entries.put(session, Entry(name="漯河市第一医院", numbers=(Number(number="03958570120"),)))
        session.add(OperatorRow(number="li", state=OperatorState.IDLE, misses=0, calls=0, since=seeding.NOON))


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Watched]:
    """An operator's screen."""
    yield from watched(browser, address, 1280, 860)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Watched]:
    """A small screen in the dark."""
    yield from watched(browser, address, 360, 740, dark=True)


class Hand:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self._page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        """One after the other."""
        for key in keys:
            self._page.keyboard.press(key)
        self.pressed += len(keys)


def connect(ledger: Ledger) -> None:
    """The phone rings and the operator picks up."""
    with ledger.transaction() as session:
        working.talk(session, operator="li")


def follow(ledger: Ledger, state: OperatorState) -> None:
    """What the line does with the wish: the operator is let go."""
    with ledger.transaction() as session:
        (wish,) = call_wishes.unsettled(session)[CALL]
        call_wishes.settle(session, wish.id, WishOutcome.DONE)
        working.hang_up(session, state, operator="li")


def test_an_enquiry_takes_seven_keys(desk: Watched, ledger: Ledger) -> None:
    """From the ring to being free by keys alone: four initials, Enter, Enter, F8; it opens by itself."""
    page, hand = desk.page, Hand(desk.page)
    expect(page.locator(".work-idle")).to_be_visible()
    desk.picture("workplace-idle.png")
    with ledger.transaction() as session:
        working.ring(session, "20261130-095900-before", operator="li")
    expect(page.locator(".work-state .chip")).to_have_text("振铃")
    connect(ledger)
    expect(page.locator(".work-caller")).to_have_text(working.CALLER)
    expect(page.locator("#directory-q")).to_be_focused()
    desk.picture("workplace-call.png")
    hand.press("d", "y", "z", "x")
    expect(page.locator("[data-directory-hit][aria-selected=true]")).to_contain_text("第一中学")
    desk.picture("workplace-search.png")
    hand.press("Enter")
    expect(page.locator("[data-directory-pick]")).to_be_focused()
    hand.press("Enter")
    expect(page.locator("#work-number")).to_have_value("03958573629")
    expect(page.locator(".work-name")).to_have_text("漯河市第一中学")
    hand.press("F8")
    expect(page.locator(".work-wish")).to_have_text("正在转自动报号…")
    follow(ledger, OperatorState.IDLE)
    expect(page.locator(".work-state .chip")).to_have_text("空闲")
    assert hand.pressed == 7
    with ledger.reading() as session:
        facts = calls.get_call(session, CALL).facts
        asked = [(wish.kind, wish.detail, wish.by) for wish in call_wishes.list_wishes(session, CALL)]
    assert facts["directory_entry"] == "1"
    assert asked == [(WishKind.READ_BACK, "03958573629", "li")]


def test_the_reason_takes_one_key(desk: Watched, ledger: Ledger) -> None:
    """After the hang-up the reasons have the focus: a digit chooses one and ends the wrap-up."""
    page = desk.page
    connect(ledger)
    expect(page.locator(".work-caller")).to_be_visible()
    with ledger.transaction() as session:
        working.hang_up(session, OperatorState.WRAP_UP, operator="li")
    expect(page.locator("#work-wrap-up [data-number='1']")).to_be_focused()
    desk.picture("workplace-wrap-up.png")
    page.keyboard.press("2")
    expect(page.locator(".work-state .chip")).to_have_text("空闲")
    with ledger.reading() as session:
        ended = conversations.last_of_call(session, CALL, "li")
    assert ended
    assert ended.wrap_up == "unlisted"


def test_the_other_keys(desk: Watched, ledger: Ledger) -> None:
    """F9 pauses and goes on, F4 and Enter transfer, ? explains; a digit or ? that is typed is only typed."""
    page = desk.page
    connect(ledger)
    search = page.locator("#directory-q")
    expect(search).to_be_focused()
    page.keyboard.type("1?")
    expect(search).to_have_value("1?")
    expect(page.locator("#work-keys")).to_be_hidden()
    page.keyboard.press("F9")
    expect(page.locator("#said")).to_have_text("li 的录音暂停")
    expect(page.get_by_role("button", name="继续录音")).to_be_visible()
    page.keyboard.press("F9")
    expect(page.locator("#said")).to_have_text("li 的录音继续")
    page.keyboard.press("F4")
    page.keyboard.press("Enter")
    expect(page.locator(".work-wish")).to_have_text("正在转出…")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("F6")
    page.keyboard.press("?")
    expect(page.locator("#work-keys")).to_be_visible()
    desk.picture("workplace-keys.png")
    page.keyboard.press("Escape")
    page.keyboard.press("F2")
    expect(search).to_be_focused()
    expect(search).to_have_value("1?")
    with ledger.reading() as session:
        asked = [(wish.kind, wish.detail) for wish in call_wishes.list_wishes(session, CALL)]
    assert asked == [(WishKind.PAUSE, ""), (WishKind.RESUME, ""), (WishKind.TRANSFER, "faults")]


def test_tools_that_come_late_take_nobody_from_a_field(desk: Watched, ledger: Ledger) -> None:
    """Who went to the number, though nothing stands there yet, types on in it when the tools are there."""
    page = desk.page
    with held(page, "**/workplace/tools"):
        connect(ledger)
        expect(page.locator(".work-caller")).to_be_visible()
        page.locator("#work-number").focus()
    expect(page.locator(".work-tool input[type=search]")).to_have_count(2)
    page.keyboard.type("12")
    expect(page.locator("#work-number")).to_have_value("12")


def test_a_small_screen_has_it_all(phone: Watched, ledger: Ledger) -> None:
    """At 360 px nothing is cut off, and without a tool the number is typed into the page's own field."""
    connect(ledger)
    page = phone.page
    expect(page.locator(".work-caller")).to_be_visible()
    phone.picture("workplace-phone.png")
    assert width_of(page) <= 360
    page.locator("#work-number").fill("十二")
    page.keyboard.press("F8")
    expect(page.locator("#notice")).to_contain_text("号码要写数字")
    phone.complaints[:] = [text for text in phone.complaints if "422" not in text]
