"""An operator's hour in a real browser: an enquiry, one not listed, a fault, a question, a transfer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from console.app import create_app
from desks import tickets
from desks.directory import entries, hard_cases
from desks.directory.records import Entry, Number
from desks.knowledge import files, readings
from ledger import call_wishes, conversations
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import OperatorState, UserRole, WishKind, WishOutcome
from ledger.tables import OperatorRow, TicketKindRow
from tests.console import seeding, working
from tests.console.browsing import Watched, held, watched

FAULTS = replace(working.FAULTS, operators=("8002", "8003", "li"), tools=("tickets", "knowledge"))
SWITCHBOARD = replace(working.SWITCHBOARD, desks=(working.ENQUIRIES, FAULTS))
LISTED, UNLISTED, FAULT, QUESTION = "hour-listed", "hour-unlisted", "hour-fault", "hour-question"


@pytest.fixture
def app(settings: Settings, ledger: Ledger) -> FastAPI:
    """A console with a desk for enquiries and one for faults."""
    return create_app(settings, ledger, SWITCHBOARD)


@pytest.fixture(autouse=True)
def on_duty(ledger: Ledger) -> None:
    """A directory of one entry, the starting articles, kinds of the fault desk; the operator is idle."""
    with ledger.transaction() as session:
        seeding.add_user(session, "li", UserRole.OPERATOR)
        entries.put(session, Entry(name="漯河市第一医院", numbers=(Number(number="03958570120"),)))
        files.bring(session, files.read(files.STARTING_SET), by="bian", why="导入")
        session.query(TicketKindRow).filter_by(desk="112").update({"desk": FAULTS.id})
        session.add(OperatorRow(number="li", state=OperatorState.IDLE, misses=0, calls=0, since=seeding.NOON))


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Watched]:
    """An operator's screen."""
    yield from watched(browser, address, 1280, 860)


class Lines:
    """What the lines do: they bring callers, and follow what the page asks."""

    def __init__(self, ledger: Ledger, page: Page) -> None:
        self._ledger, self._page = ledger, page

    def bring(self, call_id: str, desk_id: str) -> None:
        """A caller is connected, and the page shows that."""
        with self._ledger.transaction() as session:
            working.ring(session, call_id, operator="li")
            session.flush()
            row = session.get_one(OperatorRow, "li")
            row.state = OperatorState.TALKING
            conversations.begin(session, call_id, desk=desk_id, operator="li", known=working.KNOWN)
        expect(self._page.locator(".work-state .chip")).to_have_text("人工通话")

    def part(self, call_id: str, state: OperatorState) -> list[WishKind]:
        """The conversation is over, by the wishes that there are or because somebody has hung up."""
        with self._ledger.transaction() as session:
            asked = call_wishes.unsettled(session).get(call_id, ())
            for wish in asked:
                call_wishes.settle(session, wish.id, WishOutcome.DONE)
            working.hang_up(session, state, call_id, operator="li")
        return [wish.kind for wish in asked]

    def wrap_up(self, call_id: str, key: str) -> None:
        """The caller hangs up; one key says why the caller had called."""
        self.part(call_id, OperatorState.WRAP_UP)
        expect(self._page.locator("#work-wrap-up [data-number='1']")).to_be_focused()
        self._page.keyboard.press(key)
        expect(self._page.locator(".work-state .chip")).to_have_text("空闲")


def test_an_operators_hour(desk: Watched, ledger: Ledger) -> None:
    """Four callers served by keys, even before the tools are there; what was shown, missed, asked is kept."""
    page, keys = desk.page, desk.page.keyboard
    lines = Lines(ledger, page)

    lines.bring(LISTED, working.ENQUIRIES.id)
    expect(page.locator("#directory-q")).to_be_focused()
    keys.type("dyyy")
    expect(page.locator("[data-directory-hit][aria-selected=true]")).to_contain_text("第一医院")
    desk.picture_of_docs("workplace.png", 860)
    keys.press("Enter")
    expect(page.locator("[data-directory-pick]")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".work-name")).to_have_text("漯河市第一医院")
    keys.press("F8")
    expect(page.locator(".work-wish")).to_have_text("正在转自动报号…")
    assert lines.part(LISTED, OperatorState.IDLE) == [WishKind.READ_BACK]
    expect(page.locator(".work-state .chip")).to_have_text("空闲")

    with held(page, "**/workplace/tools"):
        lines.bring(UNLISTED, working.ENQUIRIES.id)
        keys.type("没有")
        expect(page.locator("#directory-q")).to_have_count(0)  # the one of the call before is gone
        desk.picture("workplace-ahead.png")
    expect(page.locator("#directory-q")).to_be_focused()
    keys.type("这一家")
    expect(page.locator("[name=asked]")).to_have_value("没有这一家")  # what has been looked for in vain
    page.get_by_role("button", name="记为疑难").press("Enter")
    expect(page.get_by_role("button", name="记为疑难")).to_have_count(0)
    lines.wrap_up(UNLISTED, "2")

    lines.bring(FAULT, FAULTS.id)
    expect(page.get_by_role("button", name="开单")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(".ticket-told")).to_contain_text("已开单")
    lines.wrap_up(FAULT, "1")

    lines.bring(QUESTION, FAULTS.id)
    page.locator("#knowledge-q").focus()
    keys.type("挂失")
    expect(page.locator(".kb-hits")).to_contain_text("挂失")
    keys.press("Enter")
    expect(page.locator("#knowledge-article")).to_contain_text("挂失")
    keys.press("F4")
    keys.press("Enter")
    expect(page.locator(".work-wish")).to_have_text("正在转出…")
    assert lines.part(QUESTION, OperatorState.IDLE) == [WishKind.TRANSFER]

    prove_kept(ledger)


def prove_kept(ledger: Ledger) -> None:
    """What the ledger has of the hour."""
    with ledger.reading() as session:
        (missed,) = hard_cases.list_of(session)
        (ticket,) = tickets.tickets_of_call(session, FAULT)
        (read,) = readings.of_call(session, QUESTION)
        reasons = [conversations.last_of_call(session, call_id, "li") for call_id in (UNLISTED, FAULT)]
    assert missed.asked == "没有这一家"
    assert ticket.line == "63012345"
    assert "挂失" in read.title
    assert [talk.wrap_up for talk in reasons if talk] == ["unlisted", "chased"]
