"""The pages that keep the directory current: forms, imports, proposals, hard cases, weekly lists, the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from console.signin.visitors import SESSION_COOKIE
from desks.directory import applying, asking, entries, history, planned, undoing, working
from desks.directory.planned import PlannedState
from desks.directory.records import Entry
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import UserRole
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import FLAGGED, SCRIPT

SHOP = {"name": "万顺茶楼", "numbers": "总机:83330001\n83330009", "district": "东山区", "why": "来函"}

HTMX = {"HX-Request": "true"}
Acting = Callable[[str], httpx.Client]


@pytest.fixture
def acting(stranger: httpx.Client, ledger: Ledger) -> Acting:
    """The client as somebody: he keeps the directory, 8001 takes calls, li listens."""
    with ledger.transaction() as session:
        seeding.add_user(session, "he", UserRole.EDITOR)
        seeding.add_user(session, "8001", UserRole.OPERATOR, shown="张话务")
    tokens = {name: open_session(ledger, name) for name in ("he", "8001", "li")}

    def act(name: str) -> httpx.Client:
        stranger.cookies.set(SESSION_COOKIE, tokens[name])
        return stranger

    return act


def post(client: httpx.Client, path: str, **fields: object) -> httpx.Response:
    """A form with the token of a page."""
    csrf = csrf_of(client.get("/directory/hard-cases").text)
    return client.post(path, data={"csrf": csrf, **fields})


def upload(client: httpx.Client, text: str, mode: str = "changes") -> httpx.Response:
    """A file, as the form sends it."""
    csrf = csrf_of(client.get("/directory/imports").text)
    fields = {"csrf": csrf, "mode": mode, "why": "每周传递", "delimiter": ""}
    return client.post("/directory/imports", data=fields, files={"file": ("周.csv", text.encode("gb18030"))})


def all_entries(ledger: Ledger) -> list[Entry]:
    """As they are now."""
    with ledger.reading() as session:
        return list(entries.read_all(session))


def test_an_entry_is_written_by_the_form_and_its_history_tells_it(acting: Acting, ledger: Ledger) -> None:
    """What was changed by somebody else since the form was shown is not overwritten."""
    editor = acting("he")
    added = post(editor, "/directory/new", version=0, **SHOP)
    assert added.status_code == 303, added.text
    (made,) = all_entries(ledger)
    assert [(each.label, each.number) for each in made.numbers] == [("总机", "83330001"), ("", "83330009")]
    edit = f"/directory/entries/{made.id}/edit"
    refused = post(editor, edit, version=made.changed_seq, **{**SHOP, "numbers": "八三三"})
    assert refused.status_code == 422
    assert "不是电话号码" in refused.text
    assert ">八三三</textarea>" in refused.text
    assert post(editor, edit, version=made.changed_seq, **{**SHOP, "remark": SCRIPT}).status_code == 303
    late = post(editor, edit, version=made.changed_seq, **SHOP)
    assert (late.status_code, "刚刚改了同一处" in late.text) == (409, True)
    batches = editor.get("/directory/changes").text
    assert (batches.count("data-batch="), batches.count("万顺茶楼")) == (2, 2)
    told = editor.get(added.headers["location"]).text
    assert SCRIPT not in told
    assert "&lt;script&gt;" in told
    assert told.count("来函") == 2


def test_a_change_to_come_is_listed_edited_and_withdrawn(acting: Acting, ledger: Ledger) -> None:
    """Nothing is changed before its moment; one that has passed is refused when it is edited."""
    editor = acting("he")
    soon = f"{now() + timedelta(days=3):%Y-%m-%dT%H:%M}"
    assert post(editor, "/directory/new", version=0, effective_at=soon, **SHOP).status_code == 303
    assert all_entries(ledger) == []
    assert "万顺茶楼" in editor.get("/directory/planned").text
    with ledger.reading() as session:
        (coming,) = planned.list_of(session, PlannedState.WAITING)
    form = f"/directory/planned/{coming.id}"
    assert 'value="万顺茶楼"' in editor.get(form).text
    refused = post(editor, form, version=1, effective_at="2020-01-01T08:00", **SHOP)
    assert (refused.status_code, "要在现在之后" in refused.text) == (422, True)
    assert post(editor, form, version=1, effective_at=soon, **{**SHOP, "name": "万顺酒楼"}).status_code == 303
    assert "万顺酒楼" in editor.get("/directory/planned").text
    late = post(editor, form, version=1, effective_at=soon, **{**SHOP, "name": "万顺饭店"})
    assert (late.status_code, "刚刚改了同一处" in late.text) == (409, True)
    assert 'value="万顺饭店"' in late.text
    assert post(editor, f"{form}/withdraw").status_code == 303
    assert "万顺酒楼" not in editor.get("/directory/planned").text


def test_a_file_is_shown_then_applied_then_undone(acting: Acting, ledger: Ledger) -> None:
    """With its encoding and delimiter told, the bad line by its number, the conflict accepted by hand."""
    editor = acting("he")
    post(editor, "/directory/new", version=0, **SHOP)
    shown = upload(editor, "名称;号码;邮编\n新店;83330001;510000\n另店;83330002;510000\n坏店;?;\n")
    assert shown.status_code == 303, shown.text
    page = editor.get(shown.headers["location"])
    assert all(
        told in page.text for told in ("GB18030", "分号", "邮编", "第 2 行", "83330001 万顺茶楼", "第 4 行")
    )
    assert len(all_entries(ledger)) == 1
    line = re.search(r'name="line" value="(\d+)"', page.text)
    assert line
    import_page = shown.headers["location"]
    post(editor, f"{import_page}/accept", line=line[1], accepted="true")
    assert post(editor, f"{import_page}/apply").status_code == 303
    assert [entry.name for entry in all_entries(ledger)] == ["万顺茶楼", "新店", "另店"]
    with ledger.reading() as session:
        batch = history.list_batches(session)[0]
    undo = f"/directory/changes/{batch.id}/undo"
    assert "请写明" in post(editor, undo, why=" ").text
    with ledger.transaction() as session:
        made = next(each for each in entries.read_all(session) if each.name == "新店")
        later = entries.put(session, replace(made, remark="又改"))
    hindered = post(editor, undo, why="导错")
    assert (hindered.status_code, 'value="导错"' in hindered.text) == (409, True)
    with ledger.transaction() as session:
        entries.put(session, replace(later, remark=""))
    assert post(editor, undo, why="导错").status_code == 303
    assert [entry.state for entry in all_entries(ledger)] == ["listed", "removed", "removed"]
    again = post(editor, f"{import_page}/apply")
    assert (again.status_code, "重新上传" in again.text) == (409, True)
    refused = upload(editor, "电话\n1\n")
    assert (refused.status_code, "无法读取" in refused.text) == (422, True)


def test_what_is_long_goes_on_beside_its_page(
    acting: Acting, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page tells how far it is, stops it, and in the end is loaded anew with what came of it."""
    monkeypatch.setattr(applying, "AT_ONCE", 1)
    monkeypatch.setattr(undoing, "AT_ONCE", 1)
    monkeypatch.setattr(asking, "SHORT_BYTES", 10)
    started = list[str]()
    monkeypatch.setattr(asking, "start_beside", lambda _settings, module: started.append(module))
    editor = acting("he")
    shown = upload(editor, "名称,号码\n甲店,83330001\n乙店,83330002\n").headers["location"]
    assert "正在开始" in editor.get(shown).text
    working.work_off(ledger)
    for step, fields in ((f"{shown}/apply", {}), ("/directory/changes/1/undo", {"why": "导错"})):
        asked = post(editor, step, **fields)
        page = editor.get(asked.headers["location"]).text
        work = re.search(r'data-work="(\d+)"', page)
        assert work
        assert "按预览导入" not in page
        path = f"/directory/works/{work[1]}"
        assert "<progress" in editor.get(path, headers=HTMX).text
        assert editor.get(path).headers["location"] == asked.headers["location"]
        working.work_off(ledger)
        assert editor.get(path, headers=HTMX).headers["HX-Refresh"] == "true"
        assert editor.get(f"/api{path}").json()["done"] == 2
    assert "新增 2，更改 0，删除 0" in editor.get(shown).text
    assert [one.state for one in all_entries(ledger)] == ["removed"] * 2
    assert "撤回见更改 #2" in editor.get("/directory/changes/1").text
    assert len(started) == 3
    again = upload(editor, "名称,号码\n丙店,83330003\n").headers["location"]
    post(editor, "/directory/works/4/stop")
    assert "已经停止" in editor.get(again).text


def test_a_proposal_is_decided_and_whoever_proposed_it_is_told(acting: Acting, ledger: Ledger) -> None:
    """Counted against ten a week; operators see their own alone."""
    operator = acting("8001")
    assert post(operator, "/directory/propose", note="广告", **SHOP).status_code == 303
    post(operator, "/directory/propose", note="广告", **{**SHOP, "name": "重复茶楼"})
    assert "2 / 10" in operator.get("/directory/proposals").text
    editor = acting("he")
    page = editor.get("/directory/proposals/1").text
    assert "可能重复的提交" in page
    assert post(editor, "/directory/proposals/2/merge", into=1).status_code == 303
    approved = post(editor, "/directory/proposals/1/approve", version=0, **{**SHOP, "district": "西关区"})
    assert approved.status_code == 303
    assert [(entry.name, entry.district) for entry in all_entries(ledger)] == [("万顺茶楼", "西关区")]
    operator = acting("8001")
    post(operator, "/directory/propose", entry=1, removed="true", note="已拆")
    acting("he")
    assert "<ins>撤销</ins>" in editor.get("/directory/proposals/3").text
    assert post(editor, "/directory/proposals/3/reject", reason="").status_code == 422
    too_long = post(editor, "/directory/proposals/3/reject", reason="电" * 501)
    assert (too_long.status_code, "电" * 501 in too_long.text) == (422, True)
    post(editor, "/directory/proposals/3/reject", reason="电话核实仍在")
    page = acting("8001").get("/directory/proposals").text
    assert "电话核实仍在" in page
    assert "2 / 10" in page
    assert 'href="/directory/imports"' not in page
    assert 'href="/directory/imports"' in acting("he").get("/directory/proposals").text
    monitor = acting("li").get("/directory/proposals").text
    assert ("0 / 50" in monitor, "万顺茶楼" in monitor) == (True, False)


def test_what_was_not_found_is_kept_answered_and_printed(acting: Acting) -> None:
    """From the panel with its call; the booklet is a page and a file."""
    post(acting("he"), "/directory/new", version=0, **SHOP)
    operator = acting("8001")
    assert (
        "记为疑难"
        in operator.get("/directory/panel?q=世纪莲&call=" + FLAGGED, headers={"HX-Request": "true"}).text
    )
    csrf = csrf_of(operator.get("/directory/hard-cases").text)
    sent = {"csrf": csrf, "asked": "世纪莲", "call": FLAGGED}
    kept = operator.post("/directory/hard-cases", data=sent, headers={"HX-Request": "true"})
    assert "问过 1 次" in kept.text
    assert post(operator, "/directory/hard-cases", asked="世纪联").status_code == 303
    assert post(operator, "/directory/hard-cases", asked="x", call="nothing").status_code == 404
    assert f"/calls/{FLAGGED}" not in operator.get("/directory/hard-cases/1").text
    assert f"/calls/{FLAGGED}" in acting("li").get("/directory/hard-cases/1").text
    editor = acting("he")
    assert 'action="/directory/hard-cases/1/drop"' in editor.get("/directory/hard-cases").text
    late = post(editor, "/directory/hard-cases/1/answer", note="现名新体育馆", version=1)
    assert (late.status_code, ">现名新体育馆</textarea>" in late.text) == (409, True)
    unknown = post(editor, "/directory/hard-cases/1/answer", note="见条目", entry="999", version=2)
    assert (unknown.status_code, "没有这个编号" in unknown.text) == (422, True)
    assert ">见条目</textarea>" in unknown.text
    assert 'name="entry" value="1"' in editor.get("/directory/hard-cases/1?find=万顺").text
    assert post(editor, "/directory/hard-cases/1/answer", note="现名新体育馆", version=2).status_code == 303
    assert "世纪莲" in editor.get("/directory/hard-cases?q=体育馆").text
    assert "现名新体育馆" in editor.get("/directory/hard-cases/booklet").text
    assert "现名新体育馆" in editor.get("/directory/panel?q=shijilian").text  # where nothing else is found
    post(editor, "/directory/hard-cases", asked="某人 13912345678 的邻居")
    assert "13912345678" in editor.get("/directory/hard-cases?order=late").text
    assert "某人 … 的邻居" in editor.get("/directory/hard-cases/booklet").text
    post(editor, "/directory/hard-cases/2/drop")
    assert "某人" not in editor.get("/directory/hard-cases").text
    assert "某人" in editor.get("/directory/hard-cases?state=dropped").text
    file = editor.get("/directory/hard-cases/booklet.html")
    assert "attachment" in file.headers["content-disposition"]
    assert "现名新体育馆" in file.text
    assert not re.search(r"(src|href)=", file.text)


def test_the_weekly_list_is_a_page_and_files(acting: Acting) -> None:
    """By week and since a moment; what looks like a formula is none."""
    editor = acting("he")
    post(editor, "/directory/new", version=0, **{**SHOP, "name": "=1+1"})
    page = editor.get("/directory/weekly").text
    assert "增 1" in page
    assert "=1+1" in page
    assert "增 0" in editor.get("/directory/weekly?week=2026-01-05").text
    since = f"{now() - timedelta(hours=1) + timedelta(hours=8):%Y-%m-%dT%H:%M}"
    assert "增 1" in editor.get(f"/directory/weekly?since={since}&district=东山区").text
    assert "增 0" in editor.get(f"/directory/weekly?since={since}&district=西关区").text
    assert "'=1+1" in editor.get("/directory/weekly.csv").text
    assert editor.get("/directory/weekly.xlsx").content.startswith(b"PK")
    refused = editor.get("/directory/weekly?since=nie")
    assert (refused.status_code, "时间要写成" in refused.text) == (422, True)


def test_programs_change_undo_and_decide(acting: Acting, ledger: Ledger) -> None:
    """By what they read: another version is refused; an undoing tells what it did."""
    api = acting("he")
    order = {"name": "万顺茶楼", "numbers": [{"number": "83330001"}], "why": "来函", "version": 0}
    made = api.post("/api/directory", json=order).json()
    entry = api.get(f"/api/directory/{made['entry']}").json()
    path = f"/api/directory/{made['entry']}"
    changed = api.put(path, json={**order, "remark": "已迁", "version": entry["version"]}).json()
    assert api.put(path, json={**order, "version": entry["version"]}).status_code == 409
    batch = api.get(f"/api/directory/changes/{changed['batch']}").json()
    assert [one["after"]["remark"] for one in batch["entries"]] == ["已迁"]
    undo = f"/api/directory/changes/{made['batch']}/undo"
    assert api.post(undo, json={"why": "误"}).status_code == 409
    assert (
        api.post(undo.replace(str(made["batch"]), str(changed["batch"])), json={"why": "误"}).json()["done"]
        == 1
    )
    assert [one["kind"] for one in api.get("/api/directory/change-list").json()] == ["added"]
    proposed = acting("8001").post("/api/directory/proposals", json={**order, "name": "新店"}).json()
    decision = f"/api/directory/proposals/{proposed['id']}/decision"
    decided = acting("he").post(decision, json={"decision": "approve"}).json()
    assert decided["state"] == "approved"
    assert [one.name for one in all_entries(ledger)] == ["万顺茶楼", "新店"]
