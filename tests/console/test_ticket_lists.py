"""The lists that a desk edits: one at a time, nothing typed twice, and what they mean for new tickets."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest

from ledger.database import Ledger
from tests.console import ticketing
from tests.console.ticketing import Person, get, open_one


@pytest.fixture
def dispatcher(stranger: httpx.Client, ledger: Ledger) -> Person:
    """Diao, with branches and a call."""
    ticketing.furnish(ledger)
    return Person(stranger, ledger, "diao")


def test_lists_are_edited_by_one_at_a_time(dispatcher: Person, ledger: Ledger) -> None:
    """With who and when; an older version changes nothing; what is retired is not offered."""
    added = dispatcher.post("/tickets/lists/causes", cause_group="电缆", name="白蚁", place=9)
    assert added.status_code == 303
    page = dispatcher.get("/tickets/lists").text
    assert "电缆 · 白蚁" in page
    entry = re.search(
        r'action="(/tickets/lists/causes/\d+)" class="ticket-entry">(?:(?!</form>).)*?白蚁', page, re.S
    )
    assert entry
    found = re.findall(r'action="(/tickets/lists/causes/\d+)"', page)[-1]
    assert dispatcher.post(found, version=1, cause_group="电缆", name="鼠咬").status_code == 303
    stale = dispatcher.post(found, version=1, cause_group="电缆", name="虫咬")
    assert (stale.status_code, "没有保存" in stale.text) == (409, True)
    assert 'name="version" value="1"' in stale.text.partition("虫咬")[0].rpartition("<form")[2]
    assert dispatcher.post(found, version=2, retired="yes").status_code == 303
    ticket = open_one(ledger)
    assert "鼠咬" not in dispatcher.get(f"/tickets/{ticket.number}").text


def hours_of(dispatcher: Person, weekday: int) -> str:
    """What the page shows for a day of the week."""
    form = rf'name="weekday" value="{weekday}"><input type="hidden" name="seen" value="([^"]*)"'
    return re.findall(form, dispatcher.get("/tickets/lists").text)[0]


def test_what_was_typed_into_a_list_comes_back_with_the_refusal(dispatcher: Person) -> None:
    """In the form that was refused, which stands open, and in no other."""
    kind = {"name": "新类别", "desk": "112", "nature": "move", "counting": "working", "reopen_days": 9}
    assert dispatcher.post("/tickets/lists/kinds", limit_hours="inf", **kind).status_code == 422
    endless = "9" * 5000  # more digits than Python turns into a number
    assert dispatcher.post("/tickets/lists/crews", name="x", branch_id=endless).status_code == 422
    assert dispatcher.get(f"/tickets?branch={endless}").status_code == 422
    assert dispatcher.get(f"/tickets/lists?calendar={endless}").status_code == 200
    refused = dispatcher.post("/tickets/lists/kinds", limit_hours="soon", **kind)
    assert refused.status_code == 422
    assert refused.text.count('value="新类别"') == 1
    form = refused.text.partition('action="/tickets/lists/kinds" class')[2].partition("</form>")[0]
    for kept in ('value="新类别"', 'value="soon"', 'value="move" selected', 'value="working" selected'):
        assert kept in form, kept
    crew = dispatcher.post("/tickets/lists/crews", name=" ", branch_id=2, is_rescue="yes").text
    form = crew.partition('action="/tickets/lists/crews" class')[2].partition("</form>")[0]
    assert ('value="2" selected' in form, form.count(" checked")) == (True, 1)
    seen = hours_of(dispatcher, weekday=2)
    week = dispatcher.post("/tickets/lists/calendar/week", weekday=2, seen=seen, spans="9 to 5").text
    assert week.count('value="9 to 5"') == 1
    day = dispatcher.post("/tickets/lists/calendar/days", day="someday", works="yes", name="补班").text
    assert ('value="补班"' in day, 'value="yes" selected' in day) == (True, True)
    alarm = {"name": "王班长", "least_alarm": 3, "desk": "112", "branch_id": 2}
    refused = dispatcher.post("/tickets/lists/alarms", address="nobody", **alarm).text
    form = refused.partition('action="/tickets/lists/alarms" class')[2].partition("</form>")[0]
    for kept in ('value="nobody"', 'value="3" selected', 'value="2" selected'):
        assert kept in form, kept
    assert dispatcher.post("/tickets/lists/alarms", address="w@h.example", **alarm).status_code == 303
    assert "王班长 · w@h.example · 超过一半起 · 112 · 城西经营部" in dispatcher.get("/tickets/lists").text
    lines = dispatcher.post("/tickets/lists/branches/lines", branch_id=2, month="2026-13", lines=500).text
    assert ('value="500"' in lines, 'value="2026-13"' in lines) == (True, True)


def test_a_kind_chooses_its_calendar(dispatcher: Person, ledger: Ledger) -> None:
    """A calendar is added, shown with its own hours, and a refusal shows the calendar that it is about."""
    assert dispatcher.post("/tickets/lists/calendars", name="营业厅").status_code == 303
    saturday = {"calendar_id": 2, "weekday": 5, "seen": hours_of(dispatcher, weekday=5)}
    done = dispatcher.post("/tickets/lists/calendar/week", **saturday, spans="09:00-17:00")
    assert done.headers["location"] == "/tickets/lists?calendar=2#calendar"
    assert 'value="09:00-17:00"' in dispatcher.get("/tickets/lists?calendar=2").text
    assert 'value="09:00-17:00"' not in dispatcher.get("/tickets/lists").text
    late = dispatcher.post("/tickets/lists/calendar/week", **saturday, spans="10:00-11:00")
    assert (late.status_code, "已被他人更改" in late.text) == (409, True)
    assert 'value="10:00-11:00"' in late.text
    assert 'value="09:00-17:00"' in dispatcher.get("/tickets/lists?calendar=2").text
    refused = dispatcher.post("/tickets/lists/calendar/week", **saturday, spans="9 to 5").text
    assert "工作时间：营业厅" in refused
    assert dispatcher.post("/tickets/lists/calendar/days", calendar_id=9, day="2026-12-24").status_code == 422
    fields = {"name": "障碍", "desk": "112", "nature": "fault", "counting": "working", "reopen_days": 7}
    changed = {**fields, "limit_hours": 8, "version": 1, "calendar_id": 2}
    assert dispatcher.post("/tickets/lists/kinds/1", **changed).status_code == 303
    assert open_one(ledger).calendar_id == 2


def test_a_limit_written_in_hours_counts_for_new_tickets(dispatcher: Person, ledger: Ledger) -> None:
    """The old one keeps its own."""
    old = open_one(ledger)
    fields = {"name": "障碍", "desk": "112", "nature": "fault", "counting": "clock", "reopen_days": 7}
    assert (
        dispatcher.post("/tickets/lists/kinds/1", version=1, limit_hours="1.5", **fields).status_code == 303
    )
    new = open_one(ledger, "63007777")
    assert new.due_at - new.opened_at == timedelta(minutes=90)
    assert get(ledger, old.number).due_at == old.due_at
