"""The operator's page: what it shows of a call, and what it asks of the line; own calls only."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from console.app import create_app
from console.signin.visitors import SESSION_COOKIE
from desks.directory import collecting, entries, hard_cases
from desks.directory.records import Entry
from ledger import call_wishes, calls, conversations
from ledger.clock import now
from ledger.conversations import Conversation
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import OperatorState, Origin, UserRole, WishKind, WishOutcome
from ledger.tables import CallRow, ConversationRow
from tests.console import seeding, working
from tests.console.conftest import csrf_of, open_session
from tests.console.working import CALL

HTMX = {"HX-Request": "true"}


@pytest.fixture
def app(settings: Settings, ledger: Ledger) -> FastAPI:
    """A console whose desks have reasons, and some of the tools."""
    return create_app(settings, ledger, working.SWITCHBOARD)


@pytest.fixture
def operator(stranger: httpx.Client, ledger: Ledger) -> httpx.Client:
    """8001, who talks to a caller from the faults menu."""
    with ledger.transaction() as session:
        seeding.add_user(session, "8001", UserRole.OPERATOR)
        working.talk(session)
    stranger.cookies.set(SESSION_COOKIE, open_session(ledger, "8001"))
    return stranger


def send(client: httpx.Client, deed: str, **fields: str) -> httpx.Response:
    """One form of the page, as htmx sends it."""
    form = {"csrf": csrf_of(client.get("/workplace").text), **fields}
    return client.post(f"/workplace/calls/{CALL}/{deed}", data=form, headers=HTMX)


def test_the_page_shows_who_calls_and_from_where(operator: httpx.Client) -> None:
    """Number, way, digits, wait, earlier calls with their reasons; tools that there are, by the desk."""
    html = operator.get("/workplace").text
    for told in (working.CALLER, "报障菜单", "<kbd>2</kbd>", "63012345", "等候 4 秒", "114查号台", "查到"):
        assert told in html, told
    panels = re.findall(r'hx-get="/(\w+)/panel\?call=([^"]+)"', html)
    assert panels == [("directory", CALL), ("knowledge", CALL)]
    assert "8003" not in html, "no others' names"
    told = operator.get("/api/workplace").json()
    assert (told["operator"], told["state"]) == ("8001", "talking")
    talk = told["talk"]
    assert talk["way"] == ["统一号码", "报障菜单", "2", "114查号台"]
    assert (talk["keyed"], talk["waited_s"]) == ({"fault_number": "63012345"}, 4.25)
    assert [call["reason"] for call in talk["earlier"]] == ["查到"]


def test_a_call_back_has_its_questions_and_leads_nowhere(operator: httpx.Client, ledger: Ledger) -> None:
    """Whom we have called is neither read a number nor transferred; the campaign's panel comes first."""
    with ledger.transaction() as session:
        session.get_one(CallRow, CALL).origin = Origin.OUTBOUND
    html = operator.get("/workplace").text
    assert re.findall(r'hx-get="/(\w+)/panel', html)[0] == "campaigns"
    assert 'id="work-pause"' in html
    assert 'id="work-read"' not in html
    assert 'id="work-transfer"' not in html


def test_what_was_shown_is_a_fact_of_the_call(operator: httpx.Client, ledger: Ledger) -> None:
    """By form and by API: the number as it is dialled, the name, the entry."""
    said = send(operator, "shown", number="0395-8573629", name="第一中学", entry="17")
    assert 'value="03958573629"' in said.text
    with ledger.reading() as session:
        facts = calls.get_call(session, CALL).facts
    assert facts == {"directory_number": "03958573629", "directory_name": "第一中学", "directory_entry": "17"}
    with ledger.transaction() as session:
        made = entries.put(session, Entry(name="实验中学"))
    body = {"number": "63012345转8", "name": "实验中学", "entry": made.id}
    assert operator.post(f"/api/workplace/calls/{CALL}/shown", json=body).json()["number"] == "63012345转8"
    assert operator.get("/api/workplace").json()["talk"]["shown"]["directory_entry"] == str(made.id)
    with ledger.reading() as session:
        assert entries.get(session, made.id or 0).asked == 1, "what is asked for often comes first"


def test_read_back_asks_for_the_shown_or_the_given_number(operator: httpx.Client, ledger: Ledger) -> None:
    """The line's answer is followed; without a number there is nothing to read."""
    assert send(operator, "read-back").status_code == 422
    send(operator, "shown", number="63012345")
    assert "正在转自动报号" in send(operator, "read-back").text
    asked = {"kind": "read_back", "detail": "39094786", "outcome": None}
    assert (
        operator.post(f"/api/workplace/calls/{CALL}/read-back", json={"number": "3909 4786"}).json() == asked
    )
    with ledger.transaction() as session:
        first, second = call_wishes.unsettled(session)[CALL]
        assert (first.detail, second.by) == ("63012345", "8001")
        call_wishes.settle(session, second.id, WishOutcome.REFUSED)
    assert "号码报不出来" in operator.get(f"/workplace/calls/{CALL}/hand-over").text


def test_a_transfer_leads_to_a_desk_or_to_the_menu(operator: httpx.Client, ledger: Ledger) -> None:
    """And nowhere else."""
    assert "正在转出" in send(operator, "transfer", to="faults").text
    assert send(operator, "transfer", to="bills").status_code == 422
    assert operator.post(f"/api/workplace/calls/{CALL}/transfer", json={"to": "menu"}).status_code == 200
    with ledger.reading() as session:
        asked = [(wish.kind, wish.detail) for wish in call_wishes.list_wishes(session, CALL)]
    assert asked == [(WishKind.TRANSFER, "faults"), (WishKind.TRANSFER, "menu")]


def conversation_in(ledger: Ledger) -> Conversation:
    """The one that 8001 has or had."""
    with ledger.reading() as session:
        found = conversations.last_of_call(session, CALL, "8001")
    assert found
    return found


def test_a_reason_ends_the_wrap_up(operator: httpx.Client, ledger: Ledger) -> None:
    """In the conversation it is only kept; one of another desk is refused."""
    assert send(operator, "wrap-up", reason="chased").status_code == 422
    assert 'aria-pressed="true"' in send(operator, "wrap-up", reason="unlisted").text
    assert operator.get("/api/workplace").json()["state"] == "talking"
    with ledger.transaction() as session:
        working.hang_up(session, OperatorState.WRAP_UP)
    assert "自动报号" not in operator.get("/workplace/now").text
    body = {"reason": "found"}
    assert operator.post(f"/api/workplace/calls/{CALL}/wrap-up", json=body).json()["state"] == "idle"
    assert conversation_in(ledger).wrap_up == "found"


def test_what_was_searched_in_vain_becomes_a_hard_case(
    operator: httpx.Client, ledger: Ledger, app: FastAPI
) -> None:
    """By what was typed last in the own call's panel; a search in another's leaves nothing."""
    for call_id, typed in ((CALL, "世纪"), (CALL, "世纪莲"), (seeding.FLAGGED, "偷看")):
        operator.get("/directory/panel", params={"q": typed, "call": call_id}, headers=HTMX)
    app.state.console.searches.write()
    with ledger.transaction() as session:
        working.hang_up(session, OperatorState.WRAP_UP)
        conversations.wrap_up(session, CALL, "8001", "unlisted")
        row = session.get_one(ConversationRow, conversation_in(ledger).id)
        row.ended_at = now() - timedelta(minutes=1)
    assert collecting.collect(ledger) == 1
    with ledger.reading() as session:
        assert [case.asked for case in hard_cases.list_of(session)] == ["世纪莲"]


def test_after_the_call_nothing_is_handed_over(operator: httpx.Client, ledger: Ledger) -> None:
    """A late key is told so; it changes no fact, which are sealed by then."""
    form = {"csrf": csrf_of(operator.get("/workplace").text), "number": "63012345"}
    with ledger.transaction() as session:
        working.hang_up(session, OperatorState.WRAP_UP)
    for deed in ("shown", "read-back"):
        said = operator.post(f"/workplace/calls/{CALL}/{deed}", data=form, headers=HTMX)
        assert said.status_code == 409, deed
    assert operator.post(f"/api/workplace/calls/{CALL}/transfer", json={"to": "menu"}).status_code == 409
    with ledger.reading() as session:
        assert calls.get_call(session, CALL).facts == {}
        assert call_wishes.list_wishes(session, CALL) == []


def test_another_operators_call_is_not_there(operator: httpx.Client, ledger: Ledger) -> None:
    """Neither shown nor touched, by whatever address."""
    other = seeding.FLAGGED
    form = {
        "csrf": csrf_of(operator.get("/workplace").text),
        "number": "63012345",
        "to": "menu",
        "reason": "found",
    }
    for deed in ("shown", "read-back", "transfer", "wrap-up"):
        said = operator.post(f"/workplace/calls/{other}/{deed}", data=form, headers=HTMX)
        assert said.status_code == 404, deed
        answer = operator.post(f"/api/workplace/calls/{other}/{deed}", json=form)
        assert answer.status_code == 404, deed
    assert operator.get(f"/workplace/calls/{other}/hand-over").status_code == 404
    assert operator.get("/workplace/calls/%00/hand-over").status_code == 404


def test_the_stream_tells_when_the_page_is_old(operator: httpx.Client, ledger: Ledger) -> None:
    """A sign at once, and another within a second of a change."""
    signs: list[str] = []
    with operator.stream("GET", "/workplace/stream") as stream:
        for line in stream.iter_lines():
            if not line.startswith("data: "):
                continue
            signs.append(line.removeprefix("data: "))
            if len(signs) == 2:
                break
            with ledger.transaction() as session:
                working.hang_up(session, OperatorState.IDLE)
    assert signs[0].startswith(f"talking|{CALL}")
    assert signs[1].startswith("idle||")


def test_a_call_shows_its_reasons(stranger: httpx.Client, ledger: Ledger) -> None:
    """Staff read on the call's page with which reason each conversation was wrapped up."""
    with ledger.transaction() as session:
        working.talk(session)
    stranger.cookies.set(SESSION_COOKIE, open_session(ledger))
    assert (
        '<dt>小结</dt><dd><span lang="zh-CN">查到</span></dd>'
        in stranger.get(f"/calls/{working.EARLIER}").text
    )
    assert "<dt>小结</dt>" not in stranger.get(f"/calls/{CALL}").text


def test_the_page_is_english_for_who_reads_english(operator: httpx.Client) -> None:
    """What stays Chinese are names of the plan, marked as such."""
    operator.get("/language/en")
    html = operator.get("/workplace").text.partition("<main")[2]
    html = re.sub(r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>', "", html)
    assert "Read-back" in html
    assert not re.findall(r"[\u4e00-\u9fff]+", html)
