"""What periods are compared with, and what a change is where there was nothing."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desks.figures import periods
from desks.figures.changes import TOP, change_of, ranking, rest_of
from ledger.statistics.days import Period
from ledger.working_days import SHANGHAI


def period(first: str, last: str) -> Period:
    """From a day to a day."""
    return Period(first=date.fromisoformat(first), last=date.fromisoformat(last), zone=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "before", "year_before"),
    [
        (("2007-03-01", "2007-03-31"), ("2007-02-01", "2007-02-28"), ("2006-03-01", "2006-03-31")),
        (("2008-02-01", "2008-02-29"), ("2008-01-01", "2008-01-31"), ("2007-02-01", "2007-02-28")),
        (("2008-01-01", "2008-12-31"), ("2007-01-01", "2007-12-31"), ("2007-01-01", "2007-12-31")),
        (("2008-01-01", "2008-07-31"), ("2007-06-01", "2007-12-31"), ("2007-01-01", "2007-07-31")),
        (("2008-02-29", "2008-02-29"), ("2008-02-28", "2008-02-28"), ("2007-02-28", "2007-02-28")),
        (("2007-03-05", "2007-03-11"), ("2007-02-26", "2007-03-04"), ("2006-03-05", "2006-03-11")),
    ],
)
def test_what_a_period_is_compared_with(
    now: tuple[str, str], before: tuple[str, str], year_before: tuple[str, str]
) -> None:
    """Whole months with as many months before, other periods with as many days; leap days too."""
    assert periods.before(period(*now)) == period(*before)
    assert periods.year_before(period(*now)) == period(*year_before)


@given(some.dates(date(1995, 1, 1), date(2090, 1, 1)), some.integers(0, 500))
def test_pieces_are_the_period(first: date, days: int) -> None:
    """Side by side, without gaps, from its first day to its last; what comes after comes back by `before`."""
    whole = Period(first=first, last=date.fromordinal(first.toordinal() + days), zone=SHANGHAI)
    pieces = periods.pieces_of(whole)
    assert [day for piece in pieces for day in piece.days()] == list(whole.days())
    assert periods.before(periods.after(whole)) == whole


def test_from_nothing_there_is_no_share() -> None:
    """The difference is told, and no percentage is made up."""
    assert change_of(7, 0).ratio is None
    assert change_of(7, 0).difference == 7
    assert change_of(12_362, 10_965).ratio == pytest.approx(0.1274, abs=5e-5)


@given(
    some.dictionaries(some.integers(1, 12), some.integers(1, 50)),
    some.dictionaries(some.integers(1, 12), some.integers(1, 50)),
)
def test_the_top_six_and_the_rest_are_all(now: dict[int, int], before: dict[int, int]) -> None:
    """Their tickets are all tickets, now and before, and their shares are one."""
    counts, earlier = (
        {name: Counter(tickets=count) for name, count in found.items()} for found in (now, before)
    )
    lines = ranking(counts, earlier, {})
    rest = rest_of(lines, earlier, {})
    shown = [*lines[:TOP], *([rest] if rest else [])]
    assert sum(line.tickets for line in shown) == sum(now.values())
    assert sum(line.tickets - line.since_before.difference for line in shown) == sum(before.values())
    assert [line.tickets for line in lines] == sorted(now.values(), reverse=True)
    if now:
        assert sum(line.share or 0 for line in shown) == pytest.approx(1)
