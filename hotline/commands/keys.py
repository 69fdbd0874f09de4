"""Commands for the keys of recordings: `keys new`, `keys list`, `keys rotate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotline.commands.options import AsJson, Data, print_json, say, settings_of
from ledger import archived
from ledger.database import open_ledger
from recorder.keys import append_key, load_keys, new_key


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    keys = typer.Typer(no_args_is_help=True, help="What recordings are encrypted with.")
    keys.command("new")(new)
    keys.command("list")(list_keys)
    keys.command("rotate")(rotate)
    app.add_typer(keys, name="keys")


def new(
    to: Annotated[
        Path | None,
        typer.Option("--to", help="The key file that it is added to as the newest. [default: print it]"),
    ] = None,
) -> None:
    """Make a key. Keep a copy elsewhere: without it the recordings are lost."""
    key = new_key()
    if to is None:
        say(key.text)
        return
    append_key(to, key)
    say(f"key {key.id} is now the newest in {to}; keep a copy elsewhere")


def list_keys(data: Data = None, as_json: AsJson = False) -> None:
    """Which keys are given, and how many recordings each opens. Exit status 1 where one is missing."""
    settings = settings_of(data_dir=data)
    keys = load_keys(settings)
    with open_ledger(settings).reading() as session:
        used = archived.keys_in_use(session)
    given = [key.id for key in keys.keys]
    found = [
        {"key": key_id, "given": key_id in given, "recordings": used.get(key_id, 0)}
        for key_id in [*given, *sorted(set(used) - set(given))]
    ]
    if as_json:
        print_json(found)
    else:
        for one in found:
            say(f"{one['key']}  {one['recordings']} recordings{'' if one['given'] else '  MISSING'}")
    if set(used) - set(given):
        raise typer.Exit(1)


def rotate(data: Data = None) -> None:
    """Bring all encrypted recordings under the newest key. May be stopped, and goes on when called again."""
    from rich.console import Console
    from rich.progress import track

    from hotline.rotating import Rotation

    settings = settings_of(data_dir=data)
    rotation = Rotation(settings, open_ledger(settings))
    due = rotation.due()
    console = Console(stderr=True)
    done = sum(1 for _ in track(rotation.turn(due), description="Rotating", total=len(due), console=console))
    say(f"{done} recordings came under key {rotation.newest_id}; the older keys may go once this says 0")
