"""Who is late looks again, but not for ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError

from desks.intake.trying import TRIES, AlwaysLate, take_in
from desks.tickets import OpenAlready

LATE = (OpenAlready("the line has an open ticket"), IntegrityError("INSERT", {}, Exception("UNIQUE")))


def late(times: int, error: Exception) -> Callable[[], str]:
    """Comes late so many times, then gets through."""
    left = iter(range(times))

    def take() -> str:
        if next(left, None) is not None:
            raise error
        return "taken"

    return take


@pytest.mark.parametrize("error", LATE)
def test_who_was_late_is_taken_in_at_the_next_try(error: Exception) -> None:
    """Up to the last of its tries."""
    assert take_in(late(TRIES - 1, error)) == "taken"


@pytest.mark.parametrize("error", LATE)
def test_who_is_always_late_is_told_with_the_cause(error: Exception) -> None:
    """A rule of the ledger that is broken each time is no reason to try for ever."""
    with pytest.raises(AlwaysLate, match="send it once more") as told:
        take_in(late(TRIES, error))
    assert told.value.__cause__ is error
