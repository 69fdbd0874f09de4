"""The list's pages in every order: nothing twice, nothing left out, whatever is added meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from console.listing.repository import Asked
from console.listing.schemas import Cursor, Filters, Order, Sort, Spot
from console.times import SHANGHAI
from ledger.database import Ledger, open_ledger
from ledger.records import User
from ledger.settings import Settings
from ledger.states import CallState, Origin, Role, UserRole
from ledger.tables import CallRow
from tests.console.seeding import NOON, add_judgement, turn

MONITOR = User(id=1, name="li", display_name="李", role=UserRole.MONITOR)
PAGE = 7  # calls
ORDERS = [Order(sort=sort, is_reversed=turned) for sort in Sort for turned in (False, True)]
KEYS = {
    Sort.WORST: lambda row: row.flag_count,
    Sort.TIME: lambda _row: 0,
    Sort.SCORE: lambda row: row.lost_points,
    Sort.LENGTH: lambda row: row.length_s,
    Sort.POINTS: lambda row: row.worst_points,
    Sort.WAIT: lambda row: row.queue_wait_s,
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Fifty calls with many equal values, and some that have none."""
    ledger = open_ledger(Settings(data_dir=tmp_path_factory.mktemp("many")))
    with ledger.transaction() as session:
        for number in range(50):
            session.add(_row(random.Random(number), number))
        session.flush()
        for number in range(0, 50, 3):
            said = "故障" if number % 2 else "鼓掌"
            add_judgement(session, f"call-{number:03}", (turn(Role.CALLER, 1.0, said),), ())
    yield ledger
    ledger.close()


def _row(chance: random.Random, number: int) -> CallRow:
    return CallRow(
        id=f"call-{number:03}",
        origin=Origin.SIP,
        hotline="114",
        state=CallState.SCORED,
        received_at=NOON + timedelta(minutes=chance.randrange(12)),
        flag_count=chance.randrange(3),
        score=chance.choice((None, 70.0, 80.5, 100.0)),
        length_s=chance.choice((None, 20.0, 31.25)),
        worst_points=chance.choice((0.0, 5.0, 10.0)),
        queue_wait_s=chance.choice((None, 0.0, 3.0)),
    )


def walk(
    session: Session, order: Order, filters: Filters | None = None, *, spot: Spot | None = None
) -> list[tuple[str, Cursor]]:
    """Every call from a spot on, page by page."""
    seen: list[tuple[str, Cursor]] = []
    spot = spot or Spot()
    while True:
        page = Asked.of(session, filters or Filters(), order, SHANGHAI, MONITOR).page(spot, PAGE)
        found = [(one.call.id, one.cursor) for one in page]
        seen = [*found, *seen] if spot.is_before else [*seen, *found]
        if len(page) < PAGE:
            return seen
        spot = Spot(cursor=found[0 if spot.is_before else -1][1], is_before=spot.is_before)


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_pages_show_every_call_once_in_order_in_both_directions(many: Ledger, order: Order) -> None:
    """Forwards the whole list as sorted in one piece, backwards the same; those without a value come last."""
    with many.reading() as session:
        rows = session.query(CallRow).all()
        value = KEYS[order.sort]
        having = [row for row in rows if value(row) is not None]
        having.sort(key=lambda row: (value(row), row.received_at, row.id), reverse=not order.is_reversed)
        blank = [row for row in rows if value(row) is None]
        blank.sort(key=lambda row: (row.received_at, row.id), reverse=not order.is_reversed)
        expected = [row.id for row in (*having, *blank)]
        forwards = walk(session, order)
        assert [call_id for call_id, _ in forwards] == expected
        last = forwards[-1]
        backwards = walk(session, order, spot=Spot(cursor=last[1], is_before=True))
        assert [call_id for call_id, _ in (*backwards, last)] == expected


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_what_is_added_meanwhile_moves_no_page(many: Ledger, order: Order) -> None:
    """Whoever has read half of the list goes on behind it, though calls came in everywhere."""
    with many._sessions() as session:
        before = walk(session, order)
        half = before[24]
        session.add_all(_row(random.Random(number), number) for number in range(100, 140))
        session.flush()
        after = [call_id for call_id, _ in walk(session, order, spot=Spot(cursor=half[1]))]
        old = [call_id for call_id in after if int(call_id[-3:]) < 100]
        assert old == [call_id for call_id, _ in before[25:]]
        back = walk(session, order, spot=Spot(cursor=half[1], is_before=True))
        assert [call_id for call_id, _ in back if int(call_id[-3:]) < 100] == [one for one, _ in before[:24]]
        session.rollback()


@pytest.mark.parametrize("sort", [Sort.WORST, Sort.SCORE])
def test_what_only_sounds_so_comes_behind_what_was_said(many: Ledger, sort: Sort) -> None:
    """In each part the list's order holds, and pages run on from one part into the other."""
    order = Order(sort=sort)
    with many.reading() as session:
        found = walk(session, order, Filters(text="故障"))
        fits = [cursor.fit for _, cursor in found]
        assert fits == sorted(fits)
        said = [int(call_id[-3:]) % 2 for call_id, _ in found]
        assert said == [1 - fit for fit in fits]
        assert len(found) == 17
        whole = [call_id for call_id, _ in walk(session, order)]
        for fit in (0, 1):
            part = [call_id for call_id, cursor in found if cursor.fit == fit]
            assert part == [call_id for call_id in whole if call_id in part]


def test_what_is_looked_for_makes_no_conditions_anew(ledger: Ledger) -> None:
    """They are kept, and everybody looks for another text: it would push out what others use."""
    with ledger.reading() as session:
        one, other = (
            Asked.of(session, Filters(text=text), Order(), SHANGHAI, MONITOR) for text in ("故障", "宽带")
        )
    assert one.conditions is other.conditions
