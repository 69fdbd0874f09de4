"""Puts one call together."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

import structlog
from sqlalchemy.orm import Session

from console.calls import repository
from console.calls.later import later_cards
from console.calls.people_said import Beside, heard_beside, said_in
from console.calls.pieces import show_turn
from console.calls.schemas import (
    CallView,
    Deed,
    Fact,
    Handling,
    MaskedSpan,
)
from console.calls.shown import judged_of, rank
from console.calls.silence_norm import silence_norm_s
from console.calls.talk import gaps_between, stretches
from console.rights import Right
from console.switchboard import Switchboard
from console.texts import checked
from ledger.audit_actions import AuditAction
from ledger.cases import get_case
from ledger.entered import masked_facts, shown_facts
from ledger.errors import NotFound
from ledger.packet_losses import read as read_losses
from ledger.records import Call, Recording, Review, Scorecard, Transcript, User
from ledger.states import FactKey

MOST_DEEDS = 50  # on a call's page; `hotline audit show` has all
LONGEST_REASON = 500  # characters, of a hold or its release

log = structlog.get_logger(__name__)

# What is done with a call by those who review it.
REVIEWING = frozenset(
    {
        *(AuditAction.REVIEWED, AuditAction.UNDONE, AuditAction.MARKED, AuditAction.CASE_MOVED),
        *(AuditAction.ADDED_FINDING, AuditAction.WITHDREW_FINDING, AuditAction.CORRECTED),
    }
)


def open_call(
    session: Session, call_id: str, version: int | None = None, *, unmasked: bool, viewer: User | None
) -> CallView:
    """One call whole, with its newest transcript or an older version and what was found in that.

    Its secrets are hidden unless it is `unmasked`. A viewer who judges it blind gets it as if nobody, man or
    machine, had said anything of it yet; None is a command of this machine. Raises NotFound.
    """
    call = repository.get_call(session, call_id)
    is_blind = viewer is not None and repository.is_blind(session, viewer.id, call_id)
    scorecard, reviews = (None, ()) if is_blind else _found(session, call_id, version)
    transcript_id, transcript = _transcript(session, call_id, version)
    veil = repository.veil_of(session, call_id, version)
    shown = veil.over_transcript(transcript) if transcript and not unmasked else transcript
    if not unmasked:
        scorecard = veil.over_scorecard(scorecard) if scorecard else None
        reviews = tuple(map(veil.over_review, reviews))
    findings = scorecard.findings if scorecard else ()
    later = () if is_blind else later_cards(session, call_id, version, None if unmasked else veil)
    heard_in = (*findings, *(finding for card in later for finding in card.part.card.findings))
    norm_s = silence_norm_s(scorecard)
    turns = transcript.turns if transcript else ()
    said = said_in(session, transcript_id, turns, veil, is_blind=is_blind, unmasked=unmasked)
    gaps = gaps_between(turns, norm_s)
    beside = Beside() if is_blind else heard_beside(session, call_id, veil, unmasked=unmasked)
    return CallView(
        call=_unjudged(call) if is_blind else call,
        recording=_recording(session, call_id),
        transcript=shown,
        scorecard=scorecard,
        said=tuple(
            replace(
                show_turn(one.turn, heard_in),
                number=number,
                correction=one.correction,
                machine=one.machine,
                gap=gap,
            )
            for number, (one, gap) in enumerate(zip(said, gaps, strict=True))
        ),
        judged=tuple(sorted((judged_of(finding, reviews) for finding in findings), key=rank)),
        entry=repository.newest_entry(session, call_id),
        holds=tuple(repository.holds_of(session, call_id)),
        has_secrets=bool(veil.words),
        is_unmasked=unmasked,
        versions=repository.transcript_versions(session, call_id),
        version=version,
        is_blind=is_blind,
        transcript_id=transcript_id,
        moments=stretches(turns, call.marks, call.facts, norm_s),
        added=beside.added,
        marks=beside.marks,
        later=later,
    )


def _found(
    session: Session, call_id: str, version: int | None
) -> tuple[Scorecard | None, tuple[Review, ...]]:
    """What the machine found of a call, and all that people ever said of that."""
    return (
        repository.newest_scorecard(session, call_id, version),
        tuple(repository.all_reviews(session, call_id)),
    )


def _unjudged(call: Call) -> Call:
    """The call as it was before anybody judged it."""
    return replace(call, score=None, flags=())


def wrap_ups_of(session: Session, switchboard: Switchboard, call_id: str) -> tuple[tuple[str, str], ...]:
    """Each conversation's operator and the reason (小结) that was chosen, in the desk's words."""
    told = []
    for talk in repository.list_conversations(session, call_id):
        desk = switchboard.desk(talk.desk)
        if talk.wrap_up:
            told.append(
                (talk.operator, desk.reasons.get(talk.wrap_up, talk.wrap_up) if desk else talk.wrap_up)
            )
    return tuple(told)


def ask_first(session: Session, call_id: str) -> None:
    """Somebody looks at a call: what is still to be done with it goes before all else."""
    repository.want(session, call_id)


def hold(session: Session, user: User, call_id: str, why: str) -> None:
    """Keep a call whatever the plan says. Raises BadInput, NotFound, Conflict."""
    repository.set_hold(session, call_id, by=user, why=_reason(why))
    log.info("call_held", call_id=call_id, by=user.name)


def release(session: Session, user: User, call_id: str, why: str) -> None:
    """End a hold. Raises BadInput, NotFound, Conflict."""
    repository.release(session, call_id, by=user, why=_reason(why))
    log.info("call_released", call_id=call_id, by=user.name)


def _reason(why: str) -> str:
    return checked("why", why, LONGEST_REASON, is_needed=True)


def facts_for(call: Call, rights: Set[Right]) -> dict[str, Fact]:
    """The facts that somebody with these rights may read."""
    masked = masked_facts(call.facts)
    shown = shown_facts(call.facts, unmasked=Right.ORIGINALS in rights)
    return {key: Fact(value=_told(key, value), is_masked=key in masked) for key, value in shown.items()}


def _told(key: str, value: str) -> str:
    """A fact for people: of lost packets how many, and between which seconds."""
    losses = read_losses(value) if key in {FactKey.CALLER_LOST, FactKey.OPERATOR_LOST} else ()
    if not losses:
        return value
    return f"{sum(loss.lost for loss in losses)} ({losses[0].start_s:.0f}–{losses[-1].end_s:.0f} s)"


def handling_of(session: Session, call_id: str, *, is_blind: bool) -> Handling:
    """Who did what with the call, and what is masked; whoever is blind for it does not learn who reviewed."""
    masks = repository.masks_of(session, call_id)
    reviewer_id = get_case(session, call_id).reviewer_id
    return Handling(
        acts=tuple(
            Deed(at=row.at, user=row.user, action=AuditAction(row.action))
            for row in repository.newest_of_call(session, call_id, MOST_DEEDS)
            if not is_blind or not (row.action in REVIEWING or row.user_id == reviewer_id)
        ),
        masks=tuple(
            MaskedSpan(
                start_s=float(span["start_s"]),
                end_s=float(span["end_s"]),
                by=mask["by"],
                why=mask["why"],
                at=mask["at"],
            )
            for mask in masks
            for span in mask["spans"]
        ),
        has_original=repository.find_original(session, call_id) is not None,
    )


def _transcript(session: Session, call_id: str, version: int | None) -> tuple[int | None, Transcript | None]:
    if version is not None:
        return version, repository.get_transcript(session, call_id, version)
    return repository.newest_transcript(session, call_id) or (None, None)


def _recording(session: Session, call_id: str) -> Recording | None:
    try:
        return repository.get_recording(session, call_id)
    except NotFound:
        return None  # the page says why: state, ending and error are there
