"""A dispatcher's hour in a real browser: from the call to the closed ticket by keyboard; two on one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from console.app import create_app
from console.signin.visitors import SESSION_COOKIE
from desks import tickets
from desks.tickets import TicketState
from ledger.clock import now
from ledger.database import Ledger
from ledger.settings import Settings
from tests.console import ticketing
from tests.console.browsing import Watched, width_of
from tests.console.conftest import open_session
from tests.console.ticketing import LINE, get, open_one


@pytest.fixture(autouse=True)
def furnished(ledger: Ledger) -> None:
    """People, branches, a call."""
    ticketing.furnish(ledger)


@pytest.fixture
def app(settings: Settings, ledger: Ledger) -> FastAPI:
    """With a desk 112 whose operators have the tickets."""
    return create_app(settings, ledger, ticketing.SWITCHBOARD)


@contextmanager
def visiting(
    browser: Browser, ledger: Ledger, address: str, name: str, width: int = 1280
) -> Iterator[Watched]:
    """Somebody who signed in before; the test fails where the browser complained."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": SESSION_COOKIE, "value": open_session(ledger, name), "url": address}])
    context.set_default_timeout(20_000)
    visit = Watched(context.new_page(), address)
    yield visit
    context.close()
    # That somebody is told what is missing, or that another was quicker, is no fault of the page.
    faults = [text for text in visit.complaints if "409" not in text and "422" not in text]
    assert faults == [], faults


def press(page: Page, *keys: str) -> None:
    """One key after the other, once the page hears them."""
    page.wait_for_selector("html[data-keys]")
    for key in keys:
        page.keyboard.press(key)


def state_of(page: Page, words: str) -> None:
    """The ticket's page shows a state."""
    expect(page.locator("#ticket-state")).to_have_text(words)


def told_of_alarms(page: Page) -> None:
    """The stream tells of the late ticket: before the title, and on the page."""
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    expect(page.locator("#ticket-alarms")).to_have_text("快到时限 0 张，超时 1 张")


def test_two_keys_from_the_call_to_a_ticket(browser: Browser, ledger: Ledger, address: str) -> None:
    """On the operator's own page, T and Enter: the line that the caller keyed in is there."""
    with visiting(browser, ledger, address, "8003") as visit:
        page = visit.page
        page.goto(f"{address}/workplace")
        expect(page.get_by_label("线路")).to_have_value(LINE)
        visit.picture("ticket-panel-1280.png")
        press(page, "t", "Enter")
        expect(page.locator(".ticket-told")).to_contain_text("已开单")
        expect(page.locator(".ticket-open")).to_have_count(1)
        press(page, "t", "Enter")
        expect(page.locator(".ticket-told")).to_contain_text("已催修")
        visit.picture("ticket-panel-open-1280.png")
    with ledger.reading() as session:
        found = tickets.tickets_of_number(session, LINE)
    assert [(each.line, each.urged) for each in found] == [(LINE, 1)]


def test_a_dispatchers_hour(browser: Browser, ledger: Ledger, address: str) -> None:
    """Opens, assigns, arranges, solves with a cause, explains what is overdue, and a call-back closes."""
    late = open_one(ledger, "63005555", ago=timedelta(hours=30))
    ticket = open_one(ledger)
    with visiting(browser, ledger, address, "diao") as visit:
        page = visit.page
        page.goto(address)
        expect(page).to_have_url(f"{address}/tickets")
        told_of_alarms(page)
        visit.picture("tickets-1280.png")
        visit.picture_of_docs("tickets.png")
        press(page, "j", "j", "Enter")
        expect(page.get_by_role("heading", name=ticket.number)).to_be_visible()
        press(page, "a")
        press(page, "ArrowDown", "Enter")  # the first branch
        state_of(page, "已派单")
        press(page, "y")
        until = now() + timedelta(days=2)
        page.get_by_label("预约到").fill(f"{until:%Y-%m-%dT%H:%M}")
        page.get_by_label("客户要求").check()
        press(page, "Enter")
        state_of(page, "已预约")
        press(page, "s")
        state_of(page, "处理中")
        press(page, "x")
        page.get_by_label("原因", exact=True).select_option(label="配线电缆")
        press(page, "Enter")
        state_of(page, "已修复，待回访")
        back = ticketing.add_call(ledger, "back", at=now() + timedelta(seconds=1), caller=LINE)
        press(page, "c")
        page.keyboard.type(back)
        press(page, "Enter")
        state_of(page, "已归档")
        visit.picture("ticket-closed-1280.png")
        visit.picture_of_docs("ticket.png")
        press(page, "q")
        page.get_by_role("navigation", name="队列").get_by_role("link", name="超时").click()
        expect(page.locator("tr[data-ticket]")).to_have_count(1)
        press(page, "j", "Enter")
        press(page, "x")
        page.get_by_label("原因", exact=True).select_option(label="自复")
        press(page, "Enter")
        expect(page.get_by_role("alert").first).to_contain_text("工单有一项没有填对")
        page.locator(".ticket-move[open]").get_by_label("我方原因").check()
        press(page, "Enter")
        state_of(page, "已修复，待回访")
        expect(page.get_by_text("361 分钟")).to_be_visible()
    closed, overdue = get(ledger, ticket.number), get(ledger, late.number)
    assert (closed.state, closed.satisfied, closed.late_minutes) == (TicketState.CLOSED, True, 0)
    assert (overdue.state, overdue.overdue_reason) == (TicketState.SOLVED, "ours")


def test_two_dispatchers_on_one_ticket(browser: Browser, ledger: Ledger, address: str) -> None:
    """The second is told, sees where the ticket is now, and what was filled in is still there."""
    ticket = open_one(ledger)
    with (
        visiting(browser, ledger, address, "diao") as first,
        visiting(browser, ledger, address, "du") as second,
    ):
        for visit in (first, second):
            visit.page.goto(f"{address}/tickets/{ticket.number}")
        press(first.page, "a", "ArrowDown", "Enter")
        state_of(first.page, "已派单")
        press(second.page, "a", "ArrowDown", "ArrowDown")
        second.page.locator("#note-assigned").fill("城西更近")
        second.page.locator(".ticket-move[open] button").click()
        expect(second.page.get_by_role("alert").first).to_contain_text("有人刚刚处理了这张工单")
        state_of(second.page, "已派单")
        expect(second.page.locator("#note-assigned")).to_have_value("城西更近")
        second.picture("ticket-second-1280.png")
        assert get(ledger, ticket.number).branch_id == 1
        second.page.locator(".ticket-move[open] button").click()
        expect(second.page.get_by_role("alert").first).to_be_hidden()
    moved = get(ledger, ticket.number)
    assert (moved.branch_id, moved.version) == (2, 3)


def test_a_phone_is_wide_enough(browser: Browser, ledger: Ledger, address: str) -> None:
    """360 pixels, for the dispatcher and for the operator's panel."""
    ticket = open_one(ledger, ago=timedelta(hours=30))
    paths = {"list": "?queue=open", "one": f"/{ticket.number}", "lists": "/lists"}
    with visiting(browser, ledger, address, "diao", width=360) as visit:
        for name, path in paths.items():
            visit.page.goto(f"{address}/tickets{path}")
            visit.picture(f"tickets-360-{name}.png")
            assert width_of(visit.page) <= 360, name
    with visiting(browser, ledger, address, "8003", width=360) as visit:
        visit.page.goto(f"{address}/tickets/panel?call=talking")
        visit.picture("tickets-360-panel.png")
        assert width_of(visit.page) <= 360
