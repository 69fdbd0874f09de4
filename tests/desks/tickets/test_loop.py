"""The closed loop on both databases: opened, assigned, arranged, solved, called back, closed, reopened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desks import tickets
from desks.tickets.call_numbers import calls_since_solved
from desks.tickets.records import Opening
from desks.tickets.states import CallPart, Closing, Move, TicketState
from ledger import audit
from ledger.audit_actions import AuditAction
from tests.desks.tickets.desk import LINE, MACHINE, MONDAY, TicketDesk, arrange, assign, confirm, solve, start


def test_a_fault_goes_its_whole_way(either_desk: TicketDesk) -> None:
    """Every step is kept with who and when, and each is in the audit log."""
    desk = either_desk
    call_id = desk.call("first", MONDAY)
    ticket = desk.open(call_id=call_id, caller="075563001234", text="没有拨号音")
    assert ticket.number == "20261130-0001"
    assert ticket.due_at == MONDAY + timedelta(hours=24)
    for step in (assign, start, solve, confirm):
        ticket = step(desk, ticket)
    assert (ticket.state, ticket.closing, ticket.satisfied) == (TicketState.CLOSED, Closing.CONFIRMED, True)
    assert (ticket.handled_minutes, ticket.late_minutes) == (3, 0)
    steps = desk.steps(ticket)
    assert [step.move for step in steps] == [
        *(Move.OPENED, Move.ASSIGNED, Move.STARTED, Move.SOLVED, Move.CONFIRMED)
    ]
    assert [step.version for step in steps] == [1, 2, 3, 4, 5]
    with desk.ledger.reading() as session:
        told = [row for row in audit.find(session) if row.action == AuditAction.TICKET_MOVED]
        linked = {each.call_id: each.part for each in tickets.calls_of(session, ticket)}
    assert len(told) == len(steps)
    assert linked == {"first": CallPart.OPENED, steps[-1].call_id: CallPart.CALL_BACK}


def test_nothing_is_closed_without_a_call_back(either_desk: TicketDesk) -> None:
    """Neither a call from before the solving nor no call will do for the machine."""
    desk = either_desk
    early = desk.call("early", MONDAY)
    ticket = desk.bring_to(TicketState.SOLVED)
    for call_id in (None, early, "nowhere"):
        with pytest.raises(tickets.BadTicket, match="call"):
            desk.move(ticket, Move.CONFIRMED, MACHINE, call_id=call_id)
    assert desk.get(ticket.number) == ticket


def test_who_withdraws_is_the_customer(desk: TicketDesk) -> None:
    """An operator names the call; what is solved waits for its call-back and is not withdrawn."""
    ticket = desk.open()
    with pytest.raises(tickets.BadTicket, match="call"):
        desk.move(ticket, Move.WITHDRAWN, "8003", note="不用了")
    call_id = desk.call("again", MONDAY)
    closed = desk.move(ticket, Move.WITHDRAWN, "8003", call_id=call_id)
    assert (closed.state, closed.closing) == (TicketState.CLOSED, Closing.WITHDRAWN)
    with pytest.raises(tickets.NoSuchWay):
        desk.move(desk.bring_to(TicketState.SOLVED, "63008888"), Move.WITHDRAWN, note="不用了")


@pytest.mark.parametrize(
    ("far", "contact", "fits"),
    [
        ("075563001234", "", True),  # the line itself, with its area code
        ("13800000001", "张三 138 0000 0001 家里 6300-5678", True),
        ("63005678", "张三 138 0000 0001 家里 6300-5678", True),
        ("13800000001", "13900000002 13700000003", False),
        ("13700000003", "13900000002 13700000003", True),
        ("03953151206", "3号楼2 0395 3151206", True),
    ],
)
def test_a_call_back_is_with_the_tickets_customer(
    desk: TicketDesk, far: str, contact: str, *, fits: bool
) -> None:
    """On the line, the number that called or one that was left; any other number confirms nothing."""
    ticket = solve(desk, start(desk, assign(desk, desk.open(contact=contact))))
    call_id = desk.call("back", ticket.changed_at + timedelta(seconds=30), far)
    if fits:
        assert desk.move(ticket, Move.CONFIRMED, call_id=call_id).state is TicketState.CLOSED
        return
    for what in (Move.CONFIRMED, Move.NOT_REACHED):
        with pytest.raises(tickets.OtherNumber, match="13900000002"):
            desk.move(ticket, what, call_id=call_id, call_reason="我说了算")


def test_what_a_call_back_denies_is_to_be_done_again(desk: TicketDesk) -> None:
    """It is open again with the limit that ran all the time."""
    ticket = desk.bring_to(TicketState.SOLVED)
    call_id = desk.call("back", ticket.changed_at + timedelta(minutes=1))
    with desk.ledger.transaction() as session:
        again = tickets.confirm(session, ticket.number, MACHINE, is_settled=False, call_id=call_id)
    assert (again.state, again.satisfied, again.solved_at) == (TicketState.OPEN, False, None)
    assert again.due_at == ticket.due_at
    assert again.branch_id == ticket.branch_id


def test_who_reports_again_gets_the_same_case(either_desk: TicketDesk) -> None:
    """An open one is urged, one closed within the kind's days reopened; after them it is another."""
    desk = either_desk
    opening = Opening(kind_id=desk.kind_id(), service="固话", line=f"0755-{LINE}", text="还是不通")

    def report(days: int) -> tickets.Reported:
        with desk.ledger.transaction() as session:
            return tickets.report(session, opening, desk.by["8003"], at=MONDAY + timedelta(days=days))

    first = report(0)
    assert first.became is tickets.Became.OPENED
    urged = report(0)
    assert (urged.ticket.number, urged.became, urged.ticket.urged) == (first.ticket.number, "urged", 1)
    ticket = urged.ticket
    for step in (assign, start, solve, confirm):
        ticket = step(desk, ticket)
    again = report(5)
    assert (again.ticket.number, again.became, again.ticket.reopened) == (first.ticket.number, "reopened", 1)
    assert again.ticket.due_at == MONDAY + timedelta(days=6)
    ticket = again.ticket
    for step in (assign, solve, confirm):
        ticket = step(desk, ticket)
    other = report(5 + 8)
    assert (other.became, other.ticket.number != ticket.number) == ("opened", True)


def test_a_line_is_told_its_ticket(desk: TicketDesk) -> None:
    """By its number with or without the area code, or by whoever called; nothing once it is closed."""
    ticket = desk.open(LINE, caller="13800138000")
    with desk.ledger.reading() as session:
        for number in (LINE, "075563001234", "+86 755 6300 1234", "13800138000"):
            found = tickets.state_of_line(session, number, desks=["112"])
            assert found is not None, number
            assert found.number == ticket.number
        for other in ("63001235", "1234"):
            assert tickets.state_of_line(session, other) is None
        assert tickets.state_of_line(session, LINE, desks=["180"]) is None
    for step in (assign, arrange, solve, confirm):
        ticket = step(desk, ticket)
    with desk.ledger.reading() as session:
        assert tickets.state_of_line(session, LINE) is None


def test_an_operator_cannot_dispatch(desk: TicketDesk) -> None:
    """Operators open, urge and note; the rest is the dispatchers', giving up the leads'."""
    ticket = desk.open()
    with pytest.raises(tickets.NotTheirs):
        desk.move(ticket, Move.ASSIGNED, "8003", branch_id=desk.branch_id)
    ticket = desk.bring_to(TicketState.SOLVED, "63009999")
    for _ in range(3):
        ticket = desk.move(ticket, Move.NOT_REACHED, MACHINE)
    with pytest.raises(tickets.NotTheirs):
        desk.move(ticket, Move.GAVE_UP, "dora", note="三次未通")
    closed = desk.move(ticket, Move.GAVE_UP, "zhou", note="三次未通")
    assert (closed.state, closed.closing) == (TicketState.CLOSED, Closing.UNREACHABLE)


@pytest.mark.parametrize(
    "text",
    [LINE, "0755-6300 1234", "13800138000", "13912345678", "王先生", "幸福路8号 13912345678", "5%", "号_2"],
)
def test_a_ticket_is_found_by_what_is_known_of_it(desk: TicketDesk, text: str) -> None:
    """Its line, who called, the number that was left, and words, in which numbers may stand."""
    words = "幸福路8号 13912345678 网速只有5%，门牌号_2"
    ticket = desk.open(LINE, caller="13800138000", contact="王先生 13912345678", text=words)
    desk.open("63007777", text="网速只有50，门牌号12")
    with desk.ledger.reading() as session:
        wanted = tickets.Wanted(queue=tickets.Queue.ALL, text=text)
        found = tickets.find(session, wanted, MONDAY).tickets
    assert [one.number for one in found] == [ticket.number]


def test_calls_of_other_towns_do_not_hide_the_customers(desk: TicketDesk) -> None:
    """Their last digits are the same; a page of them would leave no room for the one that counts."""
    ticket = desk.bring_to(TicketState.SOLVED, f"0755{LINE}")
    assert ticket.solved_at
    for call_id, code in [("own", "0755"), *((f"far-{number}", "0371") for number in range(6))]:
        desk.call(call_id, ticket.solved_at + timedelta(minutes=1), f"{code}{LINE}")
    with desk.ledger.reading() as session:
        assert [one.call_id for one in calls_since_solved(session, ticket)] == ["own"]
