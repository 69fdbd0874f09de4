"""`hotline desks year`: a year of synthetic desk life, to look at the figures with."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from hotline.commands import directory
from hotline.commands.bars import counted
from hotline.commands.options import AsJson, print_json, say, settings_of
from hotline.desk_year import Loaded, load_year
from ledger.database import Ledger, open_ledger

FOLDER = Path("var-desk-year")  # of its own: nothing invented comes among what is real
ENTRIES = 3_000_000


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    desks = typer.Typer(no_args_is_help=True, help="The desks' own work.")
    desks.callback()(lambda: None)
    desks.command("year")(year)
    app.add_typer(desks, name="desks")


def year(
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same year.")] = 1,
    entries: Annotated[
        int, typer.Option("--entries", min=0, help="Invented entries of the directory; 0: none.")
    ] = ENTRIES,
    data: Annotated[Path, typer.Option("--data", help="An empty folder to load it into.")] = FOLDER,
    as_json: AsJson = False,
) -> None:
    """Load the year 2007 of an invented desk, with what it is compared with of 2006 and 2008.

    Faults, sales and their success are those of the railway telecom's account; /business shows them.
    """
    settings = settings_of(data_dir=data)
    with closing(open_ledger(settings)) as ledger:
        loaded = _load(ledger, seed)
        if entries:
            directory.add_invented(ledger, entries, seed)
            directory.built(settings)
    if as_json:
        print_json({**asdict(loaded), "entries": entries, "data": str(data)})
    else:
        _tell(loaded, entries, data)


def _load(ledger: Ledger, seed: int) -> Loaded:
    with counted() as progress:
        bar = progress.add_task("tickets, calls, call-backs", total=None)
        return load_year(ledger, seed, lambda done, whole: progress.update(bar, completed=done, total=whole))


def _tell(loaded: Loaded, entries: int, data: Path) -> None:
    faults = ", ".join(f"{count:,} in {each}" for each, count in loaded.faults.items())
    say(f"faults: {faults}; complaints: {loaded.complaints:,}; enquiries and cards: {loaded.enquiries:,}")
    say(f"call-backs: {loaded.call_backs:,}; calls: {loaded.calls:,}; rows: {loaded.rows:,}")
    say(f"entries of the directory: {entries:,}")
    say("To look at them: add somebody, start, and open /business and /business/source:")
    say(f"  hotline user add NAME --role team_lead --data {data}")
    say(f"  hotline up --data {data}")
