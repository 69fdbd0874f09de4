"""Many at once: no step is lost, no number given twice, and whoever was slower is told."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event

import pytest

from desks import tickets
from desks.tickets import branch_lines, calendar
from desks.tickets.records import Opening
from desks.tickets.states import Move
from tests.desks.tickets.desk import LINE, TicketDesk

WRITERS = 50


def test_fifty_at_once_on_one_ticket_lose_nothing(either_desk: TicketDesk) -> None:
    """Everybody's note is a step of its own; every refusal was told to somebody who tried again."""
    desk = either_desk
    ticket = desk.open()

    def note(writer: int) -> int:
        refused = 0
        while True:
            seen = desk.get(ticket.number)
            try:
                with desk.ledger.transaction() as session:
                    wish = tickets.Wish(note=f"第{writer}位")
                    tickets.move(
                        session, ticket.number, Move.NOTED, desk.by["dora"], version=seen.version, wish=wish
                    )
            except tickets.MovedMeanwhile:
                refused += 1
            else:
                return refused

    with ThreadPoolExecutor(WRITERS) as pool:
        refused = sum(pool.map(note, range(WRITERS)))
    steps = desk.steps(ticket)
    assert {step.note for step in steps[1:]} == {f"第{writer}位" for writer in range(WRITERS)}
    assert [step.version for step in steps] == list(range(1, WRITERS + 2))
    assert desk.get(ticket.number).version == WRITERS + 1
    assert refused > 0  # they did meet


def test_a_line_gets_one_ticket(either_desk: TicketDesk) -> None:
    """Of many who open one at once, one does; the others are told its number."""
    desk = either_desk
    opening = Opening(kind_id=desk.kind_id(), service="固话", line=LINE)

    def open_it(_turn: int) -> str:
        try:
            with desk.ledger.transaction() as session:
                return tickets.open_ticket(session, opening, desk.by["8003"]).number
        except tickets.OpenAlready as error:
            return str(error).partition("ticket ")[2].partition(" ")[0]

    with ThreadPoolExecutor(10) as pool:
        numbers = Counter(pool.map(open_it, range(10)))
    assert sum(numbers.values()) == 10
    assert len(numbers) == 1


def test_numbers_have_no_gaps(either_desk: TicketDesk) -> None:
    """However many open tickets of other lines at once."""
    desk = either_desk
    with ThreadPoolExecutor(10) as pool:
        opened = list(pool.map(lambda each: desk.open(f"6300{each:04d}"), range(20)))
    assert sorted(each.number for each in opened) == [f"20261130-{each:04d}" for each in range(1, 21)]


def test_the_second_is_told(desk: TicketDesk) -> None:
    """Two who saw the same: one moves it, the other hears so, and nothing of the other is kept."""
    seen = desk.open()
    desk.move(seen, Move.ASSIGNED, "dora", branch_id=desk.branch_id)
    with pytest.raises(tickets.MovedMeanwhile, match="somebody else has moved"):
        desk.move(seen, Move.ASSIGNED, "dan", crew_id=desk.crew_id)
    assert desk.get(seen.number).crew_id is None


def test_two_who_enter_the_same_day_and_lines_at_once_are_both_heard(either_desk: TicketDesk) -> None:
    """The later one stands; neither is told of a fault."""
    desk, start = either_desk, Barrier(2)

    def enter(name: str) -> None:
        by = desk.by["zhou"]
        with desk.ledger.reading() as session:
            calendar.week_of(session)  # each has its connection
        start.wait(timeout=10)
        with desk.ledger.transaction() as session:
            calendar.set_day(session, date(2031, 3, 3), works=False, name=name, by=by)
            branch_lines.set_lines(session, desk.branch_id, "2027-01", 5, by)
            session.flush()
            Event().wait(0.2)

    with ThreadPoolExecutor(max_workers=2) as both:
        list(both.map(enter, ("元旦", "新年")))
    with desk.ledger.reading() as session:
        days = [each for each in calendar.special_days(session) if each.day == date(2031, 3, 3)]
        assert [each.name for each in days] in (["元旦"], ["新年"])
