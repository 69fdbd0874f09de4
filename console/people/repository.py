"""What the pages of users ask of the ledger."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.canaries import not_canary
from ledger.second_factors import forget
from ledger.sessions import end_session, end_sessions, sign_ins_of
from ledger.tables import CallRow
from ledger.teams import list_teams
from ledger.users import (
    change_user,
    find_user,
    get_user,
    list_users,
    password_hash_of,
    save_user,
    set_disabled,
    set_password,
)

__all__ = [
    "change_user",
    "desks_of_calls",
    "end_session",
    "end_sessions",
    "find_user",
    "forget",
    "get_user",
    "list_teams",
    "list_users",
    "password_hash_of",
    "save_user",
    "set_disabled",
    "set_password",
    "sign_ins_of",
]


def desks_of_calls(session: Session) -> tuple[str, ...]:
    """Desks that calls in the ledger have, also those that the plan does not know any more."""
    query = select(CallRow.desk).where(CallRow.desk.is_not(None), not_canary()).distinct()
    return tuple(str(desk) for desk in session.scalars(query.order_by(CallRow.desk)))
