"""A user's row as a record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from ledger.records import User
from ledger.states import UserRole
from ledger.tables import UserRow


def to_user(row: UserRow | Row[Any]) -> User:
    """The record, without anything secret, be the row one of the table alone."""
    return User(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        role=UserRole(row.role),
        disabled=bool(row.disabled),
        desks=frozenset(row.desks),
        teams=frozenset(row.teams),
        must_change=bool(row.must_change),
        has_totp=row.totp_since is not None,
        issuer=row.oidc_issuer,
    )
