"""What reviewing a later part asks of the ledger."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger.blind_reviews import is_blind
from ledger.cases import lock_case
from ledger.drafts import forget as forget_draft
from ledger.errors import NotFound
from ledger.later_parts import LaterPart, newest_parts
from ledger.later_reviews import reviews_of, save_review, undo
from ledger.scopes import require_visible
from ledger.secrets_told import veil_of

__all__ = [
    "forget_draft",
    "get_part",
    "is_blind",
    "lock_case",
    "require_visible",
    "reviews_of",
    "save_review",
    "undo",
    "veil_of",
]


def get_part(session: Session, call_id: str, part_id: int) -> LaterPart:
    """A later part of a call. Raises NotFound."""
    found = (part for part in newest_parts(session, call_id) if part.conversation_id == part_id)
    part = next(found, None)
    if part is None:
        raise NotFound(f"call {call_id!r} has no later part {part_id}; load the call again")
    return part
