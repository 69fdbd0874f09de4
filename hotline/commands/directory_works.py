"""Commands that change the directory by the file: `directory import`, and `undo` of a batch."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from desks.directory import asking, history, imports, working, works
from desks.directory.files import DELIMITERS, BadFile
from desks.directory.import_records import LineKind, Mode
from desks.directory.imports import ImportWish
from desks.directory.work_records import Work, WorkKind, WorkOrder, WorkProblem, WorkState, WorkStep
from hotline.commands.bars import counted
from hotline.commands.options import Data, say, settings_of
from ledger.database import Ledger, open_ledger
from ledger.errors import Conflict, SettingsError

MOST_TOLD = 20  # conflicts and bad lines
STEPS = {
    WorkStep.BEGINNING: "waiting",
    WorkStep.READING: "reading",
    WorkStep.COMPARING: "comparing",
    WorkStep.APPLYING: "applying",
    WorkStep.CHECKING: "checking",
    WorkStep.UNDOING: "undoing",
}
Why = Annotated[str, typer.Option("--why", help="The reason; it stands in the history.")]


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV (UTF-8 or GB18030) or XLSX, its first line the head.")],
    why: Why,
    whole: Annotated[bool, typer.Option("--whole", help="Remove what the file does not name.")] = False,
    delimiter: Annotated[str, typer.Option(help="comma, semicolon, tab or bar. [default: found out]")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Apply it without asking.")] = False,
    data: Data = None,
) -> None:
    """Show what a file would do to the directory, ask, and apply it. Ctrl-C ends it where it is."""
    ledger = open_ledger(settings_of(data_dir=data))
    mode = Mode.WHOLE if whole else Mode.CHANGES
    wish = ImportWish(user=getpass.getuser(), title=file.name, why=why, mode=mode)
    with ledger.transaction() as session:
        import_id = asking.ask_to_read(session, wish, _bytes_of(file), _sign_of(delimiter))
        reading = works.of_import(session, import_id)
    assert reading is not None
    _finish(ledger, reading.id)
    _tell_preview(ledger, import_id)
    if not yes and not typer.confirm("Apply it?", err=True):
        with ledger.transaction() as session:
            imports.discard(session, wish.user, import_id)
        say("Nothing was changed.")
        return
    order = WorkOrder(kind=WorkKind.APPLY, user=wish.user, import_id=import_id)
    with ledger.transaction() as session:
        work_id = works.ask(session, order)
    _finish(ledger, work_id)
    _tell_applied(ledger, import_id)


def undo(
    batch: Annotated[int, typer.Argument(help="The number of a batch, as /directory/changes has it.")],
    why: Why,
    rest: Annotated[bool, typer.Option("--rest", help="Undo what can be, though some cannot.")] = False,
    data: Data = None,
) -> None:
    """Undo everything that an import or another batch did. Ctrl-C ends it where it is."""
    ledger = open_ledger(settings_of(data_dir=data))
    order = WorkOrder(kind=WorkKind.UNDO, user=getpass.getuser(), batch_id=batch, why=why, is_partial=rest)
    with ledger.transaction() as session:
        history.get_batch(session, batch)
        work_id = works.ask(session, order)
    over = _finish(ledger, work_id)
    say(f"{over.done - over.refused} changes undone, {over.refused} could not be; batch {over.made_id}.")


def _finish(ledger: Ledger, work_id: int) -> Work:
    """Work here, or wait for who does it, with a bar on standard error. Raises BadFile, Conflict."""
    with counted() as progress:
        bar = progress.add_task(STEPS[WorkStep.BEGINNING], total=None)

        def tell(work: Work) -> None:
            progress.update(bar, description=STEPS[work.step], completed=work.done, total=work.total or None)

        try:
            over = working.finish(ledger, work_id, tell)
        except KeyboardInterrupt:
            working.give_up(ledger, getpass.getuser(), work_id)
            with ledger.reading() as session:
                over = works.get(session, work_id)
    if over.problem is WorkProblem.BAD_FILE:
        raise BadFile(over.detail)
    if over.state is not WorkState.DONE:
        raise Conflict(over.detail or f"stopped after {over.done}; {_way_on(over)}")
    return over


def _way_on(work: Work) -> str:
    if work.kind is WorkKind.READ:
        return "nothing was changed"
    if work.kind is WorkKind.APPLY:
        return f"go on or undo it at /directory/imports/{work.import_id}"
    return f"run `hotline directory undo {work.batch_id}` again to go on"


def _tell_preview(ledger: Ledger, import_id: int) -> None:
    with ledger.reading() as session:
        found, counts = imports.get(session, import_id), imports.count_lines(session, import_id)
        doubtful = imports.lines_of(session, import_id, [LineKind.CONFLICT, LineKind.BAD], limit=MOST_TOLD)
    say(f"{found.lines} lines, {found.same} of them as they are")
    for kind, count in counts.items():
        say(f"{kind}: {count}")
    for line in doubtful:
        say(f"  line {line.line}: {line.name}: {line.fault} {line.detail}".rstrip())
    left_out = counts[LineKind.CONFLICT] + counts[LineKind.BAD] - len(doubtful)
    if left_out:
        say(f"  ... and {left_out} more: /directory/imports/{import_id}")


def _tell_applied(ledger: Ledger, import_id: int) -> None:
    with ledger.reading() as session:
        found, applied = imports.get(session, import_id), imports.count_applied(session, import_id)
        conflicts = imports.count_lines(session, import_id)[LineKind.CONFLICT]
    done = ", ".join(
        f"{applied.get(kind, 0)} {kind}" for kind in (LineKind.ADDED, LineKind.CHANGED, LineKind.REMOVED)
    )
    say(f"Applied: {done}; conflicts left: {conflicts}. Batch {found.batch_id or '-'} holds the changes.")


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror}); name a CSV or XLSX file") from error


def _sign_of(delimiter: str) -> str:
    signs = {name: sign for sign, name in DELIMITERS.items()}
    if delimiter and delimiter not in signs:
        raise SettingsError(f"--delimiter {delimiter!r} is none of ours; use {', '.join(signs)}")
    return signs.get(delimiter, "")
