"""Commands for auditors: `verify`, `chain export`, `chain adopt`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as ProgressBar

from hotline.commands.options import AsJson, Data, print_json, say, settings_of
from ledger import calls, chain
from ledger.chain import Scope
from ledger.database import Ledger, open_ledger
from ledger.errors import SettingsError
from recorder.adopting import adopt_recordings
from recorder.links import head_document
from recorder.opening import Recordings
from recorder.verifying import Progress, Report, Verifier

Day = Annotated[
    datetime | None,
    typer.Option("--day", formats=["%Y-%m-%d"], help="Only this day of the chain (UTC), e.g. 2026-11-25."),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(verify)
    group = typer.Typer(
        no_args_is_help=True, help="The recordings' chain: what proves that none was changed."
    )
    group.command("export")(export)
    group.command("adopt")(adopt)
    app.add_typer(group, name="chain")


def verify(
    day: Day = None,
    call: Annotated[str | None, typer.Option("--call", help="Only this call.")] = None,
    heads: Annotated[
        Path | None, typer.Option("--heads", help="Heads of `hotline chain export`, kept elsewhere since.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Find any recording, fact or entry that was changed, removed or put in. Exit status 1 where one was."""
    settings = settings_of(data_dir=data)
    ledger = open_ledger(settings)
    scope = _scope(ledger, day.date() if day else None, call)
    shelf = Recordings(settings)
    with _progress(ledger, scope, shown=not as_json) as on_progress:
        report = Verifier(ledger, shelf, scope, on_progress).verify(heads)
    if as_json:
        print_json(report.document)
    else:
        _tell(report)
    if not report.is_clean:
        raise typer.Exit(1)


def export(day: Day = None, data: Data = None) -> None:
    """Print each day's head as a line of JSON: keep them where nobody of this machine can write."""
    ledger = open_ledger(settings_of(data_dir=data))
    with ledger.reading() as session:
        heads = chain.day_heads(session, day.date() if day else None)
    for head in heads:
        say(json.dumps(head_document(head)))


def adopt(data: Data = None, as_json: AsJson = False) -> None:
    """Enter recordings that are older than the chain. Their entries say so, and when that was.

    What does not match its own hash is not entered; the exit status is then 1.
    """
    settings = settings_of(data_dir=data)
    adoption = adopt_recordings(open_ledger(settings), Recordings(settings))
    if as_json:
        print_json({"adopted": adoption.adopted, "refused": adoption.refused})
    else:
        for refused in adoption.refused:
            say(f"not entered: {refused}")
        say(f"{len(adoption.adopted)} recordings entered")
    if adoption.refused:
        raise typer.Exit(1)


def _scope(ledger: Ledger, day: date | None, call_id: str | None) -> Scope:
    if day and call_id:
        raise SettingsError("--day and --call exclude each other; give one of them")
    if call_id:
        with ledger.reading() as session:
            calls.get_call(session, call_id)  # a call that never was is a typing mistake, not a clean one
    return Scope(first=day, last=day, call_id=call_id)


@contextmanager
def _progress(ledger: Ledger, scope: Scope, *, shown: bool) -> Iterator[Progress | None]:
    """A bar on a terminal; it goes to standard error, so that the answer can be piped."""
    if not (shown and sys.stderr.isatty()):
        yield None
        return
    with ledger.reading() as session:
        total = chain.count_entries(session, scope)
    with ProgressBar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("verifying", total=total)
        yield lambda count: bar.advance(task, count)


def _tell(report: Report) -> None:
    for problem in report.problems:
        say(problem.says)
    found = "clean" if report.is_clean else f"problems: {len(report.problems)}"
    counts = f"{report.entries} entries, {report.recordings} recordings, {report.files} files"
    say(f"{found}; {counts}")
