"""Commands about transcription: `transcribe`, `queue`."""

from __future__ import annotations

import sys
import time
from typing import Annotated, Any

import typer
from rich.live import Live

from hotline.commands.bars import counted
from hotline.commands.options import AsJson, Data, PlanFile, print_json, say, settings_of
from hotline.duties import take_up
from hotline.jobs import Jobs
from hotline.pipeline import Pipeline
from hotline.plans import plan_of
from hotline.recognisers import Recognisers
from hotline.redoing import Asked, Redoing, finish_all
from hotline.tables import progress_document, progress_view, show_table
from ledger.backlog import progress
from ledger.database import Ledger, open_ledger
from ledger.errors import SettingsError
from ledger.settings import Settings

REDRAW_S = 1.0
MOST_NAMED = 1000  # calls in one document; the counts are whole
Calls = Annotated[list[str] | None, typer.Argument(metavar="[CALL]...", help="Only these calls.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(transcribe)
    app.command()(queue)


def transcribe(
    call_ids: Calls = None,
    every: Annotated[
        bool, typer.Option("--all", help="All calls that another model has transcribed.")
    ] = False,
    model: Annotated[
        str | None, typer.Option("--model", help="With this model. [default: the plan's]")
    ] = None,
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="Try again what was given up; all of it, or these calls.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Work here too, until they are through.")] = False,
    data: Data = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
) -> None:
    """Transcribe calls once more, or those that had no model; older transcripts and findings are kept.

    Without arguments it takes up what had no model (state no_model) and has one now. The workers of
    `hotline up` and `hotline work` do the work; `hotline queue` shows how far they are. With --wait the exit
    status is 1 where a call could not be transcribed.
    """
    _refuse_contradictions(call_ids, every=every, model=model, quarantined=quarantined)
    settings = settings_of(data_dir=data, plan=plan)
    ledger, recognisers = open_ledger(settings), Recognisers(settings, plan_of(settings))
    redoing = Redoing(settings, ledger, recognisers)
    taken_up, asked = 0, Asked()
    if quarantined:
        asked = redoing.retry(call_ids)
    elif call_ids or every:
        asked = redoing.ask(call_ids, model)
    else:
        taken_up = take_up(ledger, recognisers)
    if call_ids:
        redoing.want(asked.calls)
    Jobs(settings).announce_due(ledger)
    failed = _finish(settings, ledger, recognisers, asked.calls) if wait else []
    _tell(asked, taken_up, failed, as_json=as_json)
    if failed:
        raise typer.Exit(1)


def queue(
    once: Annotated[bool, typer.Option("--once", help="Print it once, also on a terminal.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what waits for the workers, who works on what, the pace, and when all is transcribed.

    On a terminal it stays and is drawn anew each second, until Ctrl-C.
    """
    ledger = open_ledger(settings_of(data_dir=data))
    if as_json:
        print_json(progress_document(_progress(ledger)))
    elif once or not sys.stdout.isatty():
        show_table(progress_view(_progress(ledger)))
    else:
        with Live(progress_view(_progress(ledger)), auto_refresh=False) as live:
            while True:
                time.sleep(REDRAW_S)
                live.update(progress_view(_progress(ledger)), refresh=True)


def _progress(ledger: Ledger) -> Any:
    with ledger.reading() as session:
        return progress(session)


def _refuse_contradictions(
    call_ids: list[str] | None, *, every: bool, model: str | None, quarantined: bool
) -> None:
    if every and (call_ids or quarantined):
        raise SettingsError("--all is all calls; leave out --all, or the calls and --quarantined")
    if model is not None and (quarantined or not (call_ids or every)):
        raise SettingsError("say what to transcribe with --model: name calls, or --all")


def _finish(settings: Settings, ledger: Ledger, recognisers: Recognisers, call_ids: list[str]) -> list[str]:
    shared = settings.redis_url is not None  # sealing is then left to the machine that has the captures
    pipeline = Pipeline(settings, ledger, recognisers=recognisers, far=shared)
    with counted() as shown:
        bar = shown.add_task("calls", total=len(call_ids))
        return finish_all(pipeline, ledger, call_ids, lambda done: shown.update(bar, completed=done))


def _tell(asked: Asked, taken_up: int, failed: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "asked": len(asked.calls),
                "taken_up": taken_up,
                "left_out": asked.left_out,
                "calls": asked.calls[:MOST_NAMED],
                "failed": failed[:MOST_NAMED],
            }
        )
        return
    left_out = f", {asked.left_out} left out: no model for their language" if asked.left_out else ""
    say(f"{len(asked.calls) + taken_up} calls are before the workers{left_out}")
    if failed:
        say("failed: " + ", ".join(failed[:MOST_NAMED]))
