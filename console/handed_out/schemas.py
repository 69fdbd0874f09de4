"""What the outsiders' pages show and what their form sends."""

from __future__ import annotations

from dataclasses import dataclass

from console.calls.shown import ShownTurn
from console.errors import BadInput
from console.scores import read_score
from ledger.handed_out import HandedCall
from ledger.samples import Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What an outsider says of a call."""

    outcome: Outcome
    score: float | None  # None: the call cannot be judged


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedView:
    """One call: what was said in it, and nothing else."""

    call: HandedCall
    said: tuple[ShownTurn, ...]


def read_heard(*, outcome: str, score: str) -> Heard:
    """What the form says. Raises BadInput."""
    if outcome not in set(Outcome):
        raise BadInput(f"outcome must be one of {', '.join(Outcome)}, got {outcome[:20]!r}")
    found = Outcome(outcome)
    return Heard(outcome=found, score=None if found is Outcome.CANNOT_TELL else read_score(score.strip()))
