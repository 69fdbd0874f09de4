"""Every INVITE accounted for: a sealed recording whose hash is right, or a reason from the closed set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger import calls, judgements
from ledger.database import Ledger
from ledger.records import Call
from ledger.states import CallState, Origin
from recorder.opening import Recordings

RUNNING = {CallState.RECEIVED, CallState.ANSWERED}
SEALED = {CallState.RECORDED, CallState.TRANSCRIBED, CallState.SCORED}


@dataclass(frozen=True, kw_only=True)
class Account:
    """The sum of a day's INVITEs. Ids are given for what needs a look."""

    invites: int
    recorded: int
    explained: int
    running: int  # talking now, or waiting to be sealed
    unexplained: tuple[str, ...]
    broken_seals: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is missing and no seal is broken."""
        return not (self.unexplained or self.broken_seals)

    @property
    def document(self) -> dict[str, Any]:
        """The contract's shape, with the ids beside the counts."""
        return {
            "invites": self.invites,
            "recorded": self.recorded,
            "explained": self.explained,
            "running": self.running,
            "unexplained": len(self.unexplained),
            "broken_seals": len(self.broken_seals),
            "unexplained_calls": list(self.unexplained),
            "broken_seal_calls": list(self.broken_seals),
        }


def reconcile_calls(ledger: Ledger, recordings: Recordings) -> Account:
    """Compare the ledger's SIP calls with what is in the spool and in the archive."""
    with ledger.reading() as session:
        invites = [call for call in calls.list_calls(session) if call.origin is Origin.SIP]
        sealed = {
            call.id: judgements.get_recording(session, call.id) for call in invites if call.state in SEALED
        }
    broken = tuple(id_ for id_, recording in sealed.items() if not recordings.seal_holds(recording))
    explained = [call for call in invites if _is_explained(call)]
    running = [call for call in invites if call.state in RUNNING or call.state is CallState.ENDED]
    known = {*sealed, *(call.id for call in explained), *(call.id for call in running)}
    return Account(
        invites=len(invites),
        recorded=len(sealed) - len(broken),
        explained=len(explained),
        running=len(running),
        unexplained=tuple(call.id for call in invites if call.id not in known),
        broken_seals=broken,
    )


def _is_explained(call: Call) -> bool:
    return call.state is CallState.UNRECORDED and call.ending is not None
