"""The list: order, filters, paging, and what a row shows."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from console.app import create_app
from console.listing.service import PAGE_LENGTH
from console.switchboard import Switchboard
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings
from tests.console import seeding
from tests.console.conftest import serve, sign_in
from tests.console.seeding import CLEAN, FLAGGED, FLAGGED_ONCE, NOON, QUARANTINED, REFUSED, SCRIPTED

EVERY_CALL = [FLAGGED, FLAGGED_ONCE, QUARANTINED, REFUSED, CLEAN, SCRIPTED]


def listed(client: httpx.Client, **query: str) -> list[str]:
    """Ids of the rows, in their order."""
    response = client.get("/calls", params=query)
    assert response.status_code == 200, response.text
    return re.findall(r'data-call="([^"]+)"', response.text)


def row(client: httpx.Client, call_id: str) -> str:
    """One row's HTML."""
    found = re.search(rf'<tr[^>]*data-call="{call_id}">.*?</tr>', client.get("/calls").text, re.DOTALL)
    assert found
    return found[0]


def test_most_flags_come_first_then_the_newest(monitor: httpx.Client) -> None:
    """A monitor's eye falls on the worst call."""
    assert listed(monitor) == EVERY_CALL


def test_the_root_leads_to_the_list(monitor: httpx.Client) -> None:
    """The address without a path opens the list, and asks a stranger to sign in."""
    assert monitor.get("/").headers["location"] == "/calls"
    monitor.cookies.clear()
    assert monitor.get("/").headers["location"] == "/sign-in?next=%2F"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"hotline": "180"}, [FLAGGED_ONCE]),
        ({"operator": "8002"}, [FLAGGED_ONCE]),
        ({"flag": "forbidden-words"}, [FLAGGED]),
        ({"flag": "forbidden"}, []),
        ({"state": "unrecorded"}, [REFUSED]),
        ({"state": "quarantined"}, [QUARANTINED]),
        ({"score_min": "95"}, [CLEAN, SCRIPTED]),
        ({"score_max": "89.5"}, [FLAGGED]),
        ({"score_min": "90", "score_max": "90"}, [FLAGGED_ONCE]),
        ({"day_from": "2026-11-22"}, [QUARANTINED, REFUSED, CLEAN]),
        ({"day_to": "2026-11-19"}, [SCRIPTED]),
        ({"day_from": "2026-11-20", "day_to": "2026-11-20"}, [FLAGGED]),
        ({"text": "人民医院"}, [FLAGGED]),
        ({"text": "人民 医院"}, [FLAGGED]),
        ({"text": "100%"}, [CLEAN]),
        ({"text": "%"}, []),
        ({"text": "_"}, []),
        ({"text": "\\"}, []),
        ({"text": "' OR 1=1 --"}, []),
        ({"hotline": "114", "text": "您好"}, [FLAGGED, CLEAN]),
        ({"hotline": "", "text": "  ", "score_min": ""}, EVERY_CALL),
    ],
)
def test_each_filter_lets_through_what_it_says(
    monitor: httpx.Client, query: dict[str, str], expected: list[str]
) -> None:
    """Filters narrow the list, together and each alone; blank ones do not."""
    assert listed(monitor, **query) == expected


def test_days_are_local_days(monitor: httpx.Client, ledger: Ledger) -> None:
    """A call at 00:30 in Shanghai belongs to that day, though it is the day before in UTC."""
    with ledger.transaction() as session:
        seeding.add_call(session, "night", NOON - timedelta(hours=11, minutes=30))
    assert "night" in listed(monitor, day_from="2026-11-20", day_to="2026-11-20")
    assert "night" not in listed(monitor, day_to="2026-11-19")
    assert "2026-11-20 00:30:00" in row(monitor, "night")


def test_the_text_is_looked_for_in_the_newest_transcript_alone(monitor: httpx.Client, ledger: Ledger) -> None:
    """What a newer transcript corrected is not found any more."""
    with ledger.transaction() as session:
        turns = (seeding.turn(seeding.Role.CALLER, 1, "改好", "了"),)
        seeding.add_judgement(session, FLAGGED, turns, ())
    assert listed(monitor, text="人民医院") == []
    assert listed(monitor, text="改好了") == [FLAGGED]


@pytest.mark.parametrize(
    "query",
    [
        {"day_from": "yesterday"},
        {"day_to": "9999-12-31"},
        {"day_from": "0001-01-01"},
        {"after": "0~~0001-01-01T00:00:00+14:00~x"},
        {"score_min": "many"},
        {"score_max": "nan"},
        {"score_min": "101"},
        {"state": "lost"},
        {"text": "长" * 201},
        {"after": "nonsense"},
        {"after": "1~2026-11-20T04:00:00~x"},
    ],
)
def test_a_filter_that_makes_no_sense_is_named(monitor: httpx.Client, query: dict[str, str]) -> None:
    """A wrong value is refused with the field's name, never ignored and never a server error."""
    response = monitor.get("/calls", params=query)
    assert response.status_code == 422
    assert next(iter(query)) in response.text
    assert "填写的内容有误" in response.text


def test_a_row_tells_what_matters_without_opening_the_call(monitor: httpx.Client) -> None:
    """Time, number, desk, caller, operator, length, score, flags as titles and the worst finding's words."""
    html = row(monitor, FLAGGED)
    for part in ("2026-11-20 12:00:00", "114", "查号台", "13800000001", "8001", "0:20", ">70<"):
        assert part in html
    assert re.findall(r'class="flag">([^<]+)<', html) == ["问候语", "服务忌语"]
    assert "我不知道你问别人去" in html
    assert "待复核 2 项" in html
    assert "无录音" in row(monitor, REFUSED)
    assert "处理失败" in row(monitor, QUARANTINED)


def test_a_script_in_what_was_said_stays_text(monitor: httpx.Client) -> None:
    """Nothing that a caller says or sends is ever run."""
    for path in ("/calls", f"/calls/{SCRIPTED}", f"/calls?text={seeding.SCRIPT}"):
        response = monitor.get(path)
        assert seeding.SCRIPT not in response.text
        assert "&lt;script&gt;" in response.text


def test_htmx_gets_the_results_alone_and_the_history_the_page(monitor: httpx.Client) -> None:
    """Filtering swaps the results; going back in the history loads the whole page."""
    part = monitor.get("/calls", params={"hotline": "180"}, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert FLAGGED_ONCE in part.text
    again = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in monitor.get("/calls", headers=again).text


def test_the_form_shows_the_filters_that_apply(monitor: httpx.Client) -> None:
    """A link with filters fills the form in."""
    html = monitor.get(
        "/calls", params={"hotline": "180", "text": "宽带", "score_max": "95.5", "flag": "closing"}
    ).text
    assert "<option selected>180</option>" in html
    assert 'value="宽带"' in html
    assert 'value="95.5"' in html
    assert '<option value="closing" selected>结束语</option>' in html


def test_a_filter_that_is_not_offered_is_shown_as_it_applies(monitor: httpx.Client) -> None:
    """A link from yesterday names an operator who has no calls today: the form does not say 'all' then."""
    page = monitor.get("/calls", params={"operator": "8099", "flag": "no-such-rule"}).text
    assert '<option value="8099" selected>8099</option>' in page
    assert '<option value="no-such-rule" selected>no-such-rule</option>' in page
    assert 'value="8099"' not in monitor.get("/calls").text


def test_empty_lists_say_what_to_do(monitor: httpx.Client) -> None:
    """Nothing found and nothing there yet are told apart."""
    assert "请放宽日期" in monitor.get("/calls", params={"text": "没有人说过"}).text


def test_a_new_ledger_says_how_calls_get_here(tmp_path: Path) -> None:
    """The first page of a fresh installation teaches the next step."""
    settings = Settings(data_dir=tmp_path)
    fresh = open_ledger(settings)
    with fresh.transaction() as session:
        seeding.add_user(session)
    with (
        serve(create_app(settings, fresh, Switchboard())) as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        sign_in(client)
        assert "hotline import recording.wav" in client.get("/calls").text
    fresh.close()


def test_pages_follow_each_other_without_gap_or_repeat(monitor: httpx.Client, ledger: Ledger) -> None:
    """Walking through `next` shows every call once, also those received at the same moment."""
    with ledger.transaction() as session:
        for number in range(2 * PAGE_LENGTH):
            seeding.add_call(session, f"many-{number:03}", NOON - timedelta(days=30))
    seen: list[str] = []
    address: str | None = "/calls?operator=8001"
    while address:
        html = monitor.get(address).text
        seen += re.findall(r'data-call="([^"]+)"', html)
        found = re.search(r'href="([^"]*after=[^"]*)"', html)
        address = found[1].replace("&amp;", "&") if found else None
    with_operator = [FLAGGED, QUARANTINED, CLEAN, SCRIPTED]
    assert seen == with_operator + [f"many-{n:03}" for n in reversed(range(2 * PAGE_LENGTH))]
