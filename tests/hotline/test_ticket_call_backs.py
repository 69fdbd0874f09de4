"""Solved tickets are called back by the fitting campaign; what was heard closes them or sends them back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from desks.campaigns import attempts, bars, people
from desks.campaigns.languages import Spoken
from desks.campaigns.states import Kind
from desks.tickets import Move, Nature, Ticket, TicketState
from hotline.call_backs import go_round
from hotline.ticket_call_backs import KINDS, number_of
from ledger import calls
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import FactKey, Reason, Result
from tests.desks.campaigns.test_attempts import claim, end, make
from tests.desks.tickets.desk import TicketDesk, assign, solve, start

DONE, NOT_DONE = {"repair-done": "1", "satisfied": "1"}, {"repair-done": "2"}
DONE_LATE = {"repair-done": "1", "repair-in-time": "2", "satisfied": "2"}


def solved(desk: TicketDesk) -> Ticket:
    """A fault of an hour ago, repaired; the campaign that calls back runs."""
    with desk.ledger.transaction() as session:
        make(session, [], desk="112", takes_tickets=True)
    ticket = desk.open(at=now() - timedelta(hours=1), caller="13800000001")
    for step in (assign, start, solve):
        ticket = step(desk, ticket)
    return ticket


def called_back(desk: TicketDesk, answers: dict[str, str]) -> str:
    """One attempt from its claim to its end; its call."""
    with desk.ledger.transaction() as session:
        found = claim(session)
        assert found
        calls.mark_answered(session, found.call_id, now())
        for question, key in answers.items():
            attempts.note_answer(session, found.call_id, question, key)
        end(session, found.call_id, Reason.QUESTIONS_ENDED, Result.SERVED)
    return found.call_id


@pytest.mark.parametrize(
    ("answers", "state", "satisfied"),
    [
        (DONE, TicketState.CLOSED, True),
        (DONE_LATE, TicketState.CLOSED, False),
        (NOT_DONE, TicketState.OPEN, False),
    ],
)
def test_what_the_customer_says_moves_the_ticket(
    ledger: Ledger, answers: dict[str, str], state: TicketState, satisfied: bool
) -> None:
    """Repaired closes it, also where the customer is not content with the service; not repaired opens it."""
    desk = TicketDesk(ledger)
    ticket = solved(desk)
    assert go_round(ledger).taken == 1
    call_id = called_back(desk, answers)
    assert go_round(ledger).told == 1
    after = desk.get(ticket.number)
    assert (after.state, after.satisfied) == (state, satisfied)
    step = desk.steps(after)[-1]
    assert (step.who, step.call_id) == ("回访", call_id)
    assert step.details["障碍是否已经修好"] == ("没有修好" if answers is NOT_DONE else "已经修好")
    assert go_round(ledger).taken == go_round(ledger).told == 0


def test_a_repair_after_the_call_back_is_called_back_again(ledger: Ledger) -> None:
    """The second time it is well."""
    desk = TicketDesk(ledger)
    ticket = solved(desk)
    go_round(ledger)
    called_back(desk, NOT_DONE)
    go_round(ledger)
    ticket = desk.get(ticket.number)
    for step in (assign, solve):
        ticket = step(desk, replace(ticket, changed_at=now() - timedelta(minutes=1)))
    assert go_round(ledger).taken == 1
    called_back(desk, DONE)
    go_round(ledger)
    assert desk.get(ticket.number).state is TicketState.CLOSED


def test_whoever_asks_not_to_be_called_leaves_the_ticket_to_a_lead(ledger: Ledger) -> None:
    """It counts as tried often enough: a lead may close it, and nobody calls again."""
    desk = TicketDesk(ledger)
    ticket = solved(desk)
    go_round(ledger)
    with ledger.transaction() as session:
        found = claim(session)
        assert found
        calls.mark_answered(session, found.call_id, now())
        bars.bar(session, "13800000001", by="caller", why="来电要求")
        end(session, found.call_id, Reason.OPTED_OUT, Result.SERVED)
    go_round(ledger)
    ticket = desk.get(ticket.number)
    assert (ticket.state, ticket.attempts) == (TicketState.SOLVED, 3)
    ticket = desk.move(ticket, Move.GAVE_UP, "zhou", at=now(), note="用户谢绝回访")
    assert ticket.state is TicketState.CLOSED


def test_a_ticket_that_somebody_moved_meanwhile_stays(ledger: Ledger) -> None:
    """A dispatcher has called by another telephone: what the machine hears later loses nothing."""
    desk = TicketDesk(ledger)
    ticket = solved(desk)
    go_round(ledger)
    desk.move(ticket, Move.CONFIRMED, at=now(), note="另行电话回访，用户说已好")
    called_back(desk, NOT_DONE)
    assert go_round(ledger).told == 1
    assert desk.get(ticket.number).state is TicketState.CLOSED


def test_a_round_costs_the_same_however_many_tickets_wait(ledger: Ledger) -> None:
    """Three short questions where no campaign takes tickets in, and none for each ticket where one does."""
    desk = TicketDesk(ledger)
    asked: list[str] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))

    def count() -> int:
        asked.clear()
        go_round(ledger)
        return sum(query.startswith("SELECT") for query in asked)

    def wait(*lines: str) -> None:
        for line in lines:
            ticket = desk.open(line, at=now() - timedelta(hours=1), caller=line)
            for step in (assign, start, solve):
                ticket = step(desk, ticket)

    wait("02087654321")
    assert count() == 3
    with ledger.transaction() as session:
        make(session, [], desk="112", takes_tickets=True)
    assert go_round(ledger).taken == 1
    one = count()
    wait("02087654322", "02087654323", "02087654324")
    assert go_round(ledger).taken == 3
    assert count() == one == 5


def test_whoever_chose_a_language_is_called_back_in_it(ledger: Ledger) -> None:
    """It is that of the call from which the ticket was opened."""
    desk = TicketDesk(ledger)
    with ledger.transaction() as session:
        calls.add_call(session, call_id="a", hotline="112", caller="13800000001")
        session.flush()
        calls.add_facts(session, "a", {FactKey.LANGUAGE: "en"})
        campaign = make(session, [], desk="112", takes_tickets=True)
    for line, call_id in (("02087654321", "a"), ("02087654322", None)):
        ticket = desk.open(line, at=now() - timedelta(hours=1), caller=line, call_id=call_id)
        for step in (assign, start, solve):
            ticket = step(desk, ticket)
    go_round(ledger)
    with ledger.reading() as session:
        told = {one.number: one.language for one in people.list_people(session, campaign.id)}
    assert told == {"02087654321": Spoken.ENGLISH, "02087654322": None}


def test_the_number_that_was_left_is_called_first(ledger: Ledger) -> None:
    """Then the one that called, then the line; where none can be dialled it is a dispatcher's."""
    desk = TicketDesk(ledger)
    ticket = desk.open(caller="13800000001", contact="王先生 139 1234-5678 中山路3号")
    assert number_of(ticket) == "13912345678"
    assert number_of(replace(ticket, contact="王先生 301 13912345678 63001111")) == "13912345678"
    assert number_of(replace(ticket, contact="王先生")) == "13800000001"
    assert number_of(replace(ticket, contact="", caller="anonymous")) == ticket.line
    assert number_of(replace(ticket, contact="", caller="", line="")) is None


def test_every_nature_of_a_ticket_has_its_campaign() -> None:
    """None waits for ever because nobody asks about its kind."""
    assert set(KINDS) == set(Nature)
    assert Kind.LOST not in KINDS.values()
