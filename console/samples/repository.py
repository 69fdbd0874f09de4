"""What the samples' pages ask of the ledger."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.blind_reviews import blind_calls
from ledger.sample_verdicts import verdict_of_call, verdicts_of_draw
from ledger.samples import get_draw, get_sampled, list_draws, sampled_calls, save_check
from ledger.scopes import is_unbounded, require_visible

__all__ = [
    "get_draw",
    "get_sampled",
    "ids_of_blind_calls",
    "is_unbounded",
    "list_draws",
    "require_visible",
    "sampled_calls",
    "save_check",
    "verdict_of_call",
    "verdicts_of_draw",
]


def ids_of_blind_calls(session: Session, user_id: int) -> frozenset[str]:
    """Calls of which somebody may see no finding yet."""
    return frozenset(session.scalars(blind_calls(user_id)))
