"""Taking something in while others do: where another was quicker it is looked at anew, a few times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import structlog
from sqlalchemy.exc import IntegrityError

from desks.tickets import OpenAlready
from ledger.errors import Conflict

TRIES: Final = 5
Taken = TypeVar("Taken")

log = structlog.get_logger(__name__)


class AlwaysLate(Conflict):
    """Others were quicker each time: nothing of it was kept; send it once more."""


def take_in(take: Callable[[], Taken]) -> Taken:
    """What `take`, a transaction of its own each time, gives. Raises AlwaysLate, and what `take` raises."""
    for attempt in range(1, TRIES + 1):
        try:
            return take()
        except (
            IntegrityError,
            OpenAlready,
        ) as error:  # the same, or another of the line
            log.info("another_was_quicker", attempt=attempt, error=str(error))
            late = error
    raise AlwaysLate("others reported the same at that moment; nothing was kept: send it once more") from late
