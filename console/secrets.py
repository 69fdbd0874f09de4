"""What callers told that not everybody may see and hear: hidden from all until somebody with the right asks.

`?unmasked=true` asks for it, on a call's page, in the API, of the audio and of every download. Whoever sees
or hears it stands in the audit log before.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from console.context import Console
from console.rendering import Visitor
from console.rights import Right, require
from console.signin.visitors import AnyoneSignedIn, user_of
from ledger.audit import Act, write_once
from ledger.audit_actions import AuditAction
from ledger.masks import Span
from ledger.redaction.hiding import silent_spans
from ledger.secrets_told import secrets_of

MARGIN_S = 0.2  # of silence around a secret: recognisers are that much off about a word's edges


async def _unmasked(visitor: AnyoneSignedIn, *, unmasked: bool = False) -> bool:
    """Whether the visitor asks for it. Raises NotAllowed where the visitor may not."""
    if unmasked:
        require(visitor, Right.SECRETS)
    return unmasked


Unmasked = Annotated[bool, Depends(_unmasked)]


def spans_to_silence(console: Console, call_id: str) -> tuple[Span, ...]:
    """When nothing is to be heard of a call, in both channels: a voice is heard on the other's line too."""
    with console.ledger.reading() as session:
        secrets = secrets_of(session, call_id)
    return tuple(Span(start_s=start_s, end_s=end_s) for start_s, end_s in silent_spans(secrets, MARGIN_S))


def note_secrets(console: Console, visitor: Visitor, call_id: str, where: str, *, unmasked: bool) -> None:
    """Tell the audit log, where there is anything to be seen or heard."""
    if unmasked and spans_to_silence(console, call_id):
        act = Act(
            user=user_of(visitor), action=AuditAction.SAW_SECRETS, call_id=call_id, details={"where": where}
        )
        write_once(console.ledger, act)
