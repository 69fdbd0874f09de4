"""Sign-ins: a random token in a cookie, its SHA-256 in the ledger; a code after the password where wanted."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from console.errors import SignInNeeded, WrongCode, WrongPassword
from console.signin import repository, totp
from console.signin.attempts import Attempts
from console.signin.passwords import hash_password, is_right, nobodys_hash
from console.signin.schemas import Credentials, Opened, Origin
from console.tokens import new_token, token_sha256
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import User
from ledger.sessions import SEEN_EVERY
from ledger.settings import Settings
from recorder.keys import load_keys

__all__ = [
    "enter_code",
    "find_pending",
    "find_signed_in",
    "hash_password",
    "nobodys_hash",
    "open_foreign",
    "sign_in",
    "sign_out",
]

CODE_LIFE = timedelta(minutes=5)  # between the password and the code

log = structlog.get_logger(__name__)


def sign_in(ledger: Ledger, attempts: Attempts, credentials: Credentials, life: timedelta) -> Opened:
    """Open a session, or half of one where a code is to come. Raises WrongPassword or TooManyAttempts."""
    name, origin = credentials.name, credentials.origin
    attempts.check(name, origin.address)
    user = _verified_user(ledger, credentials)
    if user is None:
        attempts.note_failure(name, origin.address)
        _note_failure(ledger, name, origin)
        raise WrongPassword("the name or the password is wrong; try again")
    if user.has_totp:  # failures are forgotten after the code alone: else each password would free a guess
        return _open(ledger, user, origin, CODE_LIFE, is_pending=True)
    attempts.note_success(name, origin.address)
    return _open(ledger, user, origin, life, factor="password")


def enter_code(
    ledger: Ledger, attempts: Attempts, settings: Settings, *, token: str, code: str, origin: Origin
) -> Opened:
    """Open the session for which the password was right before.

    Raises SignInNeeded where that was too long ago, WrongCode, TooManyAttempts.
    """
    user = find_pending(ledger, token)
    attempts.check(user.name, origin.address)
    with ledger.transaction() as session:
        factor = _factor_of(session, settings, user, code)
        if factor is not None:
            repository.close_session(session, token_sha256(token))
    if factor is None:
        attempts.note_failure(user.name, origin.address)
        _note_failure(ledger, user, origin, what="code")
        raise WrongCode("the code is wrong, too old or was used before; wait for the next one")
    attempts.note_success(user.name, origin.address)
    return _open(ledger, user, origin, settings.session_life, factor=factor)


def find_pending(ledger: Ledger, token: str) -> User:
    """Whose code is to come. Raises SignInNeeded."""
    with ledger.reading() as session:
        found = repository.session_user(session, token_sha256(token), is_pending=True)
    if found is None:
        raise SignInNeeded("the code came too late; sign in anew")
    return found[0]


def open_foreign(ledger: Ledger, user: User, origin: Origin, life: timedelta) -> Opened:
    """A session of somebody whom a provider has signed in."""
    return _open(ledger, user, origin, life, factor=str(user.issuer))


def sign_out(ledger: Ledger, token: str) -> None:
    """End the session of this token."""
    user = find_signed_in(ledger, token)
    with ledger.transaction() as session:
        repository.close_session(session, token_sha256(token))
        if user is not None:
            write(session, Act(user=user, action=AuditAction.SIGNED_OUT))


def find_signed_in(ledger: Ledger, token: str, idle: timedelta | None = None) -> User | None:
    """Who holds this token and was there lately, or None; writes down that somebody is there."""
    if not token:
        return None
    sha256 = token_sha256(token)
    with ledger.reading() as session:
        found = repository.session_user(session, sha256, idle)
    if found is None:
        return None
    user, seen_at = found
    if now() - seen_at > SEEN_EVERY:
        with ledger.transaction() as session:
            repository.note_seen(session, sha256)
    return user


def _open(
    ledger: Ledger,
    user: User,
    origin: Origin,
    life: timedelta,
    *,
    is_pending: bool = False,
    factor: str = "",
) -> Opened:
    token = new_token()
    with ledger.transaction() as session:
        repository.open_session(
            session,
            user.id,
            token_sha256(token),
            now() + life,
            address=origin.address,
            agent=origin.agent,
            is_pending=is_pending,
        )
        if not is_pending:
            details = {"address": origin.address, "by": factor}
            write(session, Act(user=user, action=AuditAction.SIGNED_IN, details=details))
    log.info("signed_in", name=user.name, address=origin.address, is_pending=is_pending)
    return Opened(token=token, is_pending=is_pending)


def _note_failure(ledger: Ledger, user: User | str, origin: Origin, what: str = "password") -> None:
    details = {"address": origin.address, "wrong": what}
    with ledger.transaction() as session:
        write(session, Act(user=user, action=AuditAction.SIGN_IN_FAILED, details=details))
    name = user if isinstance(user, str) else user.name
    log.warning("sign_in_refused", name=name, address=origin.address, wrong=what)


def _verified_user(ledger: Ledger, credentials: Credentials) -> User | None:
    """The user if the password is right. Unknown and disabled users cost the same time as known ones."""
    with ledger.reading() as session:
        found = repository.find_user(session, credentials.name)
    user, password_hash = found or (None, nobodys_hash())
    right = is_right(password_hash or nobodys_hash(), credentials.password)
    return user if user and right and not user.disabled and user.issuer is None else None


def _factor_of(session: Session, settings: Settings, user: User, code: str) -> str | None:
    """What sort of code it is, which is used up then; None: it is none."""
    kept = repository.sealed_secret(session, user.id)
    step = totp.step_of(totp.unseal(kept, user.id, load_keys(settings)), code) if kept else None
    if step is not None:
        return "totp" if repository.take_step(session, user.id, step) else None
    is_recovery = repository.take_recovery_code(session, user.id, totp.recovery_sha256(user.id, code))
    return "recovery code" if is_recovery else None
