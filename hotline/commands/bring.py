"""The command that brings recordings made elsewhere: `import`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hotline.commands.options import AsJson, Data, PlanFile, print_json, say, settings_of
from hotline.importing import Brought, Importer, refused
from hotline.intake.facts_file import parse_time, read_facts
from hotline.intake.orders import Orders, Wish, collect_orders
from hotline.plans import plan_of, teams_of
from ledger.database import open_ledger
from ledger.errors import SettingsError
from ledger.teams import note_teams
from recorder.foreign import shown

NOTHING_DONE, SOME_REFUSED = 2, 1  # exit statuses
MOST_NAMED = 5  # of the files that were passed over


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("import")(import_recordings)


def import_recordings(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Recordings, or folders with all that lies in them."),
    ] = None,
    hotline: Annotated[
        str | None, typer.Option("--hotline", help="The number that was called, e.g. 114.")
    ] = None,
    operator: Annotated[
        str | None, typer.Option("--operator", help="The operator's number, e.g. 8001.")
    ] = None,
    desk: Annotated[str | None, typer.Option("--desk", help="[default: the number's desk]")] = None,
    caller_channel: Annotated[
        int, typer.Option("--caller-channel", help="The caller's channel of a stereo file: 0 left, 1 right.")
    ] = 0,
    fact: Annotated[
        list[str] | None,
        typer.Option(
            "--fact", metavar="KEY=VALUE", help="What is known of the call, e.g. directory_number=63012345."
        ),
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option("--facts", metavar="FILE.csv", help="A row a recording: file,hotline,operator,..."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", help="When the call came in, e.g. '2026-03-05 14:03'. [default: now]"),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Transcribe and score here and now.")] = False,
    data: Data = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
) -> None:
    """Bring recordings made elsewhere through the same pipeline: WAV, FLAC, Ogg and MP3, mono or stereo.

    Without --wait they are sealed and left to the workers of `hotline up`. The same file twice is one call,
    so a broken-off import is started again as it was. A file that cannot be read is told and the others go
    on; the exit status is then 1, or 2 if nothing could be imported.
    """
    if not paths and facts is None:
        raise SettingsError("nothing is named to import; name recordings, a folder, or a table with --facts")
    settings = settings_of(data_dir=data, plan=plan)
    the_plan = plan_of(settings)
    zone = ZoneInfo(the_plan.prompts.timezone)
    wish = Wish(
        hotline=hotline,
        desk=desk,
        operator=operator,
        received_at=_time(at, zone),
        caller_channel=caller_channel,
        facts=dict(_split_fact(text) for text in fact or []),
    )
    table = read_facts(facts, zone) if facts else None
    orders = collect_orders(paths or [], table, wish, the_plan)
    ledger = open_ledger(settings)
    with ledger.transaction() as session:
        note_teams(session, teams_of(the_plan))
    importer = Importer(settings, ledger)
    if wait:
        importer.check_model()
    brought = _bring_all(importer, orders, wait=wait, tell_all=not as_json)
    if as_json:
        print_json([each.document for each in brought])
    _sum_up(brought)
    failed = sum(each.error is not None for each in brought)
    if failed:
        raise typer.Exit(NOTHING_DONE if failed == len(brought) else SOME_REFUSED)


def _bring_all(importer: Importer, orders: Orders, *, wait: bool, tell_all: bool) -> list[Brought]:
    """One file after the other, told as it is done; an interruption leaves no half of a call."""
    brought = [Brought(document=refused(each.file, each.sentence)) for each in orders.refusals]
    _tell_passed_over(orders.passed_over)
    for each in brought:
        _complain(each)
    with _progress(len(orders.orders)) as progress, _between_files() as stop_if_told:
        for order in orders.orders:
            progress.update(progress.task_ids[0], file=shown(order.file.name))
            try:
                stop_if_told()
                brought.append(importer.bring(order, wait=wait))
            except KeyboardInterrupt:
                progress.stop()
                done = f"{len(brought)} of {len(orders.orders) + len(orders.refusals)} files"
                _note(f"interrupted after {done}; run the same command again to go on")
                raise
            progress.advance(progress.task_ids[0])
            if brought[-1].error:
                _complain(brought[-1])
            if tell_all and brought[-1].document["call_id"]:
                say(_line(brought[-1]))
    return brought


@contextmanager
def _between_files() -> Iterator[Callable[[], None]]:
    """Ctrl-C waits until the function given is called, which raises KeyboardInterrupt; a second one does not.

    libsndfile calls back into Python for each block, and cffi swallows what is raised there.
    """
    told = Event()

    def hear(_sign: int, _frame: object) -> None:
        if told.is_set():
            raise KeyboardInterrupt
        told.set()
        _note("stopping after this file; press Ctrl-C again to stop at once")

    def stop_if_told() -> None:
        if told.is_set():
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield stop_if_told
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(files: int) -> Iterator[Progress]:
    """A bar on standard error, where that is a terminal."""
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[file]}", markup=False),
    )
    bar = Progress(
        *columns,
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        redirect_stdout=sys.stdout.isatty(),  # else the answer would go where the bar is drawn
        transient=True,
    )
    with bar as progress:
        progress.add_task("", total=files, file="")
        yield progress


def _line(brought: Brought) -> str:
    document: dict[str, Any] = brought.document
    if brought.is_new:
        return f"{document['file']}: {document['state']} {document['call_id']}"
    return f"{document['file']}: already imported as {document['call_id']} ({document['state']})"


def _complain(brought: Brought) -> None:
    _note(str(brought.error))


def _tell_passed_over(files: tuple[str, ...]) -> None:
    if files:
        named = ", ".join(files[:MOST_NAMED]) + (", ..." if len(files) > MOST_NAMED else "")
        _note(f"passed over {len(files)} files that are no recordings: {named}")


def _sum_up(brought: list[Brought]) -> None:
    done = [each for each in brought if each.error is None]
    new = sum(each.is_new for each in done)
    _note(f"{new} imported, {len(done) - new} already there, {len(brought) - len(done)} refused")


def _note(sentence: str) -> None:
    print(f"hotline: {sentence}", file=sys.stderr)  # noqa: T201 - beside the answer


def _time(text: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        return parse_time(text, zone) if text else None
    except ValueError as error:
        raise SettingsError(f"--at: {error}") from error


def _split_fact(text: str) -> tuple[str, str]:
    key, found, value = text.partition("=")
    if not found or not key.strip():
        raise SettingsError(f"--fact {text!r} is no KEY=VALUE; write e.g. --fact directory_number=63012345")
    return key.strip(), value.strip()
