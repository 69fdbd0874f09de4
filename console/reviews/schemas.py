"""What a monitor sends about a finding."""

from __future__ import annotations

from dataclasses import dataclass

from console.errors import BadInput
from ledger.states import Decision

LONGEST_COMMENT = 2000  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """A decision on one finding of one call."""

    call_id: str
    finding_id: int
    decision: Decision
    comment: str


def read_ruling(*, call_id: str, finding_id: int, decision: str, comment: str) -> Ruling:
    """A ruling from a form. Raises BadInput."""
    if decision not in set(Decision):
        raise BadInput(f"decision must be one of {', '.join(Decision)}, got {decision!r}")
    if len(comment) > LONGEST_COMMENT:
        raise BadInput(f"comment must have at most {LONGEST_COMMENT} characters, has {len(comment)}")
    return Ruling(
        call_id=call_id, finding_id=finding_id, decision=Decision(decision), comment=comment.strip()
    )
