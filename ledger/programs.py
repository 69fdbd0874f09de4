"""Repository of the tokens with which programs ask, as somebody and with some of that person's rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.errors import NotFound
from ledger.records import User
from ledger.tables import TokenRow, UserRow
from ledger.users import to_user

NOTED_EVERY = timedelta(minutes=1)  # that a token is used


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A program's way in; the token itself is told once, when it is made."""

    id: int
    title: str
    user: str  # as whom it asks
    rights: frozenset[str]
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    @property
    def is_good(self) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and self.expires_at > now()


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenWish:
    """A token to be made."""

    title: str
    user_id: int
    rights: frozenset[str]
    expires_at: datetime


def add_token(session: Session, wish: TokenWish, *, sha256: str, by: str) -> int:
    """Keep a new token; its id."""
    row = TokenRow(
        sha256=sha256,
        title=wish.title,
        user_id=wish.user_id,
        rights=sorted(wish.rights),
        made_by=by,
        made_at=now(),
        expires_at=wish.expires_at,
    )
    session.add(row)
    session.flush()
    return row.id


def list_tokens(session: Session) -> list[Token]:
    """All tokens, the newest first."""
    query = select(TokenRow, UserRow.name).join(UserRow, UserRow.id == TokenRow.user_id)
    return [_token(row, name) for row, name in session.execute(query.order_by(TokenRow.id.desc()))]


def revoke_token(session: Session, token_id: int) -> None:
    """Let it open nothing any more. Raises NotFound."""
    row = session.get(TokenRow, token_id)
    if row is None:
        raise NotFound(f"there is no token {token_id}; /programs lists them")
    row.revoked_at = row.revoked_at or now()


def token_holder(session: Session, sha256: str) -> tuple[int, User, frozenset[str]] | None:
    """The token's id, as whom it asks, and with which rights; None where it is no good."""
    row = session.scalars(select(TokenRow).where(TokenRow.sha256 == sha256)).first()
    if row is None or row.revoked_at is not None or row.expires_at <= now():
        return None
    user = session.get_one(UserRow, row.user_id)
    return None if user.disabled else (row.id, to_user(user), frozenset(row.rights))


def is_use_due(session: Session, token_id: int) -> bool:
    """Whether it is a minute since the token's last use was noted."""
    used_at = session.get_one(TokenRow, token_id).used_at
    return used_at is None or used_at < now() - NOTED_EVERY


def note_use(session: Session, token_id: int) -> None:
    """Keep that the token is used now."""
    session.get_one(TokenRow, token_id).used_at = now()


def people_for_tokens(session: Session) -> list[User]:
    """As whom a token may ask, by name."""
    query = select(UserRow).where(UserRow.disabled.is_(False)).order_by(UserRow.name)
    return [to_user(row) for row in session.scalars(query)]


def _token(row: TokenRow, user: str) -> Token:
    return Token(
        id=row.id,
        title=row.title,
        user=user,
        rights=frozenset(row.rights),
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
