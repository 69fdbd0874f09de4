"""The command `hotline`: a sentence for every mistake, exit status 0 only when what was asked is true."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Final

import typer

from hotline.entry import run_program

# Each module of `hotline.commands` in the order of the help, and what it brings. Only what is asked for is
# imported: recogniser, pages and phones take seconds to load, and `hotline calls` needs none of them.
COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "run": ("demo", "loadtest"),
    "serve": ("up", "work", "check"),
    "look": ("calls", "show", "reconcile"),
    "transcripts": ("search", "export-transcript", "secrets"),
    "audit": ("verify", "chain"),
    "handle": ("mask", "audit"),
    "hear": ("transcribe", "queue"),
    "bring": ("import",),
    "assets": ("models", "prompts"),
    "plan": ("plan",),
    "judge": ("rules",),
    "sample": ("sample",),
    "agree": ("rounds", "agreement"),
    "people": ("user",),
    "knowledge": ("knowledge",),
    "mail": ("mail",),
    "sip": ("sip",),
    "keys": ("keys",),
    "keep": ("retention", "hold"),
    "canary": ("canary",),
    "directory": ("directory",),
    "call_back": ("campaigns",),
    "business": ("business",),
    "desk_year": ("desks",),
}

HELP: Final = (
    "Answer the hotline numbers, record every conversation, judge it, and put it before the monitors."
)


def app_for(arguments: Sequence[str]) -> typer.Typer:
    """The command with what these arguments ask for; with everything where they name none."""
    asked = next((argument for argument in arguments if not argument.startswith("-")), None)
    modules = [module for module, brings in COMMANDS.items() if asked in brings]
    return app_of(modules or COMMANDS)


def app_of(modules: Iterable[str]) -> typer.Typer:
    """The command with what these modules bring."""
    app = typer.Typer(
        name="hotline",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help=HELP,
        epilog="Start with `hotline demo`. The plan, the packs and the pages are explained in docs/.",
    )
    app.callback()(_no_command)
    for module in modules:
        import_module(f"hotline.commands.{module}").add_to(app)
    return app


def _no_command() -> None:
    """Keeps a command a subcommand where it is the only one."""


def main() -> None:
    """The entry point of the `hotline` command."""
    run_program(_run)


def _run() -> None:
    app_for(sys.argv[1:])()
