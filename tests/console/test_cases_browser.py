"""A monitor reviews, a lead publishes, the operator appeals and another lead decides, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from console.marks.schemas import KEYS
from console.signin.visitors import SESSION_COOKIE
from ledger.case_states import CaseState
from ledger.database import Ledger
from tests.console.browsing import Watched, width_of
from tests.console.casing import OPERATOR, Cast
from tests.console.conftest import open_session
from tests.console.seeding import FLAGGED

Seat = Callable[[str], Watched]


@pytest.fixture
def seat(browser: Browser, address: str, ledger: Ledger) -> Iterator[Seat]:
    """A browser of one's own for each person, signed in; the test fails where one complained."""
    watched: list[Watched] = []

    def sit(name: str) -> Watched:
        context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
        context.set_default_timeout(20_000)
        cookie = {"name": SESSION_COOKIE, "value": open_session(ledger, name), "url": address}
        context.add_cookies([cookie])
        watched.append(Watched(context.new_page(), address))
        return watched[-1]

    yield sit
    for each in watched:
        each.page.context.close()
        assert each.complaints == []


def look(seat: Watched, name: str) -> None:
    """Nothing is wider than the screen, neither of a desk nor of a phone."""
    for width, height in ((360, 740), (1280, 860)):
        seat.page.set_viewport_size({"width": width, "height": height})
        assert width_of(seat.page) <= width
        seat.picture(f"cases-{name}-{width}.png")


def panel(page: Page, address: str) -> None:
    """The flagged call, at its case."""
    page.goto(f"{address}/calls/{FLAGGED}#case")
    expect(page.locator("#case")).to_be_visible()


def review(monitor: Watched, cast: Cast) -> None:
    """Confirm what was found, which takes the call; mark it, be done."""
    panel(monitor.page, monitor.address)
    for number in cast.failed():
        card = monitor.page.locator(f"#finding-{number}")
        card.get_by_role("button", name="确认", exact=True).click()
        expect(card.locator(".decision")).to_contain_text("已确认")
    for key in KEYS:
        monitor.page.locator(f'input[name="mark-{key}"][value="4"]').check(force=True)
    monitor.page.locator("#marks-of-people button[type=submit]").first.click()
    expect(monitor.page.locator("#marks-of-people")).to_contain_text("已保存")
    look(monitor, "taken")
    monitor.page.reload()
    expect(monitor.page.locator("#player[data-ready].drawn")).to_be_visible()
    monitor.picture_of_docs("call.png", 1100)
    monitor.page.get_by_role("button", name="完成复核").click()
    expect(monitor.page.locator("#case .case-state")).to_have_text("已复核，待公布")


def test_an_operator_appeals_and_a_lead_decides(
    app: FastAPI, seat: Seat, ledger: Ledger, address: str
) -> None:
    """From the taking of the call to the end, each with the buttons that are theirs, and no others."""
    cast = Cast(ledger)
    review(seat("first"), cast)
    publisher = seat("publisher")
    panel(publisher.page, address)
    publisher.page.get_by_role("button", name="要求二次复核").click()
    expect(publisher.page.locator("#case .case-state")).to_have_text("二次盲评中")
    cast.second()
    publisher.page.reload()
    look(publisher, "reviewed")
    publisher.page.get_by_role("button", name="公布给话务员").click()
    expect(publisher.page.locator("#case .case-state")).to_have_text("已公布")
    operator = seat(OPERATOR)
    operator.page.goto(f"{address}/published")
    look(operator, "published")
    operator.page.locator(".case-item a").click()
    look(operator, "own")
    operator.picture_of_docs("published.png")
    expect(operator.page.locator("main")).not_to_contain_text("某")
    operator.page.get_by_role("checkbox", name="问候语").check()
    operator.page.get_by_label("理由").fill("开头有问好，请重听")
    operator.page.get_by_role("button", name="提出申诉").click()
    expect(operator.page.locator(".case-state").first).to_have_text("申诉中")
    decider = seat("decider")
    decider.page.goto(f"{address}/appeals")
    look(decider, "appeals")
    decider.page.locator(".case-item a").click()
    look(decider, "deciding")
    decider.picture_of_docs("appeal.png")
    decider.page.get_by_label("成立，不再扣分").check()
    decider.page.get_by_label("这一项的理由").fill("听到问好了")
    decider.page.get_by_label("决定的说明（话务员会看到）").fill("已复听")
    decider.page.get_by_role("button", name="作出决定").click()
    expect(decider.page.locator("#case .case-state")).to_have_text("已定")
    decider.page.locator(".case-history summary").click()
    expect(decider.page.locator("#case .case-steps li")).to_have_count(8)
    look(decider, "final")
    operator.page.reload()
    expect(operator.page.locator(".case-published")).to_contain_text("80")
    expect(operator.page.locator("main")).to_contain_text("听到问好了")
    look(operator, "upheld")
    assert cast.case.state is CaseState.FINAL
