"""Commands that look at calls: `calls`, `show`, `import`, `reconcile`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from console.calls.service import call_document, head_documents, open_call
from hotline.commands.options import AsJson, Data, PlanFile, print_json, print_json_list, say, settings_of
from hotline.plans import plan_of
from hotline.reconciling import reconcile_calls
from hotline.tables import call_sheet, calls_table, show_table
from ledger.calls import list_calls
from ledger.database import Ledger, open_ledger
from ledger.errors import SettingsError

TABLE_LENGTH = 100  # calls, unless told otherwise
CallId = Annotated[str, typer.Argument(metavar="CALL", help="The call's id, from `hotline calls`.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(calls)
    app.command()(show)
    app.command("import")(import_recordings)
    app.command()(reconcile)


def calls(
    flagged: Annotated[bool, typer.Option("--flagged", help="Only calls with flags.")] = False,
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
            heads = head_documents(session, flagged=flagged, limit=limit)
            print_json_list(head.model_dump(mode="json") for head in heads)
        else:
            show_table(calls_table(list_calls(session, flagged=flagged, limit=limit or TABLE_LENGTH)))


def show(call_id: CallId, data: Data = None, as_json: AsJson = False) -> None:
    """Show one call whole: transcript, score, flags, findings with their evidence."""
    ledger = open_ledger(settings_of(data_dir=data))
    document = document_of(ledger, call_id)
    if as_json:
        print_json(document)
    else:
        say(call_sheet(document))


def import_recordings(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="wav, flac or ogg; mono or stereo.")],
    hotline: Annotated[str, typer.Option("--hotline", help="The number that was called, e.g. 114.")],
    operator: Annotated[
        str | None, typer.Option("--operator", help="The operator's number, e.g. 8001.")
    ] = None,
    caller_channel: Annotated[
        int, typer.Option("--caller-channel", help="The caller's channel of a stereo file: 0 left, 1 right.")
    ] = 0,
    fact: Annotated[
        list[str] | None,
        typer.Option(
            "--fact", metavar="KEY=VALUE", help="What is known of the call, e.g. directory_number=63012345."
        ),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Transcribe and score here and now.")] = False,
    data: Data = None,
    plan: PlanFile = None,
    as_json: AsJson = False,
) -> None:
    """Bring recordings made elsewhere through the same pipeline.

    Without --wait they are sealed and left to the workers of `hotline up`. A file that cannot be read
    is told and the others go on; the exit status is then 2.
    """
    from hotline.importing import Importer

    settings = settings_of(data_dir=data, plan=plan)
    importer = Importer(settings, plan_of(settings), open_ledger(settings))
    facts = dict(_split_fact(text) for text in fact or [])
    documents = [
        importer.bring(
            file, hotline=hotline, operator=operator, caller_channel=caller_channel, facts=facts, wait=wait
        )
        for file in files
    ]
    if as_json:
        print_json(documents)
    else:
        for document in documents:
            say(f"{document['file']}: {document['error'] or document['state']} {document['call_id'] or ''}")
    if any(document["error"] for document in documents):
        raise typer.Exit(2)


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


def document_of(ledger: Ledger, call_id: str) -> dict[str, Any]:
    """A call in the shape of the contract."""
    with ledger.reading() as session:
        return call_document(open_call(session, call_id)).model_dump(mode="json")


def _split_fact(text: str) -> tuple[str, str]:
    key, found, value = text.partition("=")
    if not found or not key.strip():
        raise SettingsError(f"--fact {text!r} is no KEY=VALUE; write e.g. --fact directory_number=63012345")
    return key.strip(), value.strip()
