"""Adds and changes users; every change is in the audit log, and ends the sign-ins of whom it concerns."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from console.errors import NameTaken
from console.people import repository
from console.people.schemas import Offer, UserView, UserWish, access_details, read_name
from console.switchboard import Switchboard
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.conflicts import AlreadySo, SignsInElsewhere
from ledger.errors import NotAllowed
from ledger.records import User
from ledger.settings import Settings

log = structlog.get_logger(__name__)


def offer_of(session: Session, switchboard: Switchboard, user: User | None = None) -> Offer:
    """Desks of the plan and of the calls, teams of the operators, and what the user has already."""
    desks = {desk.id: desk.name for desk in switchboard.desks}
    others = {*repository.desks_of_calls(session), *(user.desks if user else ())}
    teams = {*repository.list_teams(session), *(user.teams if user else ())}
    return Offer(desks={**{desk: desk for desk in sorted(others)}, **desks}, teams=sorted(teams))


def open_person(session: Session, settings: Settings, by: User, user_id: int) -> UserView:
    """One user with the sign-ins. Raises NotFound."""
    user = repository.get_user(session, user_id)
    sign_ins = repository.sign_ins_of(session, user_id, settings.idle)
    return UserView(
        user=user, sign_ins=sign_ins, is_self=user.id == by.id, claimed=claimed_fields(settings, user)
    )


def add(session: Session, by: User, name: str, wish: UserWish, password_hash: str) -> User:
    """Add somebody, with a password to be changed at the first sign-in. Raises BadInput, NameTaken."""
    if repository.find_user(session, read_name(name)) is not None:
        raise NameTaken(f"{name!r} is there already; choose another name, or change that user")
    user = repository.save_user(
        session,
        name=name,
        display_name=wish.display_name,
        role=wish.role,
        password_hash=password_hash,
        desks=wish.desks,
        teams=wish.teams,
        must_change=True,
    )
    _note(session, by, AuditAction.USER_ADDED, user, **access_details(wish))
    return user


def change(session: Session, settings: Settings, by: User, user_id: int, wish: UserWish) -> None:
    """Give somebody another name, role or scope. Raises NotFound, NotAllowed, Conflict."""
    before = repository.get_user(session, user_id)
    if before.id == by.id and wish.role is not before.role:
        raise NotAllowed("nobody changes the own role; ask another administrator")
    foreign = sorted(_changed(before, wish) & claimed_fields(settings, before))
    if foreign:
        what = " and ".join(foreign)
        raise SignsInElsewhere(f"{what} of {before.name}: {before.issuer} says it; change it there")
    user = repository.change_user(
        session,
        user_id,
        display_name=wish.display_name,
        role=wish.role,
        desks=wish.desks,
        teams=wish.teams,
    )
    _note(session, by, AuditAction.USER_CHANGED, user, **access_details(wish))


def claimed_fields(settings: Settings, user: User) -> frozenset[str]:
    """What a provider says of the user at each sign-in, so that nobody can change it here."""
    if user.issuer is None:
        return frozenset()
    claims = {"role": True, "desks": settings.oidc_desk_claim, "teams": settings.oidc_team_claim}
    return frozenset(field for field, claim in claims.items() if claim)


def set_disabled(session: Session, by: User, user_id: int, *, disabled: bool) -> None:
    """Let somebody in no more, or again. Raises NotFound, NotAllowed, Conflict."""
    if user_id == by.id:
        raise NotAllowed("nobody disables the own account; ask another administrator")
    user = repository.set_disabled(session, user_id, disabled=disabled)
    _note(session, by, AuditAction.USER_DISABLED if disabled else AuditAction.USER_ENABLED, user)


def reset_password(session: Session, by: User, user_id: int, password_hash: str) -> User:
    """A password to be changed at the next sign-in. Raises NotFound, Conflict."""
    user = repository.set_password(session, user_id, password_hash, must_change=True)
    _note(session, by, AuditAction.PASSWORD_SET, user)
    return user


def reset_codes(session: Session, by: User, user_id: int) -> None:
    """Ask somebody who has lost phone and recovery codes for no code. Raises NotFound, Conflict."""
    user = repository.get_user(session, user_id)
    if not user.has_totp:
        raise AlreadySo(f"{user.name} has no second factor; there is nothing to reset")
    repository.forget(session, user_id)
    repository.end_sessions(session, user_id)
    _note(session, by, AuditAction.TOTP_REMOVED, user)


def end_one(session: Session, by: User, user_id: int, handle: str) -> None:
    """End one of somebody's sign-ins. Raises NotFound."""
    user = repository.get_user(session, user_id)
    repository.end_session(session, user_id, handle)
    _note(session, by, AuditAction.SESSIONS_ENDED, user, count="1")


def end_all(session: Session, by: User, user_id: int) -> None:
    """End all of somebody's sign-ins. Raises NotFound."""
    user = repository.get_user(session, user_id)
    count = repository.end_sessions(session, user_id)
    _note(session, by, AuditAction.SESSIONS_ENDED, user, count=str(count))


def _changed(user: User, wish: UserWish) -> frozenset[str]:
    told, wished = access_details(user), access_details(wish)
    return frozenset(field for field in told if told[field] != wished[field])


def _note(session: Session, by: User, action: AuditAction, user: User, **details: str) -> None:
    write(session, Act(user=by, action=action, details={"of": user.name, **details}))
    log.info(action, of=user.name, by=by.name)
