"""Puts together what is exported of a call."""

from __future__ import annotations

from sqlalchemy.orm import Session

from console.transcripts import repository
from console.transcripts.formats import Export
from ledger.errors import NotFound


def export_of(session: Session, call_id: str, *, unmasked: bool) -> Export:
    """The newest transcript of a call; its secrets are hidden unless it is `unmasked`. Raises NotFound."""
    call = repository.get_call(session, call_id)
    newest = repository.newest_transcript(session, call_id)
    if newest is None:
        raise NotFound(f"call {call_id} has no transcript; `hotline show {call_id}` tells its state")
    recording = repository.get_recording(session, call_id)
    transcript = newest[1]
    veil = repository.veil_of(session, call_id)
    return Export(
        call=call,
        transcript=transcript if unmasked else veil.over_transcript(transcript),
        secrets=veil.secrets,
        duration_s=recording.duration_s,
        is_unmasked=unmasked,
    )
