"""Calls as JSON documents: of the API, of `hotline calls --json` and `hotline show --json`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from pydantic import BaseModel
from sqlalchemy.orm import Session

from console.calls import repository
from console.calls.finding_documents import (
    FindingDocument,
    LaterPartDocument,
    finding_document,
    later_part_document,
)
from console.calls.schemas import CallView
from console.listing.schemas import Listing
from ledger.judgements import TranscriptVersion
from ledger.records import Call, Scorecard
from ledger.scores import losses
from ledger.states import CallState, Role


class TurnDocument(BaseModel):
    """One turn, in seconds from the answer."""

    role: Role
    start_s: float
    end_s: float
    text: str


class CallLineDocument(BaseModel):
    """A call in the API's list."""

    id: str
    hotline: str
    desk: str | None
    caller: str | None
    operator: str | None
    received_at: datetime
    duration_s: float | None
    state: CallState
    score: float | None
    flags: list[str]


class ListDocument(BaseModel):
    """The API's list: `after` and `before` are the parameters that ask for the pages beside it."""

    calls: list[CallLineDocument]
    total: int  # at least so many, where it is not exact
    total_is_exact: bool
    flagged: int | None  # at most 1000 are counted; None: not counted, since a text is looked for
    before: str | None
    after: str | None


class LossDocument(BaseModel):
    """What one dimension takes off the score."""

    dimension: str
    points: float  # of its findings together
    limit: float | None  # the most that it may take off; None: all
    taken: float


class ProofDocument(BaseModel):
    """What was made of which bytes by which versions; None where a stage has not come yet."""

    recording_sha256: str | None
    recording_path: str | None
    rescued: bool
    chain_day: date | None  # of the newest entry of the call
    chain_number: int | None
    chain_kind: str | None
    link_sha256: str | None
    transcript_of_sha256: str | None  # the recording that was heard
    model: str | None
    model_sha256: str | None
    pack: str | None
    pack_version: str | None


class CallHeadDocument(CallLineDocument):
    """One call without what was said and found, as `hotline calls --json` prints it."""

    call_id: str
    error: str | None


class VersionDocument(BaseModel):
    """One of a call's transcripts, and what made it."""

    id: int
    model: str
    model_sha256: str
    recording_sha256: str
    settings: dict[str, str]
    created_at: datetime
    judged: bool  # findings rest on it


class CallDocument(CallHeadDocument):
    """One call whole, as `hotline show --json` prints it."""

    transcript: list[TurnDocument]
    findings: list[FindingDocument]
    losses: list[LossDocument]  # how the score comes about
    later_parts: list[LaterPartDocument]  # with other operators than the call's; in no score of the call
    proof: ProofDocument
    transcripts: list[VersionDocument]  # all versions, the newest first


def list_document(listing: Listing) -> list[CallLineDocument]:
    """The list's rows for the API."""
    return [CallLineDocument(**_head(line.call, line.call.length_s)) for line in listing.lines]


def head_documents(
    session: Session,
    *,
    flagged: bool,
    state: CallState | None = None,
    canaries: bool = False,
    limit: int | None = None,
) -> Iterator[CallHeadDocument]:
    """The heads of calls, newest first, for `hotline calls --json`; None: of all calls."""
    for call, duration_s in repository.newest_calls(
        session, flagged=flagged, state=state, canaries=canaries, limit=limit
    ):
        yield CallHeadDocument(**_whole_head(call, duration_s))


def call_document(view: CallView) -> CallDocument:
    """One call for the API and for `hotline show --json`."""
    call, recording = view.call, view.recording
    turns = view.transcript.turns if view.transcript else ()
    findings = view.scorecard.findings if view.scorecard else ()
    return CallDocument(
        **_whole_head(call, recording.duration_s if recording else None),
        transcript=[
            TurnDocument(role=turn.role, start_s=turn.start_s, end_s=turn.end_s, text=turn.text)
            for turn in turns
        ],
        findings=[finding_document(finding) for finding in findings],
        losses=_loss_documents(view.scorecard),
        later_parts=[later_part_document(card.part) for card in view.later],
        proof=_proof(view),
        transcripts=[_version_document(version) for version in view.versions],
    )


def answered_s(call: Call) -> float | None:
    """From the answer to the end, where both are known."""
    if call.answered_at is None or call.ended_at is None:
        return None
    return (call.ended_at - call.answered_at).total_seconds()


def _version_document(version: TranscriptVersion) -> VersionDocument:
    return VersionDocument(
        id=version.id,
        model=version.model,
        model_sha256=version.model_sha256,
        recording_sha256=version.recording_sha256,
        settings=version.settings,
        created_at=version.created_at,
        judged=version.is_judged,
    )


def _proof(view: CallView) -> ProofDocument:
    recording, entry = view.recording, view.entry
    transcript, card = view.transcript, view.scorecard
    return ProofDocument(
        recording_sha256=recording.sha256 if recording else None,
        recording_path=recording.path if recording else None,
        rescued=recording is not None and recording.rescued,
        chain_day=entry.day if entry else None,
        chain_number=entry.number if entry else None,
        chain_kind=entry.kind if entry else None,
        link_sha256=entry.link_sha256 if entry else None,
        transcript_of_sha256=transcript.recording_sha256 if transcript else None,
        model=transcript.model if transcript else None,
        model_sha256=transcript.model_sha256 if transcript else None,
        pack=card.pack if card else None,
        pack_version=card.pack_version if card else None,
    )


def _head(call: Call, duration_s: float | None) -> dict[str, object]:
    return {
        "id": call.id,
        "hotline": call.hotline,
        "desk": call.desk,
        "caller": call.caller,
        "operator": call.operator,
        "received_at": call.received_at,
        "duration_s": duration_s,
        "state": call.state,
        "score": call.score,
        "flags": list(call.flags),
    }


def _whole_head(call: Call, duration_s: float | None) -> dict[str, object]:
    seconds = duration_s if duration_s is not None else answered_s(call)
    return {**_head(call, seconds), "call_id": call.id, "error": call.error}


def _loss_documents(card: Scorecard | None) -> list[LossDocument]:
    lost = losses(card.findings, card.limits) if card else ()
    return [
        LossDocument(dimension=loss.dimension, points=loss.points, limit=loss.limit, taken=loss.taken)
        for loss in lost
    ]
