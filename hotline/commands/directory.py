"""Commands for the directory of the 114 desk: `directory synthesise`, `index`, `search`, `import`, `undo`."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from console.directory.service import answer_document
from desks.directory import entries as repository
from desks.directory.directory import Directory, Hit
from desks.directory.indexing import build_index, index_path
from desks.directory.records import Standing
from desks.directory.synthetic import make
from hotline.commands.bars import counted
from hotline.commands.directory_works import import_file, undo
from hotline.commands.options import AsJson, Data, print_json, say, settings_of
from ledger.clock import now
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings

AT_ONCE = 50_000  # entries in one transaction


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    directory = typer.Typer(no_args_is_help=True, help="The directory of the enquiry desk (查号台).")
    directory.command()(synthesise)
    directory.command()(index)
    directory.command()(search)
    directory.command("import")(import_file)
    directory.command()(undo)
    app.add_typer(directory, name="directory")


def synthesise(
    entries: Annotated[int, typer.Option("--entries", min=1, help="How many.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same entries.")] = 1,
    data: Data = None,
) -> None:
    """Add invented entries, then build the index: to try things out, to measure."""
    settings = settings_of(data_dir=data)
    add_invented(open_ledger(settings), entries, seed)
    say(f"{entries} invented entries were added.")
    say(built(settings))


def index(data: Data = None) -> None:
    """Build the search's index of all entries; whoever searches takes it up by itself."""
    say(built(settings_of(data_dir=data)))


def add_invented(ledger: Ledger, entries: int, seed: int) -> None:
    """Add so many invented entries, with a bar on standard error."""
    made = make(entries, seed)
    with counted() as progress:
        bar = progress.add_task("entries", total=entries)
        while some := list(islice(made, AT_ONCE)):
            with ledger.transaction() as session:
                progress.advance(bar, repository.load_many(session, some))


def built(settings: Settings) -> str:
    """Build the index, with a bar on standard error; what came of it, in a sentence."""
    path = index_path(settings)
    with counted() as progress:
        bar = progress.add_task("index", total=None)
        index = build_index(
            open_ledger(settings), path, lambda done, of: progress.update(bar, completed=done, total=of)
        )
    if index is None:
        return "Another process builds the index; it is there when that has ended."
    return f"{path}: {index.count} entries, {path.stat().st_size / 1e6:.0f} MB."


def search(
    words: Annotated[list[str], typer.Argument(help="Characters, pinyin, initials, part of a number.")],
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is not valid yet, or no more.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="The best so many.")] = 20,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Search the directory. Exit status 1 where nothing fits."""
    settings = settings_of(data_dir=data)
    directory = Directory(index_path(settings))
    with open_ledger(settings).reading() as session:
        answer = directory.search(session, " ".join(words), at=now(), limit=limit, everything=everything)
    if answer.is_behind:
        typer.echo("the index lacks many changes; run `hotline directory index`", err=True)
    if as_json:
        print_json(answer_document(answer).model_dump(mode="json"))
    else:
        for hit in answer.hits:
            say(_line(hit))
    if not answer.hits:
        raise typer.Exit(1)


def _line(hit: Hit) -> str:
    number, entry = hit.number, hit.entry
    told = (*((number.number, number.label) if number else ()), entry.name, entry.district, entry.address)
    marks = () if hit.standing is Standing.VALID else (f"[{hit.standing}]",)
    return "  ".join(part for part in (*told, entry.remark, *marks) if part)
