"""Every state with every move, as a table; and any moves of anybody in any order keep to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from desks import tickets
from desks.tickets.records import CLOCK, By, Opening
from desks.tickets.states import Closing, Move, OverdueReason, Party, PauseReason, TicketState
from desks.tickets.table import TABLE
from ledger import calls
from ledger.errors import HotlineError
from tests.desks.tickets.desk import MACHINE, MONDAY, TicketDesk

# A line for each move, a column for each state that the ticket is in: the state that it leads to, or "-".
WAYS = """
             open      assigned  working   arranged  solved  closed
opened       -         -         -         -         -       -
noted        open      assigned  working   arranged  solved  closed
urged        open      assigned  working   arranged  -       -
taken        open      assigned  working   arranged  solved  -
assigned     assigned  assigned  assigned  assigned  -       -
started      -         working   -         working   -       -
arranged     -         arranged  arranged  arranged  -       -
resumed      -         -         -         assigned  -       -
solved       solved    solved    solved    solved    -       -
confirmed    -         -         -         -         closed  -
denied       -         -         -         -         open    -
not_reached  -         -         -         -         solved  -
gave_up      -         -         -         -         closed  -
withdrawn    closed    closed    closed    closed    -       -
reopened     -         -         -         -         -       open
warned       open      assigned  working   -         -       -
escalated    open      assigned  working   -         -       -
reported     open      assigned  working   -         -       -
"""
ENDINGS = {
    Move.CONFIRMED: Closing.CONFIRMED,
    Move.GAVE_UP: Closing.UNREACHABLE,
    Move.WITHDRAWN: Closing.WITHDRAWN,
}
LINES = count(63_000_000)


def test_the_table_is_the_one_that_is_written_here() -> None:
    """All pairs of states and moves are in it, and no way beside them."""
    head, *lines = [line.split() for line in WAYS.strip().splitlines()]
    written = {
        (TicketState(state), Move(line[0])): TicketState(to)
        for line in lines
        for state, to in zip(head, line[1:], strict=True)
        if to != "-"
    }
    assert {Move(line[0]) for line in lines} == set(Move)
    assert {pair: way.to for pair, way in TABLE.items()} == written


def test_the_page_has_every_move() -> None:
    """docs/tickets.md tells the moves that the table has, and no other."""
    page = (Path(__file__).parents[3] / "docs" / "tickets.md").read_text("utf-8")
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", page, re.MULTILINE)
    assert {word for row in rows for word in re.findall(r"\w+", row)} == set(Move)


@pytest.mark.parametrize("state", TicketState)
def test_no_move_is_made_from_another_state(desk: TicketDesk, state: TicketState) -> None:
    """Refused, the ticket as it was."""
    ticket = desk.bring_to(state)
    for what in Move:
        if (state, what) not in TABLE:
            with pytest.raises(tickets.NoSuchWay):
                desk.move(ticket, what, "zhou")
    assert desk.get(ticket.number) == ticket


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=True))  # what is drawn as a list stays short and near its smallest
def test_any_moves_keep_to_the_table(desk: TicketDesk, dice: Random) -> None:
    """Whoever tries what and when: each step is a way of the table, by a party of it, not before the last."""
    with _forgotten(desk) as session:
        opening = Opening(kind_id=1, service="固话", line=str(next(LINES)))
        number = tickets.open_ticket(session, opening, desk.by["8003"], at=MONDAY).number
        parties = [desk.by["8003"].parties]
        for turn in range(30):
            parties += _try(session, desk, number, turn, dice)
        ticket = tickets.get_ticket(session, number)
        steps = tickets.steps_of(session, ticket)
    _check_chain(ticket, steps)
    for step, acting in zip(steps[1:], parties[1:], strict=True):
        assert step.from_state is not None
        way = TABLE[step.from_state, step.move]
        assert (way.to, bool(way.by & acting)) == (step.to_state, True)


def _check_chain(ticket: tickets.Ticket, steps: list[tickets.Step]) -> None:
    assert [step.version for step in steps] == list(range(1, ticket.version + 1))
    assert ticket.state is steps[-1].to_state
    for before, after in pairwise(steps):
        assert after.from_state is before.to_state
        assert after.at >= before.at
        if after.to_state is TicketState.CLOSED and before.to_state is not TicketState.CLOSED:
            assert after.move in ENDINGS
        if after.move is Move.CONFIRMED:
            assert after.call_id or (after.details["by_hand"] and after.note)
    if ticket.state is TicketState.CLOSED:
        ending = next(step for step in reversed(steps) if step.move in ENDINGS)
        assert ticket.closing is ENDINGS[ending.move]
    rounds = sum(step.move is Move.REOPENED for step in steps) + 1
    for alarm in (Move.WARNED, Move.ESCALATED, Move.REPORTED):
        assert sum(step.move is alarm for step in steps) <= rounds


def _try(session: Session, desk: TicketDesk, number: str, turn: int, dice: Random) -> list[frozenset[Party]]:
    """The parties of whoever made it, where the move was made."""
    ticket = tickets.get_ticket(session, number)
    what, by = _chosen(desk, ticket, dice)
    at = ticket.changed_at + timedelta(minutes=dice.randint(-60, 1500))
    is_full = dice.random() < 0.9
    caller = ticket.line if dice.random() < 0.9 else "13900000000"
    wish = _wish(session, desk, f"{number}-{turn}", at, caller) if is_full else tickets.Wish()
    try:
        tickets.move(session, number, what, by, version=ticket.version, wish=wish, at=at)
    except HotlineError:
        assert tickets.get_ticket(session, number) == ticket  # a refusal changes nothing
        return []
    return [by.parties]


def _chosen(desk: TicketDesk, ticket: tickets.Ticket, dice: Random) -> tuple[Move, By]:
    """Mostly a move of the table and somebody who may make it, so that all states are reached."""
    everybody = [*desk.by.values(), MACHINE, CLOCK]
    of_table = sorted(what for state, what in TABLE if state is ticket.state)
    what = dice.choice(of_table if dice.random() < 0.8 else sorted(Move))
    way = TABLE.get((ticket.state, what))
    able = [by for by in everybody if way and by.parties & way.by]
    return what, dice.choice(able if able and dice.random() < 0.8 else everybody)


def _wish(session: Session, desk: TicketDesk, call_id: str, at: datetime, caller: str) -> tickets.Wish:
    calls.add_call(session, call_id=call_id, hotline="112", caller=caller)
    calls.mark_answered(session, call_id, at)
    return tickets.Wish(
        note="已联系用户",
        call_id=call_id,
        branch_id=desk.branch_id,
        until=at + timedelta(days=2),
        pause_reason=PauseReason.AGREED,
        cause_id=desk.cause_id,
        overdue_reason=OverdueReason.OURS,
    )


@contextmanager
def _forgotten(desk: TicketDesk) -> Iterator[Session]:
    """A transaction of which nothing is kept: the next example finds the desk as it was."""
    with desk.ledger.transaction() as session:
        yield session
        session.rollback()
