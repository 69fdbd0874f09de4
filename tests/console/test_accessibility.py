"""Every page against WCAG 2.2 AA by axe, at the desk and on a phone, in light and dark, by whom it is for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from console.app import create_app
from console.signin.visitors import SESSION_COOKIE
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import UserRole
from tests.console import working
from tests.console.browsing import PICTURES, width_of
from tests.console.conftest import open_session
from tests.console.furnishing import furnish
from tests.console.routes import every_route
from tests.console.seeding import FLAGGED, REFUSED

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = {
    UserRole.ADMINISTRATOR: (
        "/calls",
        "/calls?text=nothing",
        f"/calls/{FLAGGED}",
        f"/calls/{REFUSED}",
        "/calls/none",
        "/samples",
        "/samples/1",
        "/rounds",
        "/training",
        "/campaigns",
        "/campaigns/1",
        "/campaigns/1/change",
        "/campaigns/do-not-call",
        f"/campaigns/panel?call={FLAGGED}",
        "/figures",
        "/figures/report?month=2026-11",
        "/appeals",
        "/tickets?queue=open",
        "/tickets/20261130-0001",
        "/tickets/lists",
        "/tickets/{fax}",
        f"/tickets/panel?call={FLAGGED}",
        "/enquiries",
        "/left",
        "/directory",
        "/directory/new",
        "/directory/entries/3/edit",
        "/directory/entries/3/history",
        "/directory/propose",
        "/directory/proposals",
        "/directory/proposals/1",
        "/directory/planned",
        "/directory/planned/1",
        "/directory/changes",
        "/directory/changes/1",
        "/directory/imports",
        "/directory/imports/1",
        "/directory/imports/2",
        "/directory/weekly",
        "/directory/hard-cases",
        "/directory/hard-cases/1",
        "/directory/hard-cases/booklet",
        "/knowledge?q=guzhang",
        "/knowledge/1",
        "/knowledge/1/versions",
        "/knowledge/1/differences?before=1&after=2",
        "/knowledge/1/edit",
        "/knowledge/new",
        "/knowledge/questions",
        "/report",
        "/business?day_from=2026-11-01&day_to=2026-11-30",
        "/business/analysis?month=2026-11",
        "/business/source",
        "/business/behind?day_from=2026-11-01&day_to=2026-11-30",
        "/wallboard",
        "/operators",
        "/operators/8001",
        "/people",
        "/programs",
        "/audit",
        "/me",
    ),
    UserRole.OPERATOR: (
        "/workplace",
        "/operators/8001",
        "/published",
        "/training",
        "/directory?q=yy&all=true",
        "/directory/entries/1",
    ),
    UserRole.SUPERVISOR: ("/handed-out",),
}
LOOKS = (  # after the whole of WCAG at the desk in light: what another look can break
    (1280, "light", WCAG),
    (1280, "dark", ["color-contrast"]),
    (360, "light", ["color-contrast", "target-size", "scrollable-region-focusable"]),
)
# What the desks do: every page of theirs is among PAGES.
ROOMS = ("/knowledge", "/report", "/directory", "/tickets", "/campaigns", "/enquiries", "/left", "/business")
NO_PAGES = {  # files, and parts of pages that are among PAGES
    "/directory/export.csv",
    "/directory/export.xlsx",
    "/directory/weekly.csv",
    "/directory/weekly.xlsx",
    "/directory/hard-cases/booklet.html",
    "/business/export.csv",
    "/business/export.xlsx",
    *("/campaigns/{campaign_id}/export.csv", "/campaigns/{campaign_id}/export.xlsx"),
    *("/directory/works/{work_id}", "/tickets/stream"),  # in the pages of an import and of tickets
    *("/knowledge/panel", "/knowledge/panel/results", "/knowledge/panel/{article_id}"),  # in /workplace
    *("/directory/panel", "/enquiries/panel"),
}
TOOLS = ("directory", "tickets", "knowledge", "enquiries")
INTO = {"/campaigns/panel": "/campaigns/do-not-call"}  # a part, and the page that htmx puts it into
NOT_THERE = frozenset({"/calls/none"})


NAMES = {UserRole.ADMINISTRATOR: "root", UserRole.OPERATOR: "8001", UserRole.SUPERVISOR: "wang"}


@pytest.fixture
def app(settings: Settings, ledger: Ledger) -> FastAPI:
    """The application, whose desks have every tool."""
    desk = replace(working.ENQUIRIES, tools=TOOLS)
    return create_app(settings, ledger, replace(working.SWITCHBOARD, desks=(desk, working.FAULTS)))


@contextmanager
def signed_in(browser: Browser, ledger: Ledger, address: str, role: UserRole) -> Iterator[Page]:
    """A page in which somebody is signed in; the pages' policy would keep axe out."""
    context = browser.new_context(locale="zh-CN", bypass_csp=True)
    cookie = open_session(ledger, NAMES[role])
    context.add_cookies([{"name": SESSION_COOKIE, "value": cookie, "url": address}])
    context.add_init_script(path=AXE)  # half a megabyte: sent to the browser once
    yield context.new_page()
    context.close()


def faults(page: Page, address: str, path: str) -> Iterator[str]:
    """What is wrong with a page, look by look."""
    page_of_part = INTO.get(path.partition("?")[0])
    answer = page.goto(address + (page_of_part or path))
    assert answer is not None
    if answer.status != (404 if path in NOT_THERE else 200):
        yield f"{path}: HTTP {answer.status}"
    if page_of_part:
        page.evaluate(f"htmx.ajax('GET', '{path}', '#main')")
        expect(page.locator(".campaigns-panel")).to_be_visible()
    if path == "/workplace":
        expect(page.locator(".work-tool:not(:empty)")).to_have_count(len(TOOLS))
    for width, scheme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": 860})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for told in violations(page, rules):
            yield f"{path} at {width} in {scheme}: {told}"
        if width_of(page) > width:
            yield f"{path} at {width}: too wide"
        keep_picture(page, path, f"{width}-{scheme}")


def violations(page: Page, rules: list[str]) -> list[str]:
    """What axe finds, a line a place."""
    # Of what is no violation axe would tell a selector for each place, which costs more than to look at it.
    asked = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run(document, {json.dumps(asked)})")
    return [
        f"{each['id']} {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"][:3]
    ]


def keep_picture(page: Page, path: str, look: str) -> None:
    """What the page looks like, where that is wanted."""
    if PICTURES:
        name = re.sub(r"[^a-z0-9]+", "-", path).strip("-")
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{look}.png"), full_page=True)


def test_axe_finds_nothing(browser: Browser, ledger: Ledger, settings: Settings, address: str) -> None:
    """No violation on any page in any look, and nothing to scroll sideways."""
    fax = furnish(ledger, settings)
    told = []
    for role, paths in PAGES.items():
        with signed_in(browser, ledger, address, role) as page:
            told += [fault for path in paths for fault in faults(page, address, path.format(fax=fax))]
            told += violations_missed(page)
    assert told == [], "\n".join(told)


def violations_missed(page: Page) -> list[str]:
    """What axe would have to find and does not: a text that nobody can read, on the page that is open."""
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:#777;background:#888\">')")
    page.evaluate("document.body.lastElementChild.append('看不清')")
    return [] if violations(page, ["color-contrast"]) else [f"{page.url}: axe finds nothing at all"]


def test_every_page_of_the_desks_is_looked_at() -> None:
    """A page that nobody has named here is one that nobody has looked at."""
    paths = [path.partition("?")[0].format(fax="1") for some in PAGES.values() for path in some]
    routes = [each for each in every_route() if "GET" in each.methods and each.path.startswith(ROOMS)]
    told = {
        each.path for each in routes if not any(each.path_regex.fullmatch(path) for path in paths)
    } - NO_PAGES
    assert told == set()
    assert len(routes) > 40
