"""The wallboard and the operators' pages in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect

from console.app import create_app
from console.switchboard import Desk
from ledger import call_wishes
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import OperatorState, QueueOutcome, UserRole, WishKind
from ledger.tables import OperatorRow, WaitingRow
from tests.console import live, seeding
from tests.console.browsing import Watched, watched, width_of

DESKS = (
    seeding.ENQUIRIES,
    seeding.FAULTS,
    Desk(id="service", name="180综合业务咨询台", operators=("8003",)),
    Desk(id="city", name="10050客服台", operators=("8002", "8003")),
)


@pytest.fixture
def app(settings: Settings, ledger: Ledger) -> FastAPI:
    """A console of four desks, as the standard plan has them."""
    return create_app(settings, ledger, replace(seeding.SWITCHBOARD, desks=DESKS))


@pytest.fixture(autouse=True)
def busy(ledger: Ledger) -> None:
    """Two desks in the middle of a day."""
    with ledger.transaction() as session:
        for number, waited_s in enumerate((52, 31, 12, 4)):
            live.join_queue(session, f"w{number}", waited_s=waited_s)
        for number in range(42):
            live.add_wait(session, f"b{number}", QueueOutcome.BRIDGED, 1 + number * 0.4)
        for number in range(12):
            live.add_wait(session, f"f{number}", QueueOutcome.BRIDGED, 1 + number, desk="faults")
        for number in range(5):
            live.add_wait(session, f"a{number}", QueueOutcome.ABANDONED, 30)
        live.add_operators(session, "8001", state=OperatorState.TALKING)
        live.add_operators(session, "8002", state=OperatorState.AWAY)
        live.add_operators(session, "8003")
        for number in range(1, 4):
            live.add_line(session, f"line-{number}", seen_before_s=60 if number == 3 else 0)
        for number, line in enumerate(("line-1", "line-1", "line-2")):
            live.begin_call(session, f"t{number}", line=line)
        seeding.add_user(session, "li", UserRole.TEAM_LEAD)


@pytest.fixture
def wall(browser: Browser, address: str) -> Iterator[Watched]:
    """A big screen in a dark hall."""
    yield from watched(browser, address, 1920, 1080, dark=True)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Watched]:
    """A phone held upright."""
    yield from watched(browser, address, 360, 740)


@pytest.fixture
def desk_screen(browser: Browser, address: str) -> Iterator[Watched]:
    """A lead's screen."""
    yield from watched(browser, address, 1280, 860)


# In one go: the figures are put anew while one looks at them.
FIGURE_HEIGHTS = """[...document.querySelectorAll('.figure')]
    .map((figure) => parseFloat(getComputedStyle(figure).fontSize))"""


def open_wallboard(visit: Watched) -> None:
    """The wallboard, live."""
    visit.page.goto(f"{visit.address}/wallboard")
    expect(visit.page.locator("#live")).to_have_text("实时")


def test_the_figures_change_by_themselves(wall: Watched, ledger: Ledger) -> None:
    """A caller who is answered and an operator who comes back are on the wall without loading it anew."""
    open_wallboard(wall)
    page = wall.page
    wall.picture_of_docs("wallboard.png", 1080)
    page.evaluate("document.body.dataset.same = 'yes'")
    expect(page.locator("[data-tile=waiting] .figure")).to_have_text("4")
    expect(page.locator("[data-desk=enquiries] .operator-away")).to_have_text("1 离席")
    with ledger.transaction() as session:
        for row in session.query(WaitingRow).filter(WaitingRow.left_at.is_(None)):
            if row.call_id != "w3":
                session.delete(row)
        session.get_one(OperatorRow, "8002").state = OperatorState.IDLE
    expect(page.locator("[data-tile=waiting] .figure")).to_have_text("1")
    expect(page.locator("[data-desk=enquiries] .operator-idle")).to_have_text("1 空闲")
    expect(page.locator("body")).to_have_attribute("data-same", "yes")


def test_the_wall_fits_its_screen_and_is_read_from_afar(wall: Watched) -> None:
    """At 1920 by 1080 everything is in sight, and the great figures are a hand high on a two-metre screen."""
    open_wallboard(wall)
    page = wall.page
    assert width_of(page) <= 1920
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    heights = page.evaluate(FIGURE_HEIGHTS)
    assert len(heights) > 5
    assert min(heights) >= 96


def test_the_wallboard_fits_a_phone(phone: Watched) -> None:
    """At 360 px the same figures stand below each other."""
    open_wallboard(phone)
    phone.picture("wallboard-phone.png")
    assert width_of(phone.page) <= 360
    phone.page.goto(f"{phone.address}/operators")
    phone.picture("operators-phone.png")
    assert width_of(phone.page) <= 360
    phone.page.goto(f"{phone.address}/operators/8001")
    assert width_of(phone.page) <= 360


def test_a_wall_that_hears_nothing_says_so(wall: Watched) -> None:
    """Old figures are never shown as if they were live; the page goes on when the stream is back."""
    page = wall.page
    page.clock.install()
    page.route("**/wallboard/stream", lambda route: route.abort())
    page.goto(f"{wall.address}/wallboard")
    page.clock.run_for(11_000)
    expect(page.locator("#live")).to_have_text("连接中断，数字已停止更新")
    page.unroute("**/wallboard/stream")
    page.clock.run_for(6_000)
    expect(page.locator("#live")).to_have_text("实时")
    wall.complaints[:] = [text for text in wall.complaints if "ERR_FAILED" not in text]


def test_a_lead_sets_a_state_in_place(desk_screen: Watched, ledger: Ledger) -> None:
    """The state changes beside the button, a polite sentence says so, and what is being typed stays."""
    page = desk_screen.page
    page.goto(f"{desk_screen.address}/operators")
    desk_screen.picture("operators.png")
    typed = page.get_by_label("离席原因 8001")
    typed.fill("培训")
    page.get_by_label("离席原因 8003").fill("用餐")
    page.locator("[data-operator='8003']").get_by_role("button", name="离席").click()
    expect(page.locator("#now-8003")).to_contain_text("离席")
    expect(page.locator("#now-8003 q")).to_have_text("用餐")
    expect(page.locator("#said")).to_have_text("8003 现在：离席")
    expect(page.locator("#said")).to_have_attribute("aria-live", "polite")
    with ledger.transaction() as session:
        session.get_one(OperatorRow, "8003").state = OperatorState.IDLE
    expect(page.locator("#now-8003 .chip")).to_have_text("空闲")  # by itself
    expect(typed).to_have_value("培训")


def test_a_lead_pauses_the_recording(desk_screen: Watched, ledger: Ledger) -> None:
    """The buttons stand at who talks; a polite sentence says what was asked, and the call keeps it."""
    with ledger.transaction() as session:
        row = session.get_one(OperatorRow, "8003")
        row.state, row.call_id = OperatorState.TALKING, seeding.FLAGGED
    page = desk_screen.page
    page.goto(f"{desk_screen.address}/operators")
    page.locator("#now-8003").get_by_role("button", name="暂停录音").click()
    expect(page.locator("#said")).to_have_text("8003 的录音暂停")
    desk_screen.picture("operators-pause.png")
    with ledger.reading() as session:
        (wish,) = call_wishes.list_wishes(session, seeding.FLAGGED)
    assert wish.kind is WishKind.PAUSE


def test_a_refusal_is_told_and_stays_to_be_read(desk_screen: Watched, ledger: Ledger) -> None:
    """Who is off cannot go away; the sentence outlives the next refresh of the states."""
    with ledger.transaction() as session:
        session.get_one(OperatorRow, "8003").state = OperatorState.OFF
    page = desk_screen.page
    page.goto(f"{desk_screen.address}/operators")
    page.locator("[data-operator='8003']").get_by_role("button", name="离席").click()
    expect(page.locator("#notice")).to_contain_text("要离席请先示闲")
    with page.expect_response(lambda response: response.url.endswith("/operators"), timeout=15_000):
        pass
    expect(page.locator("#notice")).to_contain_text("要离席请先示闲")
    expect(page.locator("#now-8003 .chip")).to_have_text("离线")
    desk_screen.complaints[:] = [text for text in desk_screen.complaints if "409" not in text]


def test_a_wall_whose_sign_in_has_expired_asks_for_it(wall: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream ends after a while and comes back by itself; without a sign-in the page goes to the form."""
    monkeypatch.setattr("console.streams.STREAM_LIFE_S", 0.0)
    open_wallboard(wall)
    page = wall.page
    with page.expect_request("**/wallboard/stream", timeout=15_000):
        pass  # it came back
    page.context.clear_cookies(name="hotline_session")
    page.wait_for_url("**/sign-in?next=%2Fwallboard", timeout=20_000)
    wall.complaints[:] = [text for text in wall.complaints if "MIME type" not in text]
