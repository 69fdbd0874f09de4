"""A monitor's day at the list in a real browser, by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from ledger import calls, cases, judgements, samples, users
from ledger.case_states import CaseState
from ledger.database import Ledger
from ledger.records import Evidence
from ledger.review_marks import marks_of
from ledger.samples import Sampled, SampleDraw
from ledger.settings import Settings
from ledger.states import Decision, Role, UserRole, Verdict
from tests.console import seeding
from tests.console.browsing import Watched, heard_from, watched
from tests.console.conftest import open_session
from tests.console.seeding import NOON

TEN = [f"20261101-0400{number:02}-drawn" for number in range(10)]
MARKS = {"快": 4, "准": 5, "清": 4, "亲": 5}
FOCUSED = "document.activeElement.closest('tr[data-call]')?.dataset.call"


@pytest.fixture
def desktop(browser: Browser, address: str, drawn: None) -> Iterator[Watched]:
    """A monitor's screen."""
    yield from watched(browser, address, 1280, 860)


@pytest.fixture
def drawn(settings: Settings, ledger: Ledger) -> None:
    """Ten calls with a taboo each, drawn and handed to the monitor."""
    with ledger.transaction() as session:
        seeding.add_user(session, "zhou", UserRole.QUALITY_LEAD)
        for number, call_id in enumerate(TEN):
            seeding.add_call(session, call_id, NOON - timedelta(days=19, minutes=10 - number))
            seeding.add_recording(session, settings, call_id)
            taboo = Evidence(start_s=9.0, end_s=9.8, text="我不知道", likeness=0.97)
            said = (seeding.turn(Role.OPERATOR, 9.0, "我", "不知道"),)
            found = (seeding.finding("forbidden-words", Verdict.FAIL, 20, taboo),)
            seeding.add_judgement(session, call_id, said, found)
        _draw(session)


def _draw(session: Session) -> None:
    shared = {
        "part": "main",
        "stratum": "-",
        "probability": 0.1,
        "operator": "8001",
        "desk": "-",
        "team": "-",
    }
    draw = SampleDraw(
        plan_id="month", title="十一月", plan={}, first_day=NOON.date(), end_day=NOON.date(), zone="UTC",
        frame_sha256="f" * 64, algorithm="a", seed="s", strata=[], cells=[], gaps={}, drawn_by="chen",
        drawn_at=NOON,
    )  # fmt: skip
    taken = [Sampled(call_id=each, **shared) for each in TEN]  # type: ignore[arg-type]
    draw_id = samples.save_draw(session, draw, b"", len(TEN), taken)
    listener = users.find_user(session, "li")
    assert listener
    ids = [one.id for one in samples.sampled_calls(session, draw_id)]
    samples.assign(session, ids, listener[0].id)


def press(page: Page, *keys: str) -> None:
    """Keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def settled(page: Page, call_id: str, words: str) -> None:
    """The row says so, and still has the focus."""
    expect(page.locator(f'tr[data-call="{call_id}"] .c-state')).to_contain_text(words)
    expect(page.locator(f'tr[data-call="{call_id}"]')).to_be_focused()


def test_ten_drawn_calls_are_worked_through_by_keyboard_alone(desktop: Watched, ledger: Ledger) -> None:
    """Queue, next row, play the finding, confirm or reject, undo, finish: no mouse, and nothing is lost."""
    page = desktop.page
    page.goto(f"{desktop.address}/calls?queue=sample")
    expect(page.locator("body[data-list-ready]")).to_be_attached()
    for number, call_id in enumerate(TEN):
        press(page, "j")
        assert page.evaluate(FOCUSED) == call_id
        if number == 0:
            heard_s = heard_from(page, lambda: press(page, " "), audio="#list-audio")
            assert heard_s == pytest.approx(8.0)  # a second before the finding
            press(page, " ")
            desktop.picture_of_docs("list.png", 900)
        if number == 1:
            press(page, "r")
            expect(page.locator("#list-reasons")).to_be_visible()
            press(page, "1")
        else:
            press(page, "c")
        expect(page.locator("#list-undo")).to_be_visible()
        expect(page.locator(f"#row-{call_id}[data-finding]")).to_have_count(0)
        if number == 2:
            press(page, "u")
            expect(page.locator(f"#row-{call_id}[data-finding]")).to_have_count(1)
            press(page, "c")
            expect(page.locator(f"#row-{call_id}[data-finding]")).to_have_count(0)
        press(page, "f")
        expect(page.locator("#list-marks")).to_be_visible()  # a review needs the four standards' marks
        press(page, "4", "5", "4", "5", "Enter")
        settled(page, call_id, "已复核")
    with ledger.reading() as session:
        reviews = [list(judgements.newest_reviews(session, each).values()) for each in TEN]
        assert [len(some) for some in reviews] == [1] * 10
        decisions = [some[0].decision for some in reviews]
        assert [marks_of(session, each)[0].marks for each in TEN] == [MARKS] * 10
        assert decisions == [Decision.CONFIRMED, Decision.REJECTED, *[Decision.CONFIRMED] * 8]
        states = {cases.get_case(session, each).state for each in TEN}
        assert states <= {CaseState.REVIEWED, CaseState.SECOND}  # the plan has some reviewed twice


def test_the_queue_gives_the_next_call_and_help_tells_the_keys(desktop: Watched) -> None:
    """N takes and opens; the call's page goes on with the queue; typing types; ? lists all keys."""
    page = desktop.page
    page.goto(f"{desktop.address}/calls?queue=sample")
    expect(page.locator("body[data-list-ready]")).to_be_attached()
    press(page, "?")
    expect(page.locator("#list-help")).to_be_visible()
    desktop.picture("list-help.png")
    press(page, "Escape", "/")
    page.keyboard.type("njc x")
    expect(page.get_by_label("转写中的文字")).to_have_value("njc x")
    page.goto(f"{desktop.address}/calls?queue=sample")
    expect(page.locator("body[data-list-ready]")).to_be_attached()
    page.get_by_role("link", name="时长", exact=True).first.press("Enter")
    page.wait_for_url("**sort=length**")
    page.locator("#f-operator").select_option("8001")
    page.wait_for_url("**operator=8001&sort=length**")  # another filter keeps the order
    page.goto(f"{desktop.address}/calls?queue=sample")
    expect(page.locator("body[data-list-ready]")).to_be_attached()
    press(page, "n")
    page.wait_for_url(f"**/calls/{TEN[0]}?list=queue%3Dsample")
    page.get_by_role("button", name="下一通").press("Enter")
    page.wait_for_url(f"**/calls/{TEN[1]}?list=queue%3Dsample")
    page.goto(f"{desktop.address}/calls?queue=mine")
    expect(page.locator("tr[data-call]")).to_have_count(2)
    expect(page.locator(".list-holder").first).to_contain_text("李质监")


def test_a_lead_hands_out_what_is_selected(
    browser: Browser, address: str, ledger: Ledger, drawn: None
) -> None:
    """X selects, Shift+X a range, H opens the panel; what was done is told and can be undone."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": "hotline_session", "value": open_session(ledger, "zhou"), "url": address}])
    page = context.new_page()
    page.goto(f"{address}/calls?queue=flagged&sort=time")
    expect(page.locator("body[data-list-ready]")).to_be_attached()
    rows = page.locator("tr[data-call]")
    chosen = [str(rows.nth(at).get_attribute("data-call")) for at in range(3)]
    nobody = dict.fromkeys(holders(ledger))
    press(page, "j", "x", "j", "j", "X", "h")
    expect(page.locator(".list-chosen")).to_have_text("分派选中的 3 通")
    page.keyboard.press(" ")
    page.get_by_role("button", name="分派", exact=True).press("Enter")
    expect(page.get_by_role("heading")).to_have_text("已分派 3 通")
    assert holders(ledger) == {**nobody, **dict.fromkeys(chosen, "li")}
    page.get_by_role("button", name="撤销分派").press("Enter")
    expect(page.get_by_role("heading")).to_have_text("已撤销，3 通重新等人领取")
    assert holders(ledger) == nobody
    context.close()


def holders(ledger: Ledger) -> dict[str, str | None]:
    """Who holds each call of the ledger."""
    with ledger.reading() as session:
        names = {user.id: user.name for user in users.list_users(session)}
        held = {call.id: cases.get_case(session, call.id).holder_id for call in calls.list_calls(session)}
    return {call_id: names[holder] if holder else None for call_id, holder in held.items()}
