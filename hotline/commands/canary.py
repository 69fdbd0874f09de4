"""`hotline canary`: synthetic calls of known truth through the lines of the hotline that runs."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from hotline.canaries import canary_of, place, read_target, until_stopped
from hotline.canary_results import Round
from hotline.commands.options import AsJson, Data, PlanFile, print_json, settings_of
from hotline.plans import plan_to_run
from hotline.tables import show_table
from ledger.database import open_ledger


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(canary)


def canary(
    calls: Annotated[int, typer.Option("--calls", min=1, max=200, help="So many now.")] = 1,
    once: Annotated[
        bool, typer.Option("--once", help="End after them; else go on by the plan until Ctrl-C.")
    ] = False,
    to: Annotated[
        str | None, typer.Option("--to", help="sip:HOST:PORT. [default: where the plan listens]")
    ] = None,
    data: Data = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
) -> None:
    """Call our own numbers and look whether each call is judged as its script means it.

    The plan's `canary` names the synthetic operator, so that nobody's phone rings. Canaries are in no list
    and no statistics (`hotline calls --canary` shows them). Exit status 1 where one was not whole or right.
    """
    settings = settings_of(data_dir=data, plan=plan)
    loaded, target = plan_to_run(settings), read_target(to) if to else None
    canary_of(loaded)
    ledger = open_ledger(settings)
    done = Round.of(asyncio.run(place(ledger, loaded, calls, target)))
    if as_json:
        print_json(done.document)
    else:
        show_table(_table(done))
    if not once:
        typer.echo("going on by the plan (Ctrl-C ends)", err=True)
        asyncio.run(until_stopped(ledger, loaded, target))
    if not done.is_right:
        raise typer.Exit(1)


def _table(done: Round) -> Table:
    table = Table("call", "number", "dialogue", "outcome", "right", "rules that judged otherwise", "problem")
    for each in done.canaries:
        table.add_row(
            each.call_id or "-",
            each.hotline,
            each.dialogue,
            each.outcome,
            "yes" if each.is_right else "no",
            " ".join(each.missed),
            each.problem,
        )
    return table
