"""The business pages over the synthetic year: the published figures, who sees them, what stands behind."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import httpx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from console.errors import BadInput
from console.signin.visitors import SESSION_COOKIE
from desks.directory import hard_cases
from desks.figures.definitions import FIGURES
from hotline.cli import app_for
from hotline.desk_year import LedgerInUse, Loaded, load_year
from hotline.desk_year.totals import COMPLAINTS
from ledger import users
from ledger.audit import find as find_acts
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.tables import CampaignPersonRow, TicketRow, TicketStepRow, UserRow
from tests.console import seeding
from tests.console.browsing import Watched, width_of
from tests.console.business_year import lead, where, year
from tests.console.conftest import open_session
from tests.console.printing import sheets_of

YEAR = "day_from=2007-01-01&day_to=2007-12-31"
MONTH = "day_from=2008-03-01&day_to=2008-03-31"
__all__ = ["lead", "where", "year"]
LINK = re.compile(r'<a href="(/business/behind\?[^"]+)">([\d,]+)</a>')


def test_the_published_figures_come_out_of_the_rows(lead: httpx.Client) -> None:
    """All but two agree; of these the page says what was computed and how the document may have got there."""
    page = lead.get("/business/source").text
    rows = dict(re.findall(r'<tr id="(\w+)">(.*?)</tr>', page, re.DOTALL))
    assert len(rows) == 25
    differing = {name for name, row in rows.items() if 'business-differs">' in row}
    assert differing == {"cables_to_may_fall", "cables_to_july_fall"}
    for name, number in {
        "rise_share": "12.74%",
        "cables_share": "24.11%",
        "success_share": "31.65%",
        "broadband_installs_share": "66.38%",
        "pay_cards_share": "59.55%",
        "fixed_rise": "23.85%",
        "broadband_rise": "102.78%",
    }.items():
        assert rows[name].count(f">{number}</td>") == 2, name
    assert "30.28%" in rows["cables_to_may_fall"]
    assert 'business-agrees">' in rows["cables_to_may_fall"]  # with both means rounded first
    assert "44.39%" in rows["cables_to_july_fall"]


def test_reopened_tickets_are_found(lead: httpx.Client, year: tuple[Settings, Ledger, Loaded]) -> None:
    """By the figure, its rows and the list's filter; they count from the reopening."""
    told = lead.get("/api/business?" + YEAR).json()["tickets"]["total"]
    assert 200 < told["reopened"] < told["tickets"] / 20
    behind = lead.get("/api/business/behind?what=reopened&" + MONTH).json()
    assert 0 < behind["total"] == len(behind["tickets"])
    page = lead.get("/tickets?queue=all&reopened=yes").text
    assert page.count(">重开</span>") == page.count('href="/tickets/20') > 10
    with year[1].reading() as session:
        number = behind["tickets"][0]["number"]
        row = session.scalars(select(TicketRow).where(TicketRow.number == number)).one()
        (step,) = session.scalars(
            select(TicketStepRow).where(TicketStepRow.ticket_id == row.id, TicketStepRow.move == "reopened")
        )
        assert row.counted_from == step.at > row.opened_at
        assert timedelta() < step.at - row.opened_at < timedelta(days=7)


def test_the_year_is_what_was_said(year: tuple[Settings, Ledger, Loaded]) -> None:
    """Every ticket ends with its last step and was called back; a second loading is refused."""
    _, ledger, loaded = year
    assert (loaded.faults[2006], loaded.faults[2007]) == (10_965, 12_362)
    with ledger.reading() as session:
        newest = select(func.max(TicketStepRow.version), func.max(TicketStepRow.at)).group_by("ticket_id")
        steps = session.execute(newest.order_by(TicketStepRow.ticket_id)).all()
        rows = session.execute(select(TicketRow.version, TicketRow.closed_at).order_by(TicketRow.id)).all()
        assert [tuple(one) for one in steps] == [tuple(one) for one in rows]
        minutes = TicketRow.handled_minutes - TicketRow.limit_minutes
        late = func.count().filter((TicketRow.late_minutes > 0) & (TicketRow.late_minutes != minutes))
        assert session.scalar(select(late)) == 0
        people = select(func.count()).where(CampaignPersonRow.ticket != "")
        assert session.scalar(people) == loaded.faults[2008] + COMPLAINTS[2008][1]
    with pytest.raises(LedgerInUse):
        load_year(ledger, seed=1)


def test_every_number_is_the_length_of_its_list(lead: httpx.Client) -> None:
    """Of the causes, branches, sales and call-backs of a month; on to the next page as well."""
    page = lead.get("/business?" + MONTH).text
    links = {unescape(link): int(text.replace(",", "")) for link, text in LINK.findall(page)}
    assert len(links) > 60
    for link, number in list(links.items())[::9]:
        found = re.search(r'data-total="(\d+)"', lead.get(link).text)
        assert found
        assert int(found[1]) == number, link
    behind = "/business/behind?what=tickets&group=%E7%94%B5%E7%BC%86&" + YEAR
    first, last = lead.get(behind).text, lead.get(behind + "&page=60").text
    assert 'data-total="2981"' in first
    assert first.count('<th scope="row">') == 50
    assert last.count('<th scope="row">') == 2981 - 59 * 50
    assert "/tickets/2007" in first
    assert "<h1>未成功 <b" in lead.get("/business/behind?what=refused&reason=price&" + MONTH).text
    assert "/calls/synthetic-" in lead.get("/business/behind?what=late&" + MONTH).text


def test_programs_get_the_numbers_of_the_page(lead: httpx.Client) -> None:
    """By day, branch, service and cause, the rows behind them, the definitions, the analysis."""
    told = lead.get("/api/business?" + MONTH).json()
    total, page = told["tickets"]["total"]["tickets"], lead.get("/business?" + MONTH).text
    for part in ("branches", "services", "pieces"):
        assert sum(line["values"]["tickets"] for line in told["tickets"][part]) == total, part
    cause = next(each for each in told["tickets"]["causes"] if each["name"] == "电缆")
    assert sum(cause["branches"].values()) == cause["tickets"]
    asked = {"what": "tickets", "group": "电缆", "day_from": "2008-03-01", "day_to": "2008-03-31", "page": 2}
    behind = lead.get("/api/business/behind", params=asked).json()
    assert behind["total"] == cause["tickets"]
    assert behind["tickets"][0]["cause_group"] == "电缆"
    changed = cause["since_year"]
    assert changed["ratio"] == pytest.approx((cause["tickets"] - changed["before"]) / changed["before"])
    assert f">{cause['tickets']}</a>" in page
    defined = {each["id"] for each in lead.get("/api/business/definitions").json()}
    assert {*told["tickets"]["total"], *told["sales"]["total"], *told["call_backs"]["total"]} <= defined
    analysis = lead.get("/api/business/analysis?month=2008-03").json()
    assert (analysis["tickets"], analysis["complaints"]["total"]["tickets"] > 0) == (told["tickets"], True)
    claims = {each["id"]: each for each in lead.get("/api/business/source").json()}
    assert sum(each["verdict"] == "agrees" for each in claims.values()) == 23
    assert claims["rise_share"]["ours"] == claims["rise_share"]["stated"] == 12.74


def test_the_survey_by_branch_adds_up(lead: httpx.Client) -> None:
    """The calls of no branch are told apart; each number of a branch is the length of its list."""
    told = lead.get("/api/business?" + MONTH).json()["survey"]
    for key in ("asked", "marked"):
        assert sum(line["values"][key] for line in told["branches"]) == told["values"][key] > 0
    for key, count in told["marks"].items():
        assert sum(line["marks"].get(key, 0) for line in told["branches"]) == count
    satisfied = (told["marks"]["4"] + told["marks"]["5"]) / told["values"]["marked"]
    assert told["values"]["satisfied_marks_share"] == pytest.approx(satisfied)
    (rest,) = (line for line in told["branches"] if line["id"] is None)
    line = next(line for line in told["branches"] if line["id"] == 1)
    assert 0 < rest["values"]["asked"] < told["values"]["asked"]
    of_branch = lead.get(f"/api/business?branch=1&{MONTH}").json()["survey"]
    assert (of_branch["values"], of_branch["marks"]) == (line["values"], line["marks"])
    behind = lead.get(f"/business/behind?what=mark_5&branch=1&{MONTH}").text
    assert (f'data-total="{line["marks"]["5"]}"' in behind, "/calls/synthetic-" in behind) == (True, True)


def test_the_command_tells_what_the_api_answers(
    lead: httpx.Client, year: tuple[Settings, Ledger, Loaded]
) -> None:
    """The same document for a month; a wrong month is a sentence."""
    data = ["--data", str(year[0].data_dir)]
    runner = CliRunner()
    told = runner.invoke(app_for(["business"]), ["business", "--month", "2008-03", "--json", *data])
    answered = lead.get("/api/business/analysis?month=2008-03").json()
    assert {**json.loads(told.stdout), "at": None} == {**answered, "at": None}
    plain = runner.invoke(app_for(["business"]), ["business", "--month", "2008-03", *data]).stdout
    assert f"{answered['tickets']['total']['tickets']:,}" in plain
    refused = runner.invoke(app_for(["business"]), ["business", "--month", "March", *data])
    assert isinstance(refused.exception, BadInput)


def test_the_analysis_of_a_branch_tells_of_its_complaints(lead: httpx.Client) -> None:
    """As many as the list behind them has, which is of the branch as well."""
    whole, own = (lead.get(f"/business/analysis?month=2008-03{more}").text for more in ("", "&branch=1"))
    told = [
        {unescape(link): int(text.replace(",", "")) for link, text in LINK.findall(page)}
        for page in (whole, own)
    ]
    (number_of_all,) = (number for link, number in told[0].items() if "nature=complaint" in link)
    ((link, number),) = ((link, number) for link, number in told[1].items() if "nature=complaint" in link)
    assert f'data-total="{number}"' in lead.get(link).text
    assert 0 < number < number_of_all
    empty = lead.get("/business/analysis?month=2009-05&branch=1").text
    assert ('href="/business/analysis?month=2008-07"' in empty, "<table" in empty) == (True, False)
    months = re.findall(r'href="(/business/analysis\?[^"]+)"', own)
    assert [unescape(each) for each in months] == [
        f"/business/analysis?branch=1&month=2008-{month}" for month in ("02", "04")
    ]


def test_the_workbook_has_the_numbers_and_their_definitions(
    lead: httpx.Client, year: tuple[Settings, Ledger, Loaded]
) -> None:
    """A sheet for each table, branches and causes add up to the same, the export is in the audit log."""
    book = load_workbook(BytesIO(lead.get("/business/export.xlsx?" + MONTH).content), read_only=True)
    branches = list(book["各经营部"].values)
    causes = lead.get(f"/business/export.csv?table=causes&{MONTH}").content.decode("utf-8-sig").splitlines()
    assert branches[-1][0] == "合计"
    assert sum(row[1] for row in branches[1:-1]) == branches[-1][1]
    assert sum(int(line.split(",")[1]) for line in causes[1:]) == branches[-1][1]
    survey = list(book["满意度征询"].values)
    assert all(sum(row[place] for row in survey[1:-1]) == survey[-1][place] > 0 for place in (1, 3))
    defined = {row[0]: row[1] for row in book["指标的定义"].values}
    assert all(defined[figure.name.zh] == figure.meaning.zh for figure in FIGURES.values())
    with year[1].reading() as session:
        kept = [act for act in find_acts(session, user="li") if act.action == AuditAction.DOWNLOADED]
    assert len(kept) == 2


def test_what_a_dispatcher_sees(where: str, year: tuple[Settings, Ledger, Loaded]) -> None:
    """Tickets may be opened and recordings not; who is held to a desk sees the figures of that desk."""
    with year[1].transaction() as session:
        seeding.add_user(session, "dora", UserRole.DISPATCHER)
    with httpx.Client(base_url=where, verify=False, timeout=120) as client:
        client.cookies.set(SESSION_COOKIE, open_session(year[1], "dora"))
        page = client.get("/business/behind?what=tickets&" + MONTH).text
        assert "/tickets/2008" in page
        assert "/calls/" not in page
        with year[1].transaction() as session:
            session.execute(update(UserRow).where(UserRow.name == "dora").values(desks=["180"]))
        assert "没有这样的工单" in client.get("/business/behind?what=tickets&" + MONTH).text


def test_a_mistake_loses_nothing_that_was_typed(
    browser: Browser, where: str, year: tuple[Settings, Ledger, Loaded]
) -> None:
    """The page says what is wrong and keeps the form; corrected, the enquiry stands in the list."""
    with year[1].transaction() as session:
        seeding.add_user(session, "8002", UserRole.OPERATOR)
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(30_000)
    context.add_cookies([{"name": SESSION_COOKIE, "value": open_session(year[1], "8002"), "url": where}])
    page = context.new_page()
    page.goto(where + "/enquiries")
    page.locator("#enquiry-service").fill("宽带")
    page.locator("#enquiry-result").select_option("refused")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text("“未成功”要选原因，其他结果不选原因。")).to_be_visible()
    expect(page.locator("#enquiry-service")).to_have_value("宽带")
    page.locator("#enquiry-reason").select_option("no_port")
    page.get_by_role("button", name="登记").click()
    expect(page.locator("#enquiries")).to_contain_text("无端口")
    expect(page.locator("h1")).to_have_count(1)
    context.close()


def look_at_paper(page: Page, where: str, ledger: Ledger) -> None:
    """The monthly analysis and the booklet of hard cases, as Chromium prints them."""
    page.goto(f"{where}/business/analysis?month=2007-08")
    sheets = sheets_of(page, "analysis")
    assert "月度分析2007-08" in sheets[0]
    assert "按了4（满意）或以上的来电" in sheets[-1]
    with ledger.transaction() as session:
        lead = users.named(session, "li")
        for number in range(30):
            asked = hard_cases.keep(session, lead, f"世纪莲体育馆第{number}看台")
            hard_cases.answer(session, lead, asked, "现名新体育馆，白天打总机转接。" * (number % 6 + 1), None)
    page.goto(f"{where}/directory/hard-cases/booklet")
    sheets = sheets_of(page, "booklet")
    assert (len(sheets) > 1, "学无止境" in sheets[0]) == (True, True)


def test_the_pages_in_a_browser(browser: Browser, where: str, year: tuple[Settings, Ledger, Loaded]) -> None:
    """From the year to the cause to the ticket by keyboard; on a phone, in the dark, nothing is cut off."""
    for width, dark in ((1280, False), (360, True)):
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", color_scheme=scheme
        )
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": SESSION_COOKIE, "value": open_session(year[1]), "url": where}])
        visit = Watched(context.new_page(), where)
        page = visit.page
        for name, path in (
            ("analysis", "/business/analysis?month=2007-08"),
            ("source", "/business/source"),
            ("year", "/business?" + YEAR),
        ):
            page.goto(where + path)
            assert width_of(page) == width, path
            visit.picture(f"business-{name}-{width}.png")
        if not dark:
            visit.picture_of_docs("business.png", 1150)
            look_at_paper(page, where, year[1])
            page.goto(f"{where}/business?{YEAR}")
        cables = page.locator("#causes tbody tr").first.get_by_role("link").first
        cables.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#total")).to_have_attribute("data-total", "2981")
        context.close()
        assert visit.complaints == []
