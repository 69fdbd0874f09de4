"""Puts together the list and one call."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from datetime import tzinfo

import structlog
from sqlalchemy.orm import Session

from console.calls import repository
from console.calls.documents import answered_s
from console.calls.filters import write_cursor
from console.calls.pieces import show_turn
from console.calls.schemas import (
    CallView,
    Cursor,
    Deed,
    Fact,
    Filters,
    Handling,
    Judged,
    Line,
    Listing,
    MaskedSpan,
    Moment,
)
from console.errors import BadInput
from console.rights import Right
from ledger.entered import masked_facts, shown_facts
from ledger.errors import NotFound
from ledger.packet_losses import read as read_losses
from ledger.records import Call, Finding, Recording, Review, Scorecard, Transcript, User
from ledger.redaction.hiding import Veil
from ledger.search import BY_SOUND, Wanted
from ledger.states import AuditAction, FactKey, Verdict

PAGE_LENGTH = 25  # calls
MOST_DEEDS = 50  # on a call's page; `hotline audit show` has all
LONGEST_REASON = 500  # characters, of a hold or its release

log = structlog.get_logger(__name__)

# What a monitor has to decide on comes first, what needs no look last.
ORDER = (Verdict.FAIL, Verdict.CANNOT_TELL, Verdict.PASS, Verdict.NOT_APPLICABLE)


def list_calls(
    session: Session, filters: Filters, zone: tzinfo, after: Cursor | None, *, viewer: User
) -> Listing:
    """One page of the list, with all secrets hidden and without calls that the viewer judges blind."""
    found = repository.find_calls(session, filters, zone, viewer, after=after, limit=PAGE_LENGTH + 1)
    page = found[:PAGE_LENGTH]
    ids = [call.id for call, _, _ in page]
    failed = repository.failed_findings(session, ids)
    veils = repository.veils_of(session, ids)
    total, flagged = repository.count_calls(session, filters, zone, viewer)
    lines = [
        _line(call, duration_s, failed.get(call.id, []), veils.get(call.id)) for call, duration_s, _ in page
    ]
    if filters.text:
        wanted = Wanted.of(filters.text)
        lines = [
            _with_moment(session, line, wanted, fit) for line, (_, _, fit) in zip(lines, page, strict=True)
        ]
    return Listing(
        lines=tuple(lines),
        total=total,
        flagged=flagged,
        blind=repository.count_blind(session, viewer.id),
        after=_cursor_of(page[-1][0], page[-1][2]) if len(found) > PAGE_LENGTH else None,
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
    scorecard, reviews = (None, {}) if is_blind else _found(session, call_id, version)
    transcript = _transcript(session, call_id, version)
    veil = repository.veil_of(session, call_id, version)
    if not unmasked:
        transcript = veil.over_transcript(transcript) if transcript else None
        scorecard = veil.over_scorecard(scorecard) if scorecard else None
        reviews = {number: veil.over_review(review) for number, review in reviews.items()}
    findings = scorecard.findings if scorecard else ()
    judged = [Judged(finding=finding, review=reviews.get(finding.id or 0)) for finding in findings]
    return CallView(
        call=_unjudged(call) if is_blind else call,
        recording=_recording(session, call_id),
        transcript=transcript,
        scorecard=scorecard,
        said=tuple(show_turn(turn, findings) for turn in (transcript.turns if transcript else ())),
        judged=tuple(sorted(judged, key=_rank)),
        entry=repository.newest_entry(session, call_id),
        holds=tuple(repository.holds_of(session, call_id)),
        has_secrets=bool(veil.words),
        is_unmasked=unmasked,
        versions=repository.transcript_versions(session, call_id),
        version=version,
        is_blind=is_blind,
    )


def _found(session: Session, call_id: str, version: int | None) -> tuple[Scorecard | None, dict[int, Review]]:
    """What the machine found of a call, and what people say of that."""
    return (
        repository.newest_scorecard(session, call_id, version),
        repository.newest_reviews(session, call_id),
    )


def _unjudged(call: Call) -> Call:
    """The call as it was before anybody judged it."""
    return replace(call, score=None, flags=())


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
    if not why.strip() or len(why) > LONGEST_REASON:
        raise BadInput(f"a hold and its release need a reason of 1 to {LONGEST_REASON} characters")
    return why.strip()


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
    """Who did what with the call, and what is masked; whoever is blind for it does not learn of reviews."""
    masks = repository.masks_of(session, call_id)
    return Handling(
        acts=tuple(
            Deed(at=row.at, user=row.user, action=AuditAction(row.action))
            for row in repository.newest_of_call(session, call_id, MOST_DEEDS)
            if not (is_blind and row.action == AuditAction.REVIEWED)
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


def _rank(judged: Judged) -> tuple[int, float]:
    return ORDER.index(judged.finding.verdict), -judged.finding.points


def _transcript(session: Session, call_id: str, version: int | None) -> Transcript | None:
    if version is not None:
        return repository.get_transcript(session, call_id, version)
    newest = repository.newest_transcript(session, call_id)
    return newest[1] if newest else None


def _recording(session: Session, call_id: str) -> Recording | None:
    try:
        return repository.get_recording(session, call_id)
    except NotFound:
        return None  # the page says why: state, ending and error are there


def _line(
    call: Call, duration_s: float | None, failed: list[tuple[Finding, bool]], veil: Veil | None
) -> Line:
    with_words = [finding for finding, _ in failed if finding.evidence and finding.evidence.text]
    worst = next(iter(with_words or [finding for finding, _ in failed]), None)
    return Line(
        call=call,
        duration_s=duration_s if duration_s is not None else answered_s(call),
        worst=veil.over_finding(worst) if veil and worst else worst,
        undecided=sum(not is_decided for _, is_decided in failed),
        held=frozenset(finding.rule for finding, _ in failed if finding.held),
    )


def _with_moment(session: Session, line: Line, wanted: Wanted, fit: int) -> Line:
    """With the first turn that has the text."""
    said = repository.turns_saying(session, line.call.id, wanted, fit)
    if not said:
        return line
    turn = said[0]
    moment = Moment(role=turn.role, start_s=turn.start_s, text=turn.text, by_sound=fit == BY_SOUND)
    return replace(line, said=moment)


def _cursor_of(call: Call, fit: int) -> str:
    return write_cursor(
        Cursor(fit=fit, flag_count=len(call.flags), received_at=call.received_at, call_id=call.id)
    )
