"""Masking: a span of a sealed recording becomes silent, in sound and in text, and is sealed again.

The masked version lies beside the recording, which then is kept as the original or has to go. Whatever dies
in between leaves the recording as it was: the new file is named among those that have to go until the
transaction that puts it in force.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from ledger import archived, calls, chain, holds, judgements
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.chain import Scope
from ledger.conflicts import CallHeld, StillWorkedOn
from ledger.database import Ledger
from ledger.entered import mask_facts
from ledger.errors import Conflict, SettingsError
from ledger.masks import Span, mask_call
from ledger.records import Recording, User
from ledger.settings import Settings
from ledger.states import CallState, ChainKind
from ledger.strays import call_columns, recording_columns
from ledger.turns import Turn, take_turns
from recorder.archivist import Archivist
from recorder.chain import append, enter_recording
from recorder.facts import facts_of, time_text
from recorder.keys import load_keys
from recorder.opening import Recordings
from recorder.sealing import Form, seal_at
from recorder.silencing import format_of, silenced
from recorder.versions import next_path

AT_REST = (
    CallState.SCORED,
    CallState.NO_MODEL,
    CallState.QUARANTINED,
)  # nobody is hearing the unmasked recording
LONGEST_WHY = 500  # characters
LONGEST_SEALING = timedelta(hours=1)  # of a masked version; one that never came in force is removed after it

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants masked."""

    call_id: str
    spans: tuple[Span, ...]
    why: str
    by: User | str  # a name: the machine's user, by a command
    destroy: bool = False  # neither the original nor an earlier masked version is kept


class Masker:
    """Masks recordings of one installation."""

    def __init__(self, settings: Settings, ledger: Ledger, recordings: Recordings) -> None:
        self._settings, self._ledger, self._recordings = settings, ledger, recordings
        self._archivist = Archivist(settings, ledger)

    def mask(self, wish: Wish) -> Recording:
        """The new recording, sealed and in force.

        Raises NotFound, SettingsError for a span that is not in the recording, Conflict while the call is
        being worked on or its original is to be destroyed under a hold, and what loading a recording raises.
        """
        with self._ledger.reading() as session:
            before = judgements.get_recording(session, wish.call_id)
            _check_call(session, wish)
        _check(wish, before)
        sound = silenced(self._recordings, before, wish.spans)
        form = self._form(before)
        path = self._reserve(before, form)
        try:
            masked = seal_at(path, wish.call_id, sound, self._settings.spool_dir, form)
            with self._ledger.transaction() as session:
                _put_in_force(session, wish, before, masked)
        except BaseException:
            with self._ledger.transaction() as session:
                archived.discard(session, wish.call_id, path)
            raise
        log.info("recording_masked", call_id=wish.call_id, spans=len(wish.spans), destroyed=wish.destroy)
        self._archivist.put_near(masked)
        self._archivist.discard()
        return masked

    def _reserve(self, before: Recording, form: Form) -> str:
        """A path for the new version, which has to go unless it comes in force soon."""
        with self._ledger.transaction() as session:
            take_turns(session, Turn.CHAIN)
            path = next_path(session, before.path, form.suffix)
            archived.discard(session, before.call_id, path, LONGEST_SEALING)
        return path

    def _form(self, before: Recording) -> Form:
        """As it was, whatever is wished for new ones; encrypted where a key is given."""
        return Form(format=format_of(before), key=load_keys(self._settings).newest)


def masks_of(session: Session, call_id: str) -> list[dict[str, Any]]:
    """What the chain tells of a call's masks, oldest first: spans, by, why, original, facts, at."""
    entries = chain.page(session, Scope(call_id=call_id), None, 1000)
    masked = [entry for entry in entries if entry.kind == ChainKind.MASKED]
    documents = chain.documents(session, [entry.place for entry in masked])
    told = [(entry, json.loads(documents[entry.place][1])) for entry in masked if entry.place in documents]
    masks: list[dict[str, Any]] = []
    for entry, facts in told:
        masked = facts.get("masked", {})
        masks += [{**mask, "at": datetime.fromisoformat(mask["at"])} for mask in masked.get("earlier", ())]
        masks += [{**masked, "at": entry.at}] if masked else []
    return masks


def _check(wish: Wish, recording: Recording) -> None:
    if not wish.why.strip() or len(wish.why) > LONGEST_WHY:
        raise SettingsError(f"say why it is masked, in at most {LONGEST_WHY} characters")
    for span in wish.spans:
        if not 0 <= span.start_s < span.end_s <= recording.duration_s + 0.001:
            raise SettingsError(
                f"the span {span.start_s:g} to {span.end_s:g} s is not in the recording; "
                f"it begins at 0 and ends at {recording.duration_s:g} s"
            )
        if span.channel is not None and recording.channels != 2:  # a stereo file
            raise SettingsError("this recording has both voices in one channel; mask the whole span")


def _check_call(session: Session, wish: Wish) -> None:
    if (state := calls.get_call(session, wish.call_id).state) not in AT_REST:
        raise StillWorkedOn(
            f"call {wish.call_id} is still being worked on ({state}); try again once it is scored"
        )
    if wish.destroy and holds.is_held(session, wish.call_id):
        raise CallHeld(f"call {wish.call_id} is held: mask it without destroying the original, or release it")


def _put_in_force(session: Session, wish: Wish, before: Recording, masked: Recording) -> None:
    """Rows, chain, texts and audit log in one transaction."""
    calls.lock_call(session, wish.call_id)  # nobody holds it meanwhile
    _check_call(session, wish)
    if judgements.get_recording(session, wish.call_id).sha256 != before.sha256:
        raise Conflict(f"call {wish.call_id} was masked by somebody else meanwhile; load it again")
    if chain.newest_entry(session, wish.call_id) is None:  # older than the chain; loading has checked it
        enter_recording(session, before, ChainKind.ADOPTED)
    archived.forget_discarded(session, masked.path)
    told = _settle_original(session, wish, before)
    judgements.save_recording(session, masked)
    said = mask_call(session, wish.call_id, wish.spans)
    keys = mask_facts(session, wish.call_id, wish.spans, said, destroy=wish.destroy)
    earlier = _forget_earlier_facts(session, wish.call_id) if wish.destroy and keys else {}
    session.flush()
    facts = facts_of(
        call_columns(session, [wish.call_id])[wish.call_id],
        recording_columns(session, [wish.call_id])[wish.call_id],
    )
    facts["masked"] = {**_document(wish), "original": told, "facts": keys, **earlier}
    append(session, ChainKind.MASKED, wish.call_id, masked.sha256, facts)
    details = {"spans": _spans_text(wish), "why": wish.why, "original": told["state"]}
    write(session, Act(user=wish.by, action=AuditAction.MASKED, call_id=wish.call_id, details=details))


def _settle_original(session: Session, wish: Wish, before: Recording) -> dict[str, str]:
    """Keep the oldest version, or none; what lies between goes. Returns what the chain says of it."""
    original = archived.find_original(session, wish.call_id)
    if wish.destroy:
        archived.forget_original(session, wish.call_id)
        for gone in filter(None, (original, before)):
            archived.discard(session, wish.call_id, gone.path)
        return {"state": "destroyed"}
    if original is None:
        archived.keep_original(session, before)
        original = before
    else:
        archived.discard(session, wish.call_id, before.path)
    return {"state": "kept", "path": original.path, "sha256": original.sha256}


def _forget_earlier_facts(session: Session, call_id: str) -> dict[str, Any]:
    """What was sealed before tells the values that are destroyed; its masks are told by the new entry."""
    masks = [
        {**{key: value for key, value in mask.items() if key != "earlier"}, "at": time_text(mask["at"])}
        for mask in masks_of(session, call_id)
    ]
    chain.forget_facts(session, call_id)
    return {"earlier": masks}


def _document(wish: Wish) -> dict[str, Any]:
    return {
        "spans": [
            {"start_s": f"{span.start_s:.6f}", "end_s": f"{span.end_s:.6f}", "channel": span.channel}
            for span in wish.spans
        ],
        "by": wish.by.name if isinstance(wish.by, User) else wish.by,
        "why": wish.why,
    }


def _spans_text(wish: Wish) -> str:
    channels = {None: "", 0: " caller", 1: " operator"}
    return ", ".join(f"{span.start_s:g}-{span.end_s:g} s{channels[span.channel]}" for span in wish.spans)
