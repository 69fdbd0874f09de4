"""The laws of the figures: parts add up to the whole, and every number is that of the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.figures import periods
from desks.figures.behind import find_behind
from desks.figures.counting import Dim, add_up, count
from desks.figures.definitions import FIGURES
from desks.figures.lines import rates_by_branch
from desks.figures.measures import MEASURES, REASONS, Source
from desks.figures.slices import NO_CAUSE, Slice
from desks.tickets.rows import to_ticket
from ledger.database import Ledger
from ledger.statistics.days import Period
from ledger.tables import BranchLinesRow, TicketRow
from ledger.working_days import SHANGHAI
from tests.desks.figures import rows

YEAR = Slice(period=Period(first=date(2007, 1, 1), last=date(2007, 12, 31), zone=SHANGHAI))
DIMS = (Dim.PIECE, Dim.BRANCH, Dim.SERVICE, Dim.CAUSE, Dim.CAUSE_GROUP)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def module_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """One for all examples: each takes back what it has added."""
    opened = Ledger(f"sqlite:///{tmp_path_factory.mktemp('laws') / 'ledger.sqlite3'}")
    opened.migrate()
    yield opened
    opened.close()


@contextmanager
def rows_of(
    ledger: Ledger, tickets: list[Any] | None = None, enquiries: list[Any] | None = None
) -> Iterator[Session]:
    """A session that sees these rows and nothing else."""
    with Session(ledger.engine) as session:
        rows.add_branches(session)
        rows.add_tickets(session, tickets or [])
        rows.add_enquiries(session, enquiries or [])
        yield session
        session.rollback()


@few
@given(drawn=rows.tickets)
def test_parts_add_up_to_the_whole(module_ledger: Ledger, drawn: list[Any]) -> None:
    """By month, branch, service, cause and group the tickets are all tickets, whatever is counted of them."""
    with rows_of(module_ledger, drawn) as session:
        whole = count(session, Source.TICKETS, YEAR, rows.LOOKED_AT).total()
        cells = count(
            session, Source.TICKETS, YEAR, rows.LOOKED_AT, DIMS, pieces=periods.pieces_of(YEAR.period)
        )
        assert cells.total() == whole
        assert whole["tickets"] == len(drawn)
        for dim in DIMS:
            parts = cells.by(dim).values()
            assert all(sum(part[key] for part in parts) == whole[key] for key in whole)
        months = [replace(YEAR, period=month) for month in periods.months_of(YEAR.period)]
        counted = [count(session, Source.TICKETS, month, rows.LOOKED_AT).total() for month in months]
        assert all(sum(month[key] for month in counted) == whole[key] for key in whole)


@few
@given(drawn=rows.tickets)
def test_overdue_is_what_the_ticket_itself_says_and_its_reasons_add_up(
    module_ledger: Ledger, drawn: list[Any]
) -> None:
    """`Ticket.is_overdue` row by row; in time and overdue never overlap; four reasons make the whole."""
    with rows_of(module_ledger, drawn) as session:
        counts = count(session, Source.TICKETS, YEAR, rows.LOOKED_AT).total()
        found = [to_ticket(row) for row in session.scalars(select(TicketRow))]
        late = [each for each in found if each.is_overdue(rows.LOOKED_AT)]
        due = [each for each in found if each.late_minutes == 0] + late
        assert counts["late"] == len(late)
        assert counts["in_time"] + counts["late"] == len({each.id for each in due})
        for key in ("late", "late_minutes"):
            assert counts[key] == sum(counts[f"{key}_{reason or 'untold'}"] for reason in REASONS)
        share = FIGURES["in_time_share"].read(counts)
        assert share == ((len(due) - len(late)) / len(due) if due else None)


@few
@given(drawn=rows.tickets)
def test_behind_a_number_stand_as_many_rows(module_ledger: Ledger, drawn: list[Any]) -> None:
    """Counts are the lists' lengths, also of a branch and of those without a cause."""
    with rows_of(module_ledger, drawn) as session:
        for wanted in (YEAR, replace(YEAR, branch_id=1), replace(YEAR, cause_id=NO_CAUSE)):
            counts = count(session, Source.TICKETS, wanted, rows.LOOKED_AT).total()
            for key, measure in MEASURES.items():
                if measure.source is Source.TICKETS:
                    found = find_behind(session, key, wanted, rows.LOOKED_AT, limit=100)
                    assert len(found.tickets) == found.total
                    if measure.amount is None:
                        assert counts[key] == found.total, key
            late = find_behind(session, "late_minutes", wanted, rows.LOOKED_AT, limit=100).tickets
            assert counts["late_minutes"] == sum(each.late_minutes or 0 for each in late)


@few
@given(drawn=rows.enquiries)
def test_enquiries_succeed_are_refused_or_wait(module_ledger: Ledger, drawn: list[Any]) -> None:
    """Results add up to all, refusals without cable are refusals, amounts are those of the rows."""
    with rows_of(module_ledger, enquiries=drawn) as session:
        cells = count(session, Source.ENQUIRIES, YEAR, rows.LOOKED_AT, (Dim.KIND, Dim.REASON))
        whole = cells.total()
        assert whole["enquiries"] == whole["succeeded"] + whole["refused"] + whole["undecided"] == len(drawn)
        assert cells.by(Dim.REASON).get("no_cable", {}).get("refused", 0) == whole["no_cable"]
        found = find_behind(session, "amount_fen", YEAR, rows.LOOKED_AT, limit=100).enquiries
        assert whole["amount_fen"] == sum(each.amount_fen for each in found)


def test_arranged_times_count_apart(module_ledger: Ledger) -> None:
    """A ticket with two arranged times is one arranged ticket, and its minutes are both."""
    with rows_of(module_ledger) as session:
        rows.add_ticket(session, 1, pauses=[30, 60], late_minutes=0, handled_minutes=10)
        rows.add_ticket(session, 2, late_minutes=5, handled_minutes=1445, overdue_reason="arranged")
        tickets = count(session, Source.TICKETS, YEAR, rows.LOOKED_AT).total()
        pauses = count(session, Source.PAUSES, YEAR, rows.LOOKED_AT).total()
        assert (tickets["arranged"], tickets["late_arranged"]) == (1, 1)
        assert pauses["paused_minutes"] == pauses["paused_minutes_agreed"] == 90
        assert find_behind(session, "paused_minutes", YEAR, rows.LOOKED_AT, limit=9).total == 1


def test_the_rate_leaves_out_branches_without_lines(module_ledger: Ledger) -> None:
    """Per thousand lines and month: a month without lines is left out with its tickets; days have no rate."""
    january = replace(YEAR, period=Period(first=date(2007, 1, 1), last=date(2007, 1, 31), zone=SHANGHAI))
    with rows_of(module_ledger) as session:
        for number, branch_id in enumerate((1, 1, 2, None), start=1):
            rows.add_ticket(session, number, branch_id=branch_id, minute=number)
        for month in ("2007-01", "2007-02"):
            lines = {"branch_id": 1, "month": month, "service": "", "lines": 500}
            session.add(BranchLinesRow(**lines, changed_at=rows.NEW_YEAR, changed_by="x"))
        session.flush()

        def rate(wanted: Slice) -> float | None:
            counts = add_up(rates_by_branch(session, wanted, rows.LOOKED_AT).values())
            return FIGURES["fault_rate"].read(counts)

        assert rate(january) == 4.0
        assert rate(YEAR) == 2.0
        assert set(rates_by_branch(session, YEAR, rows.LOOKED_AT)) == {1}
        days = replace(YEAR, period=Period(first=date(2007, 1, 1), last=date(2007, 1, 30), zone=SHANGHAI))
        assert rate(days) is None


@pytest.mark.parametrize("url", ["sqlite", "postgresql"])
def test_both_databases_count_alike(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> None:
    """By every dimension of every source."""
    where = f"sqlite:///{tmp_path / 'l'}" if url == "sqlite" else request.getfixturevalue("postgres_url")
    ledger = Ledger(where)
    ledger.migrate()
    with ledger.transaction() as session:
        rows.add_branches(session)
        rows.add_ticket(session, 1, branch_id=1, cause_id=1, late_minutes=9, handled_minutes=1449)
        rows.add_ticket(session, 2, branch_id=2, minute=50_000, pauses=[5], state="open")
        rows.add_enquiries(
            session, [(5, "card", ("succeeded", None)), (9, "install", ("refused", "no_cable"))]
        )
        pieces = periods.pieces_of(YEAR.period)
        cells = count(session, Source.TICKETS, YEAR, rows.LOOKED_AT, DIMS, pieces=pieces)
        assert {key[:2]: counts["late"] for key, counts in cells.counts.items()} == {(0, 1): 1, (1, 2): 1}
        dims = (Dim.PIECE, Dim.KIND, Dim.SERVICE, Dim.BRANCH, Dim.REASON)
        sold = count(session, Source.ENQUIRIES, YEAR, rows.LOOKED_AT, dims, pieces=pieces)
        assert sold.by(Dim.KIND)["card"]["amount_fen"] == 5000
        rows.add_call(session, 1, 2, mark="5")  # of two tickets it is of the first
        rows.add_call(session, mark="1")
        seen = replace(YEAR, teams=frozenset({"甲班"}), blind_for=1)
        pressed = count(session, Source.SURVEYED, seen, rows.LOOKED_AT, (Dim.BRANCH,))
        assert pressed.counts == {(1,): {"talked": 1, "asked": 1, "marked": 1, "mark_5": 1}}
        called = count(session, Source.CALL_BACKS, YEAR, rows.LOOKED_AT, (Dim.KIND, Dim.OUTCOME))
        assert not called.counts
        for key in MEASURES:
            assert find_behind(session, key, YEAR, rows.LOOKED_AT, limit=5).total <= 2
    ledger.close()
