"""Commands for people: `user add`, `list`, `disable`, `enable`, `passwd`, `codes-off`."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer

from console.signin.passwords import SHORTEST_PASSWORD, hash_password, one_time_password
from hotline.commands.options import AsJson, Data, new_password, print_json, say, settings_of
from ledger import second_factors, sessions, users
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.database import open_ledger
from ledger.records import User
from ledger.states import UserRole

Desks = Annotated[
    list[str] | None, typer.Option("--desk", help="Held to this desk, by its id; may be given again.")
]
Teams = Annotated[list[str] | None, typer.Option("--team", help="Held to this team; may be given again.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    user = typer.Typer(no_args_is_help=True, help="Who may sign in to the console.")
    for name, command in (
        ("add", add),
        ("list", list_all),
        ("disable", disable),
        ("enable", enable),
        ("passwd", passwd),
        ("codes-off", codes_off),
    ):
        user.command(name)(command)
    app.add_typer(user, name="user")


def add(
    name: str,
    role: Annotated[UserRole, typer.Option("--role")] = UserRole.MONITOR,
    display_name: Annotated[str | None, typer.Option("--display-name", help="What others see.")] = None,
    desk: Desks = None,
    team: Teams = None,
    data: Data = None,
) -> None:
    """Add somebody, or give a new role and password. It is asked for, or taken from HOTLINE_PASSWORD."""
    settings = settings_of(data_dir=data)
    password_hash = hash_password(new_password("HOTLINE_PASSWORD", SHORTEST_PASSWORD))
    with open_ledger(settings).transaction() as session:
        is_new = users.find_user(session, name) is None
        user = users.save_user(
            session,
            name=name,
            display_name=display_name or name,
            role=role,
            password_hash=password_hash,
            desks=desk,
            teams=team,
        )
        action = AuditAction.USER_ADDED if is_new else AuditAction.USER_CHANGED
        write(session, _act(action, user, role=role.value))
    if user.disabled:
        say(f"{name} is {role}{_scope(user)}, and is disabled; `hotline user enable {name}` lets them in.")
    else:
        say(f"{name} may sign in as {role}{_scope(user)}.")


def list_all(data: Data = None, as_json: AsJson = False) -> None:
    """List everybody, the disabled last."""
    with open_ledger(settings_of(data_dir=data)).reading() as session:
        found = users.list_users(session)
    if as_json:
        print_json([_document(user) for user in found])
        return
    for user in found:
        signs_in = f"by {user.issuer}" if user.issuer else "with a code" if user.has_totp else ""
        told = (user.name, user.role, user.display_name, "disabled" if user.disabled else signs_in)
        say("  ".join(part for part in told if part) + _scope(user))


def disable(name: str, data: Data = None) -> None:
    """Let somebody sign in no more, and end what is open. The only administrator stays."""
    _set_disabled(name, data, disabled=True)
    say(f"{name} may not sign in any more.")


def enable(name: str, data: Data = None) -> None:
    """Let somebody sign in again."""
    _set_disabled(name, data, disabled=False)
    say(f"{name} may sign in again.")


def passwd(
    name: str,
    once: Annotated[
        bool, typer.Option("--once", help="Make one that must be changed at the next sign-in, and print it.")
    ] = False,
    data: Data = None,
) -> None:
    """Give a new password and end what is open. It is asked for, or taken from HOTLINE_PASSWORD."""
    settings = settings_of(data_dir=data)
    password = one_time_password() if once else new_password("HOTLINE_PASSWORD", SHORTEST_PASSWORD)
    password_hash = hash_password(password)
    with open_ledger(settings).transaction() as session:
        user = users.named(session, name)
        users.set_password(session, user.id, password_hash, must_change=once)
        write(session, _act(AuditAction.PASSWORD_SET, user))
    say(password if once else f"{name} has a new password.")


def codes_off(name: str, data: Data = None) -> None:
    """Ask somebody who has lost phone and recovery codes for no code any more."""
    with open_ledger(settings_of(data_dir=data)).transaction() as session:
        user = users.named(session, name)
        second_factors.forget(session, user.id)
        sessions.end_sessions(session, user.id)
        write(session, _act(AuditAction.TOTP_REMOVED, user))
    say(f"{name} signs in without a code until a new one is set up.")


def _set_disabled(name: str, data: Data, *, disabled: bool) -> None:
    with open_ledger(settings_of(data_dir=data)).transaction() as session:
        user = users.set_disabled(session, users.named(session, name).id, disabled=disabled)
        write(session, _act(AuditAction.USER_DISABLED if disabled else AuditAction.USER_ENABLED, user))


def _act(action: AuditAction, user: User, **details: str) -> Act:
    return Act(user=getpass.getuser(), action=action, details={"of": user.name, **details})


def _scope(user: User) -> str:
    held = [f"desk {desk}" for desk in sorted(user.desks)] + [f"team {team}" for team in sorted(user.teams)]
    return f", held to {', '.join(held)}" if held else ""


def _document(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "display_name": user.display_name,
        "role": user.role,
        "desks": sorted(user.desks),
        "teams": sorted(user.teams),
        "disabled": user.disabled,
        "must_change": user.must_change,
        "has_totp": user.has_totp,
        "issuer": user.issuer,
    }
