"""Commands about what people do with recordings: `mask`, `audit verify`, `audit show`."""

from __future__ import annotations

import getpass
import json
from typing import Annotated, Any

import typer

from console.recordings.schemas import MaskedChannel
from console.recordings.service import CHANNELS
from hotline.commands.look import CallId
from hotline.commands.options import AsJson, Data, print_json, print_json_list, say, settings_of
from ledger import audit as log
from ledger import holds
from ledger.database import open_ledger
from ledger.masks import Span
from ledger.tables import AuditRow
from recorder.masking import Masker, Wish
from recorder.opening import Recordings


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(mask)
    audit = typer.Typer(no_args_is_help=True, help="The audit log: who listened, looked, changed, signed in.")
    audit.command("verify")(verify)
    audit.command("show")(show)
    app.add_typer(audit, name="audit")


def mask(
    call_id: CallId,
    start_s: Annotated[float, typer.Option("--from", help="Seconds of the recording.")],
    end_s: Annotated[float, typer.Option("--to", help="Seconds of the recording.")],
    why: Annotated[str, typer.Option("--why", help="What the chain and the audit log say of it.")],
    channel: Annotated[MaskedChannel, typer.Option("--channel", help="Whose voice.")] = MaskedChannel.BOTH,
    destroy: Annotated[
        bool, typer.Option("--destroy", help="Remove the unmasked original instead of keeping it.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make a span of a recording silent, in sound and text, and seal it again."""
    settings = settings_of(data_dir=data)
    masker = Masker(settings, open_ledger(settings), Recordings(settings))
    span = Span(start_s=start_s, end_s=end_s, channel=CHANNELS[channel])
    by = f"{getpass.getuser()}@command"
    recording = masker.mask(Wish(call_id=call_id, spans=(span,), why=why.strip(), by=by, destroy=destroy))
    if as_json:
        print_json({"call_id": call_id, "path": recording.path, "sha256": recording.sha256})
    else:
        say(f"{call_id} is masked from {start_s:g} to {end_s:g} s; the recording is now {recording.path}")


def verify(
    head: Annotated[
        str | None, typer.Option("--head", help="NUMBER:LINK that an earlier check printed, kept elsewhere.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Find rows of the audit log, and legal holds, that were changed, removed or put in: then status 1."""
    with open_ledger(settings_of(data_dir=data)).reading() as session:
        found = [*log.problems(session), *holds.problems(session)]
        number, link = log.head(session)
        if head is not None:
            found += log.differs(session, head)
    if as_json:
        print_json({"clean": not found, "rows": number, "head": f"{number}:{link}", "problems": found})
    else:
        state = f"problems: {len(found)}" if found else "clean"
        say("\n".join([*found, f"{state}; head {number}:{link}"]))
    if found:
        raise typer.Exit(1)


def show(
    call: Annotated[str | None, typer.Option("--call", help="Only this call.")] = None,
    user: Annotated[str | None, typer.Option("--user", help="Only what this user did.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print the audit log, oldest first."""
    with open_ledger(settings_of(data_dir=data)).reading() as session:
        documents = map(_document, log.find(session, call_id=call, user=user))
        if as_json:
            print_json_list(documents)
            return
        for told in documents:
            details = " ".join(f"{name}={value}" for name, value in told["details"].items())
            say(
                f"{told['at']}  {told['user']}  {told['action']}  {told['call_id'] or ''}  {details}".rstrip()
            )


def _document(row: AuditRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": row.at.isoformat(timespec="seconds"),
        "user": row.user,
        "action": row.action,
        "call_id": row.call_id,
        "details": json.loads(row.details),
    }
