"""The command `hotline`: a sentence for every mistake, exit status 0 only when what was asked is true."""

from __future__ import annotations

import typer

from hotline.commands import (
    assets,
    audit,
    bring,
    canary,
    handle,
    hear,
    judge,
    keep,
    keys,
    look,
    people,
    plan,
    run,
    serve,
    sip,
    transcripts,
)
from hotline.entry import run_program

app = typer.Typer(
    name="hotline",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Answer the hotline numbers, record every conversation, judge it, and put it before the monitors.",
    epilog="Start with `hotline demo`. The plan, the packs and the pages are explained in docs/.",
)

run.add_to(app)
serve.add_to(app)
look.add_to(app)
transcripts.add_to(app)
audit.add_to(app)
handle.add_to(app)
hear.add_to(app)
bring.add_to(app)
assets.add_to(app)
plan.add_to(app)
judge.add_to(app)
people.add_to(app)
sip.add_to(app)
keys.add_to(app)
keep.add_to(app)
canary.add_to(app)


def main() -> None:
    """The entry point of the `hotline` command."""
    run_program(app)
