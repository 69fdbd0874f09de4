"""What is known of a call by its end, beside how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.records import Facts
from ledger.states import Reason


@dataclass(kw_only=True)
class Course:
    """What is known of a call by its end."""

    desk: str | None = None
    operator: str | None = None
    queue_wait_s: float | None = None  # at all desks together
    overflows: int = 0  # queues that were full or too slow
    gave_up: Reason | None = None  # why the last of them gave up
    facts: Facts = field(default_factory=dict)
