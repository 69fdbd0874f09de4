"""Keeps what somebody types, so that an ended session or another machine finds it again."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from console.drafts import repository
from ledger.drafts import Draft
from ledger.records import User


def open_draft(session: Session, user: User, call_id: str) -> Draft:
    """One's own draft. Raises NotFound where the call is none of the user's."""
    repository.require_visible(session, user, call_id)
    return repository.draft_of(session, user.id, call_id)


def keep(session: Session, user: User, call_id: str, fields: Mapping[str, str]) -> Draft:
    """Keep fields beside those that are kept already. Raises NotFound: the call is none of theirs."""
    repository.require_visible(session, user, call_id)
    return repository.keep(session, user.id, call_id, fields)
