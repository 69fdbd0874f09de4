"""Keeps findings that people add: the words are the transcript's, the points the rule's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import structlog
from sqlalchemy.orm import Session

from console.added import repository
from console.added.norms import find_norm, norms_of
from console.added.schemas import Heard
from console.errors import BadInput
from console.reviews.service import open_for_review
from ledger.added_findings import OTHER, Missed
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.records import User
from ledger.timed_text import timed_text

DRAFTS: Final = ("added-rule", "added-why")
OTHERS: Final = frozenset({OTHER, "其他", "Other"})  # as the pages offer it
EDGE_S: Final = 0.011  # that a span may be off a word's edge: pages tell hundredths of a second

log = structlog.get_logger(__name__)


def add(session: Session, user: User, call_id: str, heard: Heard, english: Mapping[str, str]) -> int:
    """Add a breach that the machine missed; its id. `english` translates the names of rules.

    Raises BadInput where there is no such rule or span, and what `open_for_review` raises.
    """
    open_for_review(session, user, call_id)
    recording = repository.get_recording(session, call_id)
    if heard.end_s > recording.duration_s + EDGE_S:
        raise BadInput(f"end_s: the recording ends at {recording.duration_s:g} s, got {heard.end_s:g}")
    missed = _missed(session, call_id, heard, english)
    added_id = repository.add(session, call_id, user, missed)
    repository.forget_draft(session, user.id, call_id, DRAFTS)
    details = {"added": str(added_id), "rule": missed.rule, "points": f"{missed.points:g}"}
    write(session, Act(user=user, action=AuditAction.ADDED_FINDING, call_id=call_id, details=details))
    log.info("finding_added", call_id=call_id, rule=missed.rule)
    return added_id


def withdraw(session: Session, user: User, call_id: str, added_id: int) -> None:
    """Its author takes it back. Raises NotFound, NotAllowed, Conflict and what `open_for_review` raises."""
    open_for_review(session, user, call_id)
    repository.withdraw(session, call_id, user, added_id)
    details = {"added": str(added_id)}
    write(session, Act(user=user, action=AuditAction.WITHDREW_FINDING, call_id=call_id, details=details))
    log.info("added_finding_withdrawn", call_id=call_id, added=added_id)


def _missed(session: Session, call_id: str, heard: Heard, english: Mapping[str, str]) -> Missed:
    other = Missed(
        rule=OTHER,
        start_s=heard.start_s,
        end_s=heard.end_s,
        text=_words(session, call_id, heard),
        why=heard.why.strip(),
        points=0.0,
        most_points=0.0,
        dimension="",
    )
    if heard.rule.strip() in OTHERS:
        return other
    card = repository.newest_scorecard(session, call_id)
    norm = find_norm(norms_of(repository.get_call(session, call_id), card), heard.rule, english)
    if norm is None:
        raise BadInput(f"rule: the call's norms have none called {heard.rule[:40]!r}; choose one of the list")
    return replace(
        other,
        rule=norm.id,
        points=norm.points,
        most_points=norm.most_points,
        dimension=norm.dimension,
        is_fatal=norm.is_fatal,
    )


def _words(session: Session, call_id: str, heard: Heard) -> str:
    """The words in the span, of the turns that were marked, as people have corrected them."""
    newest = repository.newest_transcript(session, call_id)
    if newest is None or heard.first_turn is None:
        return ""
    transcript_id, transcript = newest
    turns = repository.over_turns(transcript.turns, repository.corrections_of(session, transcript_id))
    last = heard.last_turn if heard.last_turn is not None else heard.first_turn
    marked = turns[heard.first_turn : last + 1]
    return "".join(
        text
        for turn in marked
        for text, start_s, end_s in timed_text(turn)
        if start_s >= heard.start_s - EDGE_S and end_s <= heard.end_s + EDGE_S
    )
