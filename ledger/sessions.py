"""Repository of sign-ins: each ends after its life, when nobody used it for a while, or when it is ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.errors import NotFound
from ledger.records import User
from ledger.tables import SessionRow, UserRow
from ledger.user_rows import to_user

SEEN_EVERY = timedelta(minutes=1)  # no more often is it written down that somebody is there
HANDLE_LENGTH = 16  # of the token's SHA-256: names a sign-in and opens nothing

_SIGNED_IN = (
    select(UserRow.__table__, SessionRow.seen_at)
    .join(SessionRow, SessionRow.user_id == UserRow.id)
    .where(
        SessionRow.token_sha256 == bindparam("token"),
        SessionRow.expires_at > bindparam("at"),
        SessionRow.seen_at > bindparam("seen_after"),
        SessionRow.is_pending == bindparam("is_pending"),
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """One sign-in that is still good."""

    handle: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    is_own: bool  # the one that asks


def open_session(
    session: Session,
    user_id: int,
    token_sha256: str,
    expires_at: datetime,
    *,
    address: str = "",
    agent: str = "",
    is_pending: bool = False,
) -> None:
    """Note a sign-in, or the first half of one; those of the user that are over are forgotten."""
    at = now()
    session.execute(delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.expires_at <= at))
    session.add(
        SessionRow(
            token_sha256=token_sha256,
            user_id=user_id,
            expires_at=expires_at,
            created_at=at,
            seen_at=at,
            address=address[:64],
            agent=agent[:255],
            is_pending=is_pending,
        )
    )


def session_user(
    session: Session, token_sha256: str, idle: timedelta | None = None, *, is_pending: bool = False
) -> tuple[User, datetime] | None:
    """Who signed in with this token and when that was seen last, unless it is over or the user disabled."""
    at = now()
    seen_after = at - idle if idle is not None else datetime.fromtimestamp(0, UTC)
    asked = {"token": token_sha256, "at": at, "seen_after": seen_after, "is_pending": is_pending}
    found = session.execute(_SIGNED_IN, asked).first()
    return (to_user(found), found.seen_at) if found and not found.disabled else None


def note_seen(session: Session, token_sha256: str) -> None:
    """Write down that somebody is there."""
    session.execute(update(SessionRow).where(SessionRow.token_sha256 == token_sha256).values(seen_at=now()))


def sign_ins_of(session: Session, user_id: int, idle: timedelta, own: str | None = None) -> list[SignIn]:
    """A user's sign-ins that are still good, the newest first; `own` is the token's SHA-256 of who asks."""
    at = now()
    query = select(SessionRow).where(
        SessionRow.user_id == user_id,
        SessionRow.expires_at > at,
        SessionRow.seen_at > at - idle,
        SessionRow.is_pending.is_(False),
    )
    return [
        SignIn(
            handle=row.token_sha256[:HANDLE_LENGTH],
            created_at=row.created_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
            address=row.address,
            agent=row.agent,
            is_own=row.token_sha256 == own,
        )
        for row in session.scalars(query.order_by(SessionRow.created_at.desc()))
    ]


def close_session(session: Session, token_sha256: str) -> None:
    """End a sign-in."""
    session.execute(delete(SessionRow).where(SessionRow.token_sha256 == token_sha256))


def end_session(session: Session, user_id: int, handle: str) -> None:
    """End one of a user's sign-ins by its handle. Raises NotFound."""
    rows = session.scalars(select(SessionRow).where(SessionRow.user_id == user_id))
    found = [row for row in rows if row.token_sha256[:HANDLE_LENGTH] == handle]
    if not found:
        raise NotFound("this sign-in is over already; load the page again")
    for row in found:
        session.delete(row)


def end_sessions(session: Session, user_id: int, *, but: str | None = None) -> int:
    """End all of a user's sign-ins but one, by its token's SHA-256; returns how many there were."""
    ended = delete(SessionRow).where(SessionRow.user_id == user_id)
    if but is not None:
        ended = ended.where(SessionRow.token_sha256 != but)
    return len(session.execute(ended.returning(SessionRow.token_sha256)).all())
