"""Commands that look at calls: `calls`, `show`, `reconcile`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from console.calls.documents import call_document, head_documents
from console.calls.service import open_call
from hotline.commands.options import AsJson, Data, print_json, print_json_list, say, settings_of
from hotline.tables import call_sheet, calls_table, show_table
from ledger.calls import list_calls
from ledger.database import Ledger, open_ledger
from ledger.states import CallState

TABLE_LENGTH = 100  # calls, unless told otherwise
CallId = Annotated[str, typer.Argument(metavar="CALL", help="The call's id, from `hotline calls`.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(calls)
    app.command()(show)
    app.command()(reconcile)


def calls(
    flagged: Annotated[bool, typer.Option("--flagged", help="Only calls with flags.")] = False,
    state: Annotated[
        CallState | None, typer.Option("--state", help="Only calls that have come so far, e.g. no_model.")
    ] = None,
    canary: Annotated[
        bool, typer.Option("--canary", help="Only canary calls, which are else left out.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="The newest so many. [default: 100; with --json all]"),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the calls, newest first."""
    ledger = open_ledger(settings_of(data_dir=data))
    with ledger.reading() as session:
        if as_json:
            heads = head_documents(session, flagged=flagged, state=state, canaries=canary, limit=limit)
            print_json_list(head.model_dump(mode="json") for head in heads)
        else:
            found = list_calls(
                session, flagged=flagged, state=state, canaries=canary, limit=limit or TABLE_LENGTH
            )
            show_table(calls_table(found))


def show(call_id: CallId, data: Data = None, as_json: AsJson = False) -> None:
    """Show one call whole: transcript, score, flags, findings with their evidence."""
    ledger = open_ledger(settings_of(data_dir=data))
    document = document_of(ledger, call_id)
    if as_json:
        print_json(document)
    else:
        say(call_sheet(document))


def reconcile(
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="Only calls since this day (UTC). [default: all]"),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Prove that every INVITE ended in a sealed recording or in a reason. Exit status 1 where one did not."""
    from hotline.reconciling import reconcile_and_keep  # it brings the whole pipeline

    settings = settings_of(data_dir=data)
    account = reconcile_and_keep(settings, open_ledger(settings), since.date() if since else None)
    if as_json:
        print_json(account.document)
    else:
        say("\n".join(f"{name}: {_plain(value)}" for name, value in account.document.items()))
    if not account.is_clean:
        raise typer.Exit(1)


def _plain(value: object) -> str:
    """A count, names, or counts by name."""
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items() if count) or "none"
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def document_of(ledger: Ledger, call_id: str) -> dict[str, Any]:
    """A call in the shape of the contract."""
    with ledger.reading() as session:
        return call_document(open_call(session, call_id, unmasked=True, viewer=None)).model_dump(mode="json")
