"""Tickets on the pages and for programs: opened in the panel, moved by whoever may, lists edited."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from console.tokens import new_token, token_sha256
from desks import tickets
from desks.tickets import TicketState
from ledger import audit, programs
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.database import Ledger
from ledger.programs import TokenWish
from ledger.tables import CallRow, UserRow
from ledger.users import named
from tests.console import ticketing
from tests.console.ticketing import LINE, Person, get, open_one


@pytest.fixture(autouse=True)
def furnished(ledger: Ledger) -> None:
    """People, branches, a call."""
    ticketing.furnish(ledger)


@pytest.fixture
def dispatcher(stranger: httpx.Client, ledger: Ledger) -> Person:
    """Diao."""
    return Person(stranger, ledger, "diao")


@pytest.fixture
def operator(stranger: httpx.Client, ledger: Ledger) -> Person:
    """8003, who talks to the line's customer."""
    return Person(stranger, ledger, "8003")


def test_the_panel_has_what_the_caller_keyed_in(operator: Person, ledger: Ledger) -> None:
    """It opens as it stands; asked for again it shows the ticket, which is urged."""
    page = operator.get("/tickets/panel?call=talking").text
    assert re.search(rf'name="line"[^>]*value="{LINE}"', page)
    assert "来电者键入并确认" in page
    fields = {"call": "talking", "kind_id": 1, "service": "固话", "line": LINE, "text": "没有声音"}
    opened = operator.post("/tickets/panel", **fields)
    number = re.search(r"\d{8}-\d{4}", opened.text)
    assert number, opened.text
    ticket = get(ledger, number[0])
    assert (ticket.line, ticket.call_id, ticket.caller) == (LINE, "talking", "13800000001")
    again = operator.post("/tickets/panel/urge", call="talking", number=ticket.number)
    assert "已催修" in again.text
    assert get(ledger, ticket.number).urged == 1


def test_a_caller_who_says_that_it_is_well_closes_the_ticket(operator: Person, ledger: Ledger) -> None:
    """A call that was answered since it was solved is the call-back; an earlier one is not."""
    ticket = open_one(ledger)
    with ledger.transaction() as session:
        by = ticketing.person(session, "diao")
        tickets.move(session, ticket.number, tickets.Move.SOLVED, by, wish=tickets.Wish(cause_id=1))
    form = {"call": "talking", "number": ticket.number, "answer": "well"}
    assert operator.post("/tickets/panel/urge", **form).status_code == 422
    with ledger.transaction() as session:
        session.get_one(CallRow, "talking").answered_at = now() + timedelta(seconds=1)
    assert "已由这通电话确认归档" in operator.post("/tickets/panel/urge", **form).text
    closed = get(ledger, ticket.number)
    assert (closed.state, closed.closing) == (TicketState.CLOSED, tickets.Closing.CONFIRMED)


def test_a_call_with_another_number_closes_nothing(
    stranger: httpx.Client, dispatcher: Person, ledger: Ledger
) -> None:
    """A sentence says which numbers fit; a lead may say why it counts, and the audit log keeps that."""
    ticket = open_one(ledger)
    with ledger.transaction() as session:
        by = ticketing.person(session, "diao")
        tickets.move(session, ticket.number, tickets.Move.SOLVED, by, wish=tickets.Wish(cause_id=1))
    other = ticketing.add_call(ledger, "other", at=now() + timedelta(seconds=1), caller="13911112222")
    path, lead = f"/tickets/{ticket.number}/moves", Person(stranger, ledger, "zhou")
    fields: dict[str, str | int] = {"move": "confirmed", "version": 2, "call_id": other}
    for who, more in ((dispatcher, {"call_reason": "邻居代接"}), (lead, {})):
        refused = who.post(path, **fields, **more)
        assert refused.status_code == 422
        assert f"这通电话的号码不是工单的号码（{LINE}）" in refused.text
    assert 'name="call_reason"' in refused.text  # the lead is asked
    fitting = ticketing.add_call(ledger, "fitting", at=now() + timedelta(seconds=1), caller=f"0755{LINE}")
    offered = re.findall(r'<option value="(\w+)">[^<]*· \d+<', lead.get(f"/tickets/{ticket.number}").text)
    assert offered == [fitting]
    assert lead.post(path, **fields, call_reason="邻居代接").status_code == 303
    assert get(ledger, ticket.number).state is TicketState.CLOSED
    with ledger.reading() as session:
        moved = [row for row in audit.find(session) if row.action == AuditAction.TICKET_MOVED]
    assert [json.loads(row.details).get("call_reason") for row in moved].count("邻居代接") == 1
    assert "邻居代接" in dispatcher.get(f"/tickets/{ticket.number}").text


def test_an_operator_sees_the_panel_of_own_calls_only(operator: Person, ledger: Ledger) -> None:
    """Of another's call it is as if it were not there."""
    ticketing.add_call(ledger, "others")
    assert operator.get("/tickets/panel?call=others").status_code == 404
    assert (
        operator.post("/tickets/panel", call="others", kind_id=1, service="固话", line=LINE).status_code
        == 404
    )


def test_who_is_held_to_a_desk_sees_its_tickets_alone_in_the_panel(operator: Person, ledger: Ledger) -> None:
    """Another desk's of the same line cannot be urged there; brought in again it is urged all the same."""
    ticket = open_one(ledger)
    with ledger.transaction() as session:
        session.get_one(UserRow, named(session, "8003").id).desks = ["114"]
    assert ticket.number not in operator.get("/tickets/panel?call=talking").text
    told = operator.post("/tickets/panel", call="talking", kind_id=1, service="固话", line=LINE, text="x")
    assert f"这条线路已有工单 {ticket.number}，已催修" in told.text


def test_a_form_that_will_not_do_keeps_what_was_typed(operator: Person) -> None:
    """The sentence names the field, and nothing has to be typed again."""
    answer = operator.post(
        "/tickets/panel", call="talking", kind_id=99, service="固话", line=LINE, text="很急"
    )
    assert answer.status_code == 422
    assert ">很急</textarea>" in answer.text
    assert "kind: there is no such kind" in answer.text


def test_the_second_dispatcher_is_told(stranger: httpx.Client, dispatcher: Person, ledger: Ledger) -> None:
    """Whoever was slower sees the ticket as it is now, and what was filled in."""
    ticket, other = open_one(ledger), Person(stranger, ledger, "du")
    path = f"/tickets/{ticket.number}/moves"
    first = dispatcher.post(path, move="assigned", version=ticket.version, branch_id=1)
    assert first.status_code == 303
    second = other.post(path, move="assigned", version=ticket.version, branch_id=2, note="去城西")
    assert second.status_code == 409
    assert "有人刚刚处理了这张工单" in second.text
    assert ">去城西</textarea>" in second.text
    assert get(ledger, ticket.number).branch_id == 1


def test_an_operator_has_no_dispatchers_buttons(operator: Person, ledger: Ledger) -> None:
    """Neither shown nor taken."""
    ticket = open_one(ledger)
    page = operator.get(f"/tickets/{ticket.number}").text
    assert 'data-move="urged"' in page
    assert 'data-move="assigned"' not in page
    answer = operator.post(f"/tickets/{ticket.number}/moves", move="assigned", version=1, branch_id=1)
    assert answer.status_code == 403


def test_queues_have_what_they_say(dispatcher: Person, ledger: Ledger) -> None:
    """Overdue ones by their limit, and page after page without repeating or leaving out one."""
    for each in range(60):
        open_one(ledger, f"6300{each:04d}", ago=timedelta(hours=30, minutes=each))
    fresh = open_one(ledger, "63009999")
    page = dispatcher.get("/tickets?queue=overdue").text
    seen = re.findall(r'data-ticket="([\d-]+)"', page)
    link = re.search(r'href="([^"]+)" rel="next"', page)
    assert link
    seen += re.findall(r'data-ticket="([\d-]+)"', dispatcher.get(link[1].replace("&amp;", "&")).text)
    assert len(seen) == len(set(seen)) == 60
    assert fresh.number not in seen
    assert re.findall(r'data-ticket="([\d-]+)"', dispatcher.get("/tickets?queue=all&text=63009999").text) == [
        fresh.number
    ]


def test_the_queues_are_told_live(dispatcher: Person, ledger: Ledger) -> None:
    """Of the desks that somebody may see."""
    open_one(ledger, ago=timedelta(hours=30))
    assert dispatcher.first_event("/tickets/stream")["overdue"] == 1
    with ledger.transaction() as session:
        session.get_one(UserRow, named(session, "diao").id).desks = ["180"]
    assert dispatcher.first_event("/tickets/stream")["overdue"] == 0


def test_a_dispatcher_of_one_desk_sees_its_tickets(dispatcher: Person, ledger: Ledger) -> None:
    """Those of another are not there."""
    ticket = open_one(ledger)
    with ledger.transaction() as session:
        session.get_one(UserRow, named(session, "diao").id).desks = ["180"]
    assert dispatcher.get(f"/tickets/{ticket.number}").status_code == 404
    assert ticket.number not in dispatcher.get("/tickets?queue=all").text


def test_a_program_brings_a_matter_in_and_closes_it(stranger: httpx.Client, ledger: Ledger) -> None:
    """By the same steps as the pages, with the rights of its token."""
    token = new_token()
    with ledger.transaction() as session:
        holder, ends = named(session, "diao").id, now() + timedelta(days=1)
        wish = TokenWish(title="t", user_id=holder, rights=frozenset({"desk", "tickets"}), expires_at=ends)
        programs.add_token(session, wish, sha256=token_sha256(token), by="li")
    headers = {"Authorization": f"Bearer {token}"}
    order = {"kind_id": 1, "service": "宽带", "channel": "web", "line": LINE, "text": "不能上网"}
    made = stranger.post("/api/tickets", json=order, headers=headers).json()
    number = made["ticket"]["number"]
    assert made["became"] == "opened"

    def move(what: str, version: int, **more: object) -> httpx.Response:
        body = {"move": what, "version": version, **more}
        return stranger.post(f"/api/tickets/{number}/moves", json=body, headers=headers)

    assert move("assigned", 1, branch_id=1).status_code == 200
    assert move("assigned", 1, branch_id=2).status_code == 409
    assert move("solved", 2).status_code == 422
    cursor = {"after": "0001-01-01T00:00:00+08:00~1"}
    assert stranger.get("/api/tickets", params=cursor, headers=headers).status_code == 422
    assert move("solved", 2, cause_id=1).json()["state"] == TicketState.SOLVED
    back = ticketing.add_call(ledger, "back", at=now() + timedelta(seconds=1), caller=f"0755{LINE}")
    assert move("confirmed", 3, call_id="nowhere").status_code == 422
    assert move("confirmed", 3, call_id=back).json()["state"] == TicketState.CLOSED
    steps = stranger.get(f"/api/tickets/{number}", headers=headers).json()["steps"]
    assert [step["move"] for step in steps] == ["opened", "assigned", "solved", "confirmed"]
    with ledger.reading() as session:
        assert tickets.state_of_line(session, LINE) is None


def test_who_is_held_to_another_desk_learns_the_number_alone(stranger: httpx.Client, ledger: Ledger) -> None:
    """They may bring a matter in for a desk that is not theirs; what that desk knows of it is not told."""
    token = new_token()
    with ledger.transaction() as session:
        holder = named(session, "diao").id
        session.execute(update(UserRow).where(UserRow.id == holder).values(desks=["elsewhere"]))
        ends = now() + timedelta(days=1)
        wish = TokenWish(title="t", user_id=holder, rights=frozenset({"desk", "tickets"}), expires_at=ends)
        programs.add_token(session, wish, sha256=token_sha256(token), by="li")
    headers = {"Authorization": f"Bearer {token}"}
    order = {"kind_id": 1, "service": "宽带", "channel": "web", "line": LINE, "text": "不能上网"}
    told = [stranger.post("/api/tickets", json=order, headers=headers).json() for _ in range(2)]
    assert [each["became"] for each in told] == ["opened", "urged"]
    assert {each["number"] for each in told} == {told[0]["number"]}
    assert [each["ticket"] for each in told] == [None, None]
    assert stranger.get(f"/api/tickets/{told[0]['number']}", headers=headers).status_code == 404
