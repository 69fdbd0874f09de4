"""Repository of second factors: a shared secret, the newest code's step, and codes for when it is lost."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.tables import RecoveryCodeRow, UserRow


def begin(session: Session, user_id: int, sealed: str) -> None:
    """Keep a secret that no code has confirmed yet."""
    row = session.get_one(UserRow, user_id)
    row.totp_secret, row.totp_since, row.totp_step = sealed, None, None


def sealed_secret(session: Session, user_id: int) -> str | None:
    """The secret as it is kept, confirmed or not."""
    return session.get_one(UserRow, user_id).totp_secret


def confirm(session: Session, user_id: int, codes_sha256: Sequence[str]) -> None:
    """From now on a code is asked for; the recovery codes are new."""
    session.get_one(UserRow, user_id).totp_since = now()
    _forget_codes(session, user_id)
    session.add_all(RecoveryCodeRow(user_id=user_id, code_sha256=sha256) for sha256 in codes_sha256)


def take_step(session: Session, user_id: int, step: int) -> bool:
    """Whether a code of this step may be taken: it may once, and no older one after it."""
    newer = or_(UserRow.totp_step.is_(None), UserRow.totp_step < step)
    taken = update(UserRow).where(UserRow.id == user_id, newer).values(totp_step=step).returning(UserRow.id)
    return session.execute(taken).first() is not None


def take_recovery_code(session: Session, user_id: int, code_sha256: str) -> bool:
    """Whether it is one of the user's codes; it is gone then."""
    mine = (RecoveryCodeRow.user_id == user_id, RecoveryCodeRow.code_sha256 == code_sha256)
    gone = delete(RecoveryCodeRow).where(*mine).returning(RecoveryCodeRow.user_id)
    return session.execute(gone).first() is not None


def count_codes(session: Session, user_id: int) -> int:
    """How many recovery codes are left."""
    return session.scalar(select(func.count()).where(RecoveryCodeRow.user_id == user_id)) or 0


def forget(session: Session, user_id: int) -> None:
    """Ask for no code any more."""
    row = session.get_one(UserRow, user_id)
    row.totp_secret, row.totp_since, row.totp_step = None, None, None
    _forget_codes(session, user_id)


def _forget_codes(session: Session, user_id: int) -> None:
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
