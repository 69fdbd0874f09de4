"""What somebody changes of the own account; every change is in the audit log."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from console.errors import BadInput, WrongPresentPassword
from console.me import repository
from console.me.schemas import Account, NewPassword
from console.signin import totp
from console.signin.passwords import check_new_password, hash_password, is_right
from console.tokens import token_sha256
from console.words import N_
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.conflicts import AlreadySo, PasswordChanged, SignsInElsewhere
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.records import User
from ledger.settings import Settings
from recorder.keys import load_keys

log = structlog.get_logger(__name__)


def account_of(session: Session, user: User, settings: Settings, token: str) -> Account:
    """The own account as the page shows it."""
    return Account(
        sign_ins=repository.sign_ins_of(session, user.id, settings.idle, token_sha256(token)),
        codes_left=repository.count_codes(session, user.id),
        is_totp_due=user.role in settings.roles_with_totp,
    )


def change_password(ledger: Ledger, user: User, wish: NewPassword, *, token: str) -> None:
    """Keep a new password, and end all other sign-ins. Raises BadInput, Conflict.

    Hashing takes its time: nobody waits for the ledger meanwhile.
    """
    former_hash = _proven(ledger, user, wish.former, "former")
    check_new_password(wish.password, wish.again, name=user.name, former_hash=former_hash)
    new_hash = hash_password(wish.password)
    with ledger.transaction() as session:
        _require_unchanged(session, user, former_hash)
        repository.set_password(session, user.id, new_hash, must_change=False, but=token_sha256(token))
        write(session, Act(user=user, action=AuditAction.PASSWORD_SET, details={"of": user.name}))
    log.info("password_changed", name=user.name)


def begin_totp(session: Session, user: User, settings: Settings) -> None:
    """Make a secret, which counts once a code has confirmed it. Raises Conflict where there is one."""
    if user.issuer is not None:
        raise SignsInElsewhere("your provider signs you in: a second factor is set up there")
    if user.has_totp:
        raise AlreadySo("the codes are set up already; switch them off first")
    repository.begin(session, user.id, totp.seal(totp.new_secret(), user.id, load_keys(settings)))


def pending_secret(session: Session, user: User, settings: Settings) -> str | None:
    """The secret that waits for its first code; a confirmed one is shown to nobody any more."""
    kept = repository.sealed_secret(session, user.id)
    return None if user.has_totp or kept is None else totp.unseal(kept, user.id, load_keys(settings))


def pending_address(session: Session, user: User, settings: Settings) -> str:
    """What an authenticator app reads. Raises NotFound where no secret waits for its first code."""
    secret = pending_secret(session, user, settings)
    if secret is None:
        raise NotFound("there is no secret that waits for a code; begin anew on /me/codes")
    return totp.address_of(secret, user.name)


def confirm_totp(session: Session, user: User, settings: Settings, code: str) -> list[str]:
    """Ask for codes from now on; the recovery codes, which nobody is shown again.

    Raises Conflict where no secret waits, BadInput for a wrong code.
    """
    secret = pending_secret(session, user, settings)
    if secret is None:
        raise AlreadySo("there is no secret that waits for a code; begin anew")
    step = totp.step_of(secret, code)
    if step is None or not repository.take_step(session, user.id, step):
        raise BadInput(
            "code: it is wrong or too old; look at the phone's clock and take the next one",
            N_("验证码不对或已过期。请核对手机的时间，再输入下一个。"),
        )
    codes = totp.new_recovery_codes()
    repository.confirm(session, user.id, totp.hashes_of(user.id, codes))
    write(session, Act(user=user, action=AuditAction.TOTP_SET, details={"of": user.name}))
    log.info("totp_set", name=user.name)
    return codes


def remove_totp(ledger: Ledger, user: User, password: str) -> None:
    """Ask for no codes any more. Raises WrongPresentPassword, Conflict."""
    proven_hash = _proven(ledger, user, password, "password")
    with ledger.transaction() as session:
        _require_unchanged(session, user, proven_hash)
        repository.forget(session, user.id)
        write(session, Act(user=user, action=AuditAction.TOTP_REMOVED, details={"of": user.name}))
    log.info("totp_removed", name=user.name)


def end_one(session: Session, user: User, handle: str) -> None:
    """End one of the own sign-ins. Raises NotFound."""
    repository.end_session(session, user.id, handle)
    _note_ended(session, user, 1)


def end_others(session: Session, user: User, token: str) -> None:
    """End all sign-ins but this one."""
    _note_ended(session, user, repository.end_sessions(session, user.id, but=token_sha256(token)))


def _note_ended(session: Session, user: User, count: int) -> None:
    details = {"of": user.name, "count": str(count)}
    write(session, Act(user=user, action=AuditAction.SESSIONS_ENDED, details=details))


def _proven(ledger: Ledger, user: User, password: str, field: str) -> str:
    """The hash of the present password, if that is it. Raises WrongPresentPassword, Conflict."""
    if user.issuer is not None:
        raise SignsInElsewhere(f"you sign in at {user.issuer} and have no password here")
    with ledger.reading() as session:
        present_hash = repository.password_hash_of(session, user.id)
    if not is_right(present_hash, password):
        raise WrongPresentPassword(f"{field}: it is not your present password")
    return present_hash


def _require_unchanged(session: Session, user: User, proven_hash: str) -> None:
    if repository.password_hash_of(session, user.id) != proven_hash:
        raise PasswordChanged("the password was changed meanwhile; sign in with the new one")
