"""Commands that look at calls: `calls`, `show`, `reconcile`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from console.calls.service import call_document, open_call
from hotline.commands.options import AsJson, Data, print_json, say, settings_of
from hotline.reconciling import reconcile_calls
from hotline.tables import call_sheet, calls_table, show_table
from ledger import calls as call_repository
from ledger.database import Ledger, open_ledger

CallId = Annotated[str, typer.Argument(metavar="CALL", help="The call's id, from `hotline calls`.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(calls)
    app.command()(show)
    app.command()(reconcile)


def calls(
    flagged: Annotated[bool, typer.Option("--flagged", help="Only calls with flags.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="The newest so many.")] = 100,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the calls, newest first."""
    ledger = open_ledger(settings_of(data_dir=data))
    with ledger.reading() as session:
        found = call_repository.list_calls(session, flagged=flagged, limit=limit)
    if as_json:
        print_json([document_of(ledger, call.id, head_only=True) for call in found])
    else:
        show_table(calls_table(found))


def show(call_id: CallId, data: Data = None, as_json: AsJson = False) -> None:
    """Show one call whole: transcript, score, flags, findings with their evidence."""
    ledger = open_ledger(settings_of(data_dir=data))
    document = document_of(ledger, call_id)
    if as_json:
        print_json(document)
    else:
        say(call_sheet(document))


def reconcile(data: Data = None, as_json: AsJson = False) -> None:
    """Prove that every INVITE ended in a sealed recording or in a reason. Exit status 1 where one did not."""
    settings = settings_of(data_dir=data)
    account = reconcile_calls(open_ledger(settings), settings.recordings_dir)
    if as_json:
        print_json(account.document)
    else:
        say("\n".join(f"{name}: {value}" for name, value in account.document.items()))
    if not account.is_clean:
        raise typer.Exit(1)


def document_of(ledger: Ledger, call_id: str, *, head_only: bool = False) -> dict[str, Any]:
    """A call in the shape of the contract."""
    with ledger.reading() as session:
        document = call_document(open_call(session, call_id)).model_dump(mode="json")
    if head_only:
        return {name: value for name, value in document.items() if name not in {"transcript", "findings"}}
    return document
