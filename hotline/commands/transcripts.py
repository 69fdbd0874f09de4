"""Commands about what was said: `search`, `export-transcript`, `secrets`."""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from console.transcripts.formats import Format, write
from console.transcripts.service import export_of
from hotline.commands.look import CallId
from hotline.commands.options import AsJson, Data, print_json, print_json_list, say, settings_of
from ledger import audit, secrets_told
from ledger.audit_actions import AuditAction
from ledger.database import Ledger, open_ledger
from ledger.errors import SettingsError, StorageError
from ledger.records import Turn
from ledger.search import BY_SOUND, Wanted, calls_saying, fit_of, turns_saying
from ledger.states import SecretKind
from ledger.tables import CallRow, SearchTextRow

MOST_FOUND = 50  # calls, unless told otherwise
TRANSCRIPTS_AT_ONCE = 200  # in one transaction, and in one query


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(search)
    app.command("export-transcript")(export)
    app.command()(secrets)


def search(
    text: Annotated[str, typer.Argument(help="What was said.")],
    by_sound: Annotated[
        bool, typer.Option("--by-sound", help="Also what only sounds like it, after what is exact.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="Only calls since this day (UTC)."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many calls.")] = MOST_FOUND,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Find calls by what was said in them, the newest first. Exit status 1 where there is none."""
    wanted = Wanted.of(text, by_sound=by_sound)
    if wanted.is_empty:
        raise SettingsError(
            "there is nothing in the text that can be said; give letters, figures or characters"
        )
    with open_ledger(settings_of(data_dir=data)).reading() as session:
        found = list(_found(session, wanted, since, limit))
    if as_json:
        print_json_list(found)
    else:
        for call in found:
            _say_found(call)
    if not found:
        raise typer.Exit(1)


def _found(session: Session, wanted: Wanted, since: datetime | None, limit: int) -> Iterator[dict[str, Any]]:
    query = (
        select(
            CallRow.id, CallRow.received_at, CallRow.hotline, CallRow.operator, fit_of(wanted).label("fit")
        )
        .join(SearchTextRow, SearchTextRow.call_id == CallRow.id)
        .where(CallRow.id.in_(calls_saying(session, wanted)))
        .order_by("fit", CallRow.received_at.desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(CallRow.received_at >= since.replace(tzinfo=UTC))
    rows = session.execute(query).all()
    for first in range(0, len(rows), TRANSCRIPTS_AT_ONCE):
        some = rows[first : first + TRANSCRIPTS_AT_ONCE]
        turns = turns_saying(session, wanted, {row.id: row.fit for row in some})
        yield from (_document(row, turns.get(row.id, ())) for row in some)


def _document(row: Row[*tuple[Any, ...]], turns: Iterable[Turn]) -> dict[str, Any]:
    return {
        "call_id": row.id,
        "received_at": row.received_at.isoformat(),
        "hotline": row.hotline,
        "operator": row.operator,
        "by_sound": row.fit == BY_SOUND,
        "turns": [{"role": turn.role, "start_s": turn.start_s, "text": turn.text} for turn in turns],
    }


def _say_found(call: dict[str, Any]) -> None:
    sounds_alike = "  (sounds like it)" if call["by_sound"] else ""
    say(f"{call['call_id']}  {call['hotline']}  {call['operator'] or ''}{sounds_alike}".rstrip())
    for turn in call["turns"]:
        say(f"{turn['start_s']:9.1f}  {turn['role']:<8}  {turn['text']}")


def export(
    call_id: CallId,
    form: Annotated[Format, typer.Option("--format", help="What it is written as.")] = Format.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file. [default: standard output]")
    ] = None,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="With all secrets; that stands in the audit log.")
    ] = False,
    data: Data = None,
) -> None:
    """Write a call's newest transcript for other programs, its secrets hidden."""
    ledger = open_ledger(settings_of(data_dir=data))
    with ledger.reading() as session:
        exported = export_of(session, call_id, unmasked=unmasked)
    if unmasked and exported.secrets:
        _note(ledger, call_id)
    document = write(exported, form)
    if output is None:
        say(document.removesuffix("\n"))
        return
    try:
        output.write_text(document, "utf-8")
    except OSError as error:
        raise StorageError(
            f"cannot write {output}: {error.strerror}; give the rights or name another"
        ) from error


def _note(ledger: Ledger, call_id: str) -> None:
    user = f"{getpass.getuser()}@command"
    details = {"where": "export-transcript"}
    act = audit.Act(user=user, action=AuditAction.SAW_SECRETS, call_id=call_id, details=details)
    with ledger.transaction() as session:
        audit.write(session, act)


def secrets(
    again: Annotated[
        bool, typer.Option("--again", help="In all transcripts, not only those of an older finder.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Find cards, telephone numbers and addresses in transcripts that an older version has looked at."""
    ledger = open_ledger(settings_of(data_dir=data))
    kinds, transcripts, last = Counter[SecretKind](), 0, 0
    while ids := _due(ledger, again=again, after=last):
        with ledger.transaction() as session:
            kinds.update(secret.kind for secret in secrets_told.find_again(session, ids))
        transcripts, last = transcripts + len(ids), ids[-1]
    counts = {str(kind): kinds[kind] for kind in SecretKind}
    if as_json:
        print_json({"transcripts": transcripts, **counts})
    else:
        told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        say(f"{transcripts} transcripts: {told}")


def _due(ledger: Ledger, *, again: bool, after: int) -> list[int]:
    with ledger.reading() as session:
        return secrets_told.due_for_finding(session, again=again, after=after, limit=TRANSCRIPTS_AT_ONCE)
