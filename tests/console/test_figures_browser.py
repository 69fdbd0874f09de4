"""The figures in a real browser: on a desk and a phone, in the dark, by keyboard, and on paper."""

from __future__ import annotations

import re
import zlib
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, Page, expect

from console.times import SHANGHAI
from ledger import blind_rounds
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.statistics.days import month_of
from tests.console import browsing, figures_month, sample_drawing, seeding
from tests.console.blinding import begin_round, person, submit_all
from tests.console.browsing import Watched, watched, width_of
from tests.console.seeding import CLEAN, FLAGGED

NOVEMBER = month_of(date(2026, 11, 1), SHANGHAI)
QUERY = "day_from=2026-11-01&day_to=2026-11-30"
A4_WIDTH = 703  # CSS pixels between the margins: 186 mm


@pytest.fixture
def november(ledger: Ledger, settings: Settings) -> Ledger:
    """A month with calls, a draw, a closed round; li is a quality lead."""
    figures_month.fill(ledger, 60, NOVEMBER)
    for name in ("zhao", "qian"):
        person(ledger, name, UserRole.MONITOR)
    begin_round(ledger, "zhao", "qian", calls=(FLAGGED, CLEAN))
    for name in ("zhao", "qian"):
        submit_all(ledger, name)
    with ledger.transaction() as session:
        blind_rounds.close_round(session, 1, by="li")
        sample_drawing.draw(session, settings)
        seeding.add_user(session, "li", UserRole.QUALITY_LEAD)
    return ledger


def test_a_lead_reads_and_prints_the_figures(browser: Browser, address: str, november: Ledger) -> None:
    """Down to an operator and to calls; by keyboard to the month before; on any screen; on A4, whole."""
    for visit in watched(browser, address, 1280, 860):
        page = visit.page
        page.get_by_role("link", name="统计", exact=True).click()
        expect(page.get_by_role("heading", name="统计")).to_be_visible()
        page.goto(f"{address}/figures?{QUERY}&group=operator")
        assert page.locator("[style]").count() == 0
        see_on_all_screens(visit)
        number = page.locator('[data-figure="calls"] .figures-value a')
        count = number.inner_text()
        number.click()
        expect(page.locator("#total")).to_have_text(count)
        page.go_back()
        page.locator("#groups tbody th a").first.click()
        expect(page).to_have_url(re.compile(r"operator=800\d"))
        visit.picture("figures-operator-1280.png")
        page.wait_for_load_state("load")  # the keys are listened to
        page.keyboard.press("[")
        expect(page.locator(".figures-period")).to_have_text("2026-10-01 – 2026-10-31")
        print_report(visit)
        page.emulate_media(media="screen")
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", name="Monthly report on service quality")).to_be_visible()


def see_on_all_screens(visit: Watched) -> None:
    """Nothing is wider than the screen but tables in a frame of their own."""
    for width, scheme in ((1280, "dark"), (360, "dark"), (360, "light"), (1280, "light")):
        visit.page.set_viewport_size({"width": width, "height": 860})
        visit.page.emulate_media(color_scheme=scheme)
        assert_fits(visit.page, width)
        visit.picture(f"figures-{width}-{scheme}.png")
    visit.picture_of_docs("figures.png", 1500)


def print_report(visit: Watched) -> None:
    """Nothing reaches beyond the paper, no page is lost, and every heading is on it."""
    page = visit.page
    page.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    page.goto(f"{visit.address}/figures/report?month=2026-11")
    page.emulate_media(media="print")
    too_wide = page.evaluate(
        "w => [...document.querySelectorAll('main *')].map(one => [one, one.getBoundingClientRect().right])"
        ".filter(([, right]) => right > w + 1).map(([one]) => one.outerHTML.slice(0, 80))",
        A4_WIDTH,
    )
    assert too_wide == []
    visit.picture("figures-report-print.png")
    headings = page.locator("h1, h2").all_inner_texts()
    printed = page.pdf(prefer_css_page_size=True)
    if browsing.PICTURES:
        (Path(browsing.PICTURES) / "figures-report.pdf").write_bytes(printed)
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8
    assert len(headings) >= 10
    assert set(normalize("NFKC", "".join(headings))) - set(" \n") <= signs_of(printed)


def assert_fits(page: Page, width: int) -> None:
    """No part of the page lies beside it."""
    assert width_of(page) <= width


def signs_of(pdf: bytes) -> set[str]:
    """Every sign that the PDF's fonts are used for, by their ToUnicode tables (ISO 32000, 9.10.3)."""
    signs: set[str] = set()
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(packed)
        except zlib.error:
            continue
        if b"beginbfchar" in text or b"beginbfrange" in text:
            signs |= _mapped(text.decode("latin-1"))
    return set(normalize("NFKC", "".join(signs)))  # some fonts tell 月 as the radical


def _mapped(table: str) -> set[str]:
    signs = set()
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for _glyph, code in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            signs |= set(bytes.fromhex(code).decode("utf-16-be"))
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, code in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            signs |= {chr(int(code, 16) + step) for step in range(int(last, 16) - int(first, 16) + 1)}
    return signs
