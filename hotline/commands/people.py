"""Commands for people: `user add`."""

from __future__ import annotations

from typing import Annotated

import typer

from console.signin.service import hash_password
from hotline.commands.options import Data, new_password, say, settings_of
from ledger import users
from ledger.database import open_ledger
from ledger.states import UserRole

SHORTEST_PASSWORD = 10


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    user = typer.Typer(no_args_is_help=True, help="Who may sign in to the console.")
    user.callback()(lambda: None)  # keeps `add` a subcommand although it is the only one
    user.command("add")(add)
    app.add_typer(user, name="user")


def add(
    name: str,
    role: Annotated[UserRole, typer.Option("--role")] = UserRole.MONITOR,
    display_name: Annotated[str | None, typer.Option("--display-name", help="What others see.")] = None,
    data: Data = None,
) -> None:
    """Add somebody, or give a new password. It is asked for, or taken from HOTLINE_PASSWORD."""
    settings = settings_of(data_dir=data)
    password = new_password("HOTLINE_PASSWORD", SHORTEST_PASSWORD)
    with open_ledger(settings).transaction() as session:
        users.save_user(
            session,
            name=name,
            display_name=display_name or name,
            role=role,
            password_hash=hash_password(password),
        )
    say(f"{name} may sign in as {role}.")
