"""An editor in a real browser: a file is shown, applied and undone; the pages fit a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from desks.directory import asking, entries, hard_cases
from desks.directory.changes import Deed, change_many
from desks.directory.hard_cases import Asking
from desks.directory.proposals import ProposalKind, propose
from desks.directory.records import Entry, Number
from ledger import users
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import UserRole
from tests.console import seeding
from tests.console.browsing import Watched, watched, width_of

FILE = """名称,号码,区域,地址,备注
万顺茶楼,83330001,东山区,中山路12号,已装修
新港口腔医院,总机:83330002;急诊:83330120,新港区,滨江东路8号,急诊昼夜有人
另一家茶楼,83330001,西关区,恩宁路3号,
坏行小店,八三三,西关区,,
"""


@pytest.fixture
def directory(ledger: Ledger) -> None:
    """Li keeps the directory; there is an entry, a proposal, a hard case."""
    shop = Entry(name="万顺茶楼", numbers=(Number(number="83330001"),), district="东山区", kind="酒家")
    with ledger.transaction() as session:
        seeding.add_user(session, "li", UserRole.EDITOR)
        seeding.add_user(session, "8001", UserRole.OPERATOR, shown="张话务")
        operator = users.named(session, "8001")
        change_many(session, Deed(user=operator, why="初次录入"), [shop])
        new = Entry(name="金沙面馆", numbers=(Number(number="83337777"),), district="新港区")
        propose(session, operator, ProposalKind.NEW, new, "公交车广告")
        hard_cases.keep(session, operator, "世纪莲体育馆")
        for text in ("世纪莲体育馆", "老火车站前的馄饨店", "老火车站前的馄饨店", "老火车站前的馄饨店"):
            hard_cases.collect(session, Asking(asked=text, call_id=None, user="8001", at=now()))


def fits(visit: Watched, width: int, name: str) -> None:
    """Nothing is too wide; the picture is kept where that is wanted."""
    visit.picture(f"upkeep-{name}-{width}.png")
    assert width_of(visit.page) <= width, name


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize("width", [1280, 360])
def test_a_file_is_shown_applied_and_undone(
    browser: Browser,
    address: str,
    ledger: Ledger,
    tmp_path: Path,
    *,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    """From the upload to the undoing, on the wide page of a long file; then the other pages are looked at."""
    if width == 1280:
        monkeypatch.setattr(asking, "SHORT_BYTES", 10)
    file = tmp_path / "每周资料.csv"
    file.write_bytes(FILE.encode("gb18030"))
    for visit in watched(browser, address, width, 860, dark=width == 360):
        page = visit.page
        page.goto(f"{address}/directory/imports")
        page.get_by_label("文件", exact=True).set_input_files(file)
        page.get_by_label("更改的理由").fill("每周传递")
        fits(visit, width, "imports")
        page.get_by_role("button", name="预览").click()
        if width == 1280:
            expect(page.get_by_role("progressbar")).to_be_visible()
            fits(visit, width, "progress")
        expect(page.get_by_text("不是电话号码")).to_be_visible()
        page.get_by_role("link", name="冲突 2").click()
        expect(page.get_by_text("83330001 万顺茶楼")).to_be_visible()
        fits(visit, width, "conflict")
        page.get_by_role("link", name="更改 1").click()
        expect(page.locator(".upkeep-diff ins")).to_have_text(["中山路12号", "已装修"])
        fits(visit, width, "preview")
        page.get_by_role("button", name="按预览导入").click()
        page.get_by_role("link", name="导入的更改，可全部撤回").click()
        expect(page.locator("[data-change]")).to_have_count(2)
        fits(visit, width, "batch")
        page.get_by_label("撤回的理由").first.fill("导错了文件")
        page.get_by_role("button", name="全部撤回").click()
        expect(page.get_by_role("heading", name="撤回 每周资料.csv")).to_be_visible()
        for path in (
            "proposals",
            "proposals/1",
            "hard-cases",
            "hard-cases/1?find=万顺",
            "hard-cases/booklet",
            "weekly",
            "changes",
            "entries/1/edit",
        ):
            page.goto(f"{address}/directory/{path}")
            fits(visit, width, path.partition("?")[0].replace("/", "-"))
        page.goto(f"{address}/directory/weekly")
        page.emulate_media(media="print")
        expect(page.locator(".upkeep-print thead th").first).to_have_css("display", "table-cell")
        expect(page.locator(".upkeep-tabs")).to_be_hidden()
        fits(visit, width, "printed")
    with ledger.reading() as session:
        assert [(entry.remark, entry.state) for entry in entries.read_all(session)] == [
            ("", "listed"),
            ("急诊昼夜有人", "removed"),
        ]
