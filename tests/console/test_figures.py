"""The figures' pages: who sees them, the calls behind every number, exports, the report."""

from __future__ import annotations

import csv
import re
import shutil
from contextlib import closing
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from console.figures.definitions import Unit
from console.figures.drilling import read_behind
from console.figures.exports import csv_of, xlsx_of
from console.figures.schemas import read_wish
from console.figures.tables import Column, Table
from console.listing.filters import read_filters
from console.listing.service import count_exactly
from console.rights import HOLDERS, Right
from console.signin.visitors import SESSION_COOKIE
from console.spreadsheets import harmless
from console.times import SHANGHAI
from ledger import users
from ledger.audit import find as find_acts
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.records import User
from ledger.settings import Settings
from ledger.states import UserRole
from ledger.statistics.behind import count_behind
from ledger.statistics.counting import Selection, total
from ledger.tables import CallRow
from tests.console import sample_drawing, seeding
from tests.console.conftest import open_session
from tests.console.figures_month import MONTH, QUERY, add_user, fill

NUMBER_LINK = re.compile(r'<a href="(/(?:figures/)?calls\?[^"]+)">([^<]+)</a>')
BAR_LINK = re.compile(r'<a href="(/(?:figures/)?calls\?[^"]+)"><rect[^>]*><title>([^<]+)</title>')
PAGES = ("/figures", "/figures/report", "/figures/calls", "/figures/export.xlsx", "/figures/export.csv")


@pytest.fixture(scope="module")
def seeded_dir(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeded data directory with a month of calls, made once; the tests get copies."""
    folder = tmp_path_factory.mktemp("month") / "var"
    shutil.copytree(seeded_dir, folder)
    with closing(Ledger(Settings(data_dir=folder).ledger_url)) as ledger:
        fill(ledger)
    return folder


@pytest.fixture
def wang(stranger: httpx.Client, ledger: Ledger) -> httpx.Client:
    """A quality lead over a month of calls."""
    return signed_in(stranger, ledger, UserRole.QUALITY_LEAD)


def signed_in(client: httpx.Client, ledger: Ledger, role: UserRole, **held: list[str]) -> httpx.Client:
    """The same client as somebody else."""
    add_user(ledger, role, **held)
    client.cookies.set(SESSION_COOKIE, open_session(ledger, "wang"))
    return client


def test_figures_are_for_leads_and_auditors(stranger: httpx.Client, ledger: Ledger) -> None:
    """Others are refused; an auditor sees the numbers and no way to a call; the bar says the same."""
    query = "day_from=2026-10-05&day_to=2026-10-06&month=2027-03"
    with ledger.transaction() as session:
        seeding.add_user(session, "root", UserRole.ADMINISTRATOR)  # the only one stays what they are
    for role in UserRole:
        client = signed_in(stranger, ledger, role)
        is_alike = role in {UserRole.ADMINISTRATOR, UserRole.QUALITY_LEAD}  # as a team lead here
        for page in PAGES[:1] if is_alike else PAGES:
            may = role in HOLDERS[Right.FIGURES] and (
                page != "/figures/calls" or role is not UserRole.AUDITOR
            )
            response = client.get(f"{page}?{query}")
            assert response.status_code == (200 if may else 403), (role, page)
            assert role is not UserRole.AUDITOR or "calls?" not in response.text
    stranger.cookies.clear()
    assert {stranger.get(page).status_code for page in PAGES} == {303}


@pytest.mark.parametrize(
    "held", [{}, {"desks": ["enquiries"]}, {"teams": ["一班"]}], ids=["all", "desk", "team"]
)
def test_every_number_leads_to_exactly_as_many_calls(
    stranger: httpx.Client, ledger: Ledger, held: dict[str, list[str]]
) -> None:
    """Each link of the overview, of a desk, of an operator and of the report: as many as the number says."""
    client = signed_in(stranger, ledger, UserRole.TEAM_LEAD, **held)
    with ledger.reading() as session:
        found = users.find_user(session, "wang")
    assert found
    checked: set[str] = set()
    paths = (
        "/figures?day_from=2026-10-03&day_to=2026-10-18&group=operator",
        f"/figures?{QUERY}&desk=enquiries&by=month",
        f"/figures?{QUERY}&operator=8001&by=month",
        "/figures/report?month=2026-10",
    )
    for path in paths[:1] if held else paths:
        page = client.get(path)
        assert page.status_code == 200
        links = {**_numbers(page.text), **_bars(page.text)}
        for link, count in links.items():
            assert listed(ledger, found[0], link) == count, link
        checked |= links.keys()
    whats = {dict(parse_qsl(urlsplit(link).query)).get("what", "flag") for link in checked}
    assert {"calls", "abandoned", "cut", "flag", "undecided", "rejected"} <= whats


def _numbers(page: str) -> dict[str, int]:
    """Links of counts; means and shares have the calls that they are of."""
    found = ((unescape(link), text) for link, text in NUMBER_LINK.findall(page))
    return {link: int(text.replace(",", "")) for link, text in found if re.fullmatch(r"[\d,]+", text)}


def _bars(page: str) -> dict[str, int]:
    found = ((unescape(link), tip.rpartition(": ")[2]) for link, tip in BAR_LINK.findall(page))
    return {link: int(text.replace(",", "")) for link, text in found}


def listed(ledger: Ledger, viewer: User, link: str) -> int:
    """How many calls the list behind a link has."""
    parts = urlsplit(link)
    query = dict(parse_qsl(parts.query))
    with ledger.reading() as session:
        if parts.path == "/calls":
            return count_exactly(session, read_filters(query), SHANGHAI, viewer).total
        wanted = read_wish(query, MONTH.last).selection(SHANGHAI, viewer)
        return count_behind(session, wanted, read_behind(query))


def test_the_page_tells_what_the_ledger_counts(wang: httpx.Client, ledger: Ledger) -> None:
    """The overview's numbers are the ledger's; the list behind one has its calls."""
    page = wang.get(f"/figures?{QUERY}").text
    with ledger.reading() as session:
        tally = total(session, Selection(period=MONTH))
    tiles = dict(re.findall(r'data-figure="(\w+)".*?figures-value">(?:<a[^>]*>)?([^<]+)', page, re.DOTALL))
    assert tiles["calls"] == str(tally["calls"])
    assert tiles["service_level"] == f"{tally.service_level * 100:.1f}%"
    assert tiles["mean_score"] == f"{tally.mean_score:.1f}"
    assert "<svg" in page
    assert " style=" not in page
    behind = wang.get(f"/figures/calls?{QUERY}&what=gave_up").text
    assert f'data-total="{tally["gave_up"]}"' in behind
    assert behind.count("<tr>") == 1 + tally["gave_up"]


def test_what_cannot_be_asked_is_told(wang: httpx.Client) -> None:
    """Periods that end before they begin or are years long, unknown measures, tables, hours, wrong days."""
    for bad in (
        "/figures?day_from=2026-10-02&day_to=2026-10-01",
        "/figures?day_from=2001-10-02&day_to=2026-10-01",
        "/figures?day_from=never",
        "/figures?day_to=9999-12-31",
        "/figures?group=hotline",
        "/figures?by=hour",
        f"/figures?desk={'x' * 65}",
        "/figures/report?month=2026-13",
        "/figures/calls?what=secrets",
        "/figures/calls?what=fails",
        "/figures/calls?what=calls&hour=24",
        "/figures/calls?what=calls&hour=0230",
        f"/figures/calls?what=calls&hour={'0' * 5000}",
        "/figures/calls?what=calls&page=0",
        "/figures/export.csv?table=users",
    ):
        assert wang.get(bad).status_code == 422, bad


def test_exports_have_numbers_and_stand_in_the_audit_log(wang: httpx.Client, ledger: Ledger) -> None:
    """A workbook whose cells are numbers and times, a CSV that Excel reads, both written down."""
    answer = wang.get(f"/figures/export.xlsx?{QUERY}&group=operator")
    book = load_workbook(BytesIO(answer.content))
    sheet = book["话务员"]
    head = [cell.value for cell in sheet[1]]
    assert sheet.freeze_panes == "B2"
    row = {cell.value: sheet.cell(2, place + 1) for place, cell in enumerate(sheet[1])}
    operator = row["话务员"].value
    with ledger.reading() as session:
        tally = total(session, Selection(period=MONTH, operator=str(operator)))
    assert row["来电"].value == tally["calls"]
    assert row["平均通话"].number_format == "[h]:mm:ss.0"
    assert row["平均通话"].value is not None
    assert head[0] == "话务员"
    named = wang.get("/figures/export.csv?table=samples&day_to=2026-10-09").headers["content-disposition"]
    assert named == 'attachment; filename="figures-2026-10-01-2026-10-09.csv"'
    text = wang.get(f"/figures/export.csv?{QUERY}&group=operator").content.decode("utf-8-sig")
    lines = list(csv.DictReader(StringIO(text)))
    assert next(line for line in lines if line["话务员"] == operator)["来电"] == str(tally["calls"])
    assert float(next(line for line in lines if line["话务员"] == operator)["平均通话"]) == pytest.approx(
        tally.mean_talk_s, abs=1e-5
    )
    with ledger.reading() as session:
        acts = [act for act in find_acts(session, user="wang") if act.action == AuditAction.DOWNLOADED]
    told = [("xlsx" in act.details, "csv" in act.details) for act in acts]
    assert told == [(True, False), (False, True), (False, True)]


def test_no_cell_is_run_as_a_formula() -> None:
    """Texts that begin like one stay texts in both formats."""
    evil = '=HYPERLINK("http://evil","x")'
    table = Table(
        name="t",
        title="a/b",
        columns=[Column(title="名"), Column(title="数", unit=Unit.COUNT)],
        rows=[[evil, 3.0], ["@SUM(1)", None], ["-1+2", 4.0]],
    )
    (sheet,) = load_workbook(BytesIO(xlsx_of([table]))).worksheets
    assert sheet["A2"].data_type == "s"
    assert (sheet["A2"].value, sheet["B2"].value, sheet["B3"].value) == (evil, 3, None)
    rows = list(csv.reader(StringIO(csv_of(table).decode("utf-8-sig"))))
    assert [row[0][0] for row in rows[1:]] == ["'", "'", "'"]
    assert harmless("查号台") == "查号台"


def test_the_report_has_every_part(wang: httpx.Client, ledger: Ledger) -> None:
    """A month with its changes, findings with calls to hear, sample, rounds, appeals and definitions."""
    with ledger.transaction() as session:
        session.execute(update(CallRow).where(CallRow.flag_count > 0).values(score=None))
    page = wang.get("/figures/report?month=2026-10").text
    headings = [
        re.sub(r"<[^>]+>|\s+", "", text)
        for text in re.findall(r"<h[123][^>]*>(.*?)</h[123]>", page, re.DOTALL)
    ]
    assert headings[0].endswith("2026-10")
    for part in (
        "总览",
        "走势",
        "服务台",
        "各规则的判定",
        "典型电话",
        "规则与话务员",
        "满意度征询",
        "抽样估计",
        "申诉",
    ):
        assert any(part in heading for heading in headings), part
    assert "得分 –" in page
    assert "得分 0" not in page
    assert wang.get("/figures/report").status_code == 200  # the month before this one
    assert "/figures/report?desk=faults&amp;month=2026-10" in wang.get(f"/figures?{QUERY}&desk=faults").text
    neighbours = wang.get("/figures/report?month=2026-10&desk=faults").text
    assert {"2026-09", "2026-11"} <= set(re.findall(r"report\?desk=faults&amp;month=([\d-]+)", neighbours))
    wang.cookies.set("hotline_language", "en")
    english = wang.get("/figures/report?month=2026-10")
    assert english.status_code == 200


def test_a_sample_tells_of_the_selected_calls(
    stranger: httpx.Client, ledger: Ledger, settings: Settings
) -> None:
    """How many were drawn is told of those calls too that the estimates are of, and so is the CSV."""
    with ledger.transaction() as session:
        sample_drawing.draw(session, settings)
    client = signed_in(stranger, ledger, UserRole.QUALITY_LEAD)
    days = "day_from=2026-11-02&day_to=2026-11-05"
    drawn: dict[str, int] = {}
    for operator in ("", "8001", "8002"):
        page = client.get(f"/figures?{days}&operator={operator}").text
        told = re.search(r"抽中 (\d+) 通，有结果 (\d+) 通", page)
        line = re.search(rf">{operator or '全部'}</th><td class=\"number\">(\d+) / (\d+)</td>", page)
        assert told
        assert line
        assert told.groups() == line.groups()[::-1]
        drawn[operator] = int(told[1])
    assert drawn[""] == drawn["8001"] + drawn["8002"] == 20
    text = client.get(f"/figures/export.csv?{days}&table=samples").content.decode("utf-8-sig")
    assert next(csv.DictReader(StringIO(text)))["范围"] == "全部"
