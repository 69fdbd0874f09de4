"""Passwords (argon2id) and sign-ins: a random token in a cookie, its SHA-256 in the ledger."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from console.errors import WrongPassword
from console.signin import repository
from console.signin.attempts import Attempts
from console.signin.schemas import Credentials
from console.tokens import new_token, token_sha256
from ledger.audit import Act, write
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import User
from ledger.states import AuditAction

SESSION_LIFE = timedelta(hours=12)  # a long shift
LONGEST_PASSWORD = 1024  # characters; beyond it hashing would be a way to tire the server

log = structlog.get_logger(__name__)
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash that the ledger keeps of a password."""
    return _hasher.hash(password)


def sign_in(ledger: Ledger, attempts: Attempts, credentials: Credentials) -> str:
    """Open a session and return its token. Raises WrongPassword or TooManyAttempts."""
    name, address = credentials.name, credentials.address
    attempts.check(name, address)
    user = _verified_user(ledger, credentials)
    if user is None:
        attempts.note_failure(name, address)
        failed = Act(user=name, action=AuditAction.SIGN_IN_FAILED, details={"address": address})
        with ledger.transaction() as session:
            write(session, failed)
        log.warning("sign_in_refused", name=name, address=address)
        raise WrongPassword("the name or the password is wrong; try again")
    attempts.note_success(name, address)
    token = new_token()
    with ledger.transaction() as session:
        repository.open_session(session, user.id, token_sha256(token), now() + SESSION_LIFE)
        write(session, Act(user=user, action=AuditAction.SIGNED_IN, details={"address": address}))
    log.info("signed_in", name=name, address=address)
    return token


def sign_out(ledger: Ledger, token: str) -> None:
    """End the session of this token."""
    user = find_signed_in(ledger, token)
    with ledger.transaction() as session:
        repository.close_session(session, token_sha256(token))
        if user is not None:
            write(session, Act(user=user, action=AuditAction.SIGNED_OUT))


def find_signed_in(ledger: Ledger, token: str) -> User | None:
    """Who holds this token, or None."""
    if not token:
        return None
    with ledger.reading() as session:
        return repository.session_user(session, token_sha256(token))


def _verified_user(ledger: Ledger, credentials: Credentials) -> User | None:
    """The user if the password is right. Unknown and disabled users cost the same time as known ones."""
    if len(credentials.password) > LONGEST_PASSWORD:
        return None
    with ledger.reading() as session:
        found = repository.find_user(session, credentials.name)
    user, password_hash = found or (None, nobodys_hash())
    is_right = _is_right(password_hash, credentials.password)
    return user if user and is_right and not user.disabled else None


@cache
def nobodys_hash() -> str:
    """What an unknown user's password is held against; made at start, so that no first attempt is slower."""
    return _hasher.hash(new_token())


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
