"""Entering recordings that are older than the chain: from then on they cannot be changed unseen either."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger import judgements, strays
from ledger.chain import Scope
from ledger.database import Ledger
from ledger.states import ChainKind
from recorder.chain import enter_recording
from recorder.shelf import Shelf


@dataclass(kw_only=True)
class Adoption:
    """Calls whose recordings were entered; a sentence for each that was not."""

    adopted: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def adopt_recordings(ledger: Ledger, shelf: Shelf) -> Adoption:
    """Enter all that have no entry and still match the hash in their row."""
    with ledger.reading() as session:
        outside = strays.recordings_outside(session, Scope())
    adoption = Adoption()
    for call_id in outside:
        with ledger.transaction() as session:
            refusal = _adopt(session, shelf, call_id)
        if refusal:
            adoption.refused.append(refusal)
        else:
            adoption.adopted.append(call_id)
    return adoption


def _adopt(session: Session, shelf: Shelf, call_id: str) -> str | None:
    recording = judgements.get_recording(session, call_id)
    try:
        sha256 = shelf.hash(recording.path)
    except OSError as error:
        return f"the recording {recording.path} of call {call_id} cannot be read: {error.strerror or error}"
    if sha256 != recording.sha256:
        return f"the recording {recording.path} of call {call_id} is not the one that was sealed"
    enter_recording(session, recording, ChainKind.ADOPTED)
    return None
