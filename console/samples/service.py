"""Puts a draw's page together, and keeps what people found in its calls."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy.orm import Session

from console.errors import BadInput, FindingsOpen, StillBlind
from console.samples import repository
from console.samples.schemas import DrawView, HeardFinding, Missed, Row, Wish
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.errors import NotFound
from ledger.records import User
from ledger.sample_verdicts import Breach, MachineVerdict
from ledger.samples import Outcome, Progress, Sampled, SampleDraw
from qa_scoring.sampling.drawing import DrawPart
from qa_scoring.sampling.plan import SamplePlan
from qa_scoring.sampling.reporting import report_on, strata_of

PAGE_LENGTH = 50  # calls

log = structlog.get_logger(__name__)


def list_draws(session: Session, user: User) -> list[Progress]:
    """All draws with calls that the user may see, the newest first."""
    draws = repository.list_draws(session, viewer=user)
    return [one for one in draws if one.sampled or repository.is_unbounded(user)]


def open_draw(session: Session, user: User, draw_id: int, wish: Wish) -> DrawView:
    """One part of a draw, as far as its calls may be seen. Raises NotFound.

    What a draw says of all calls is told to those alone who may see all.
    """
    draw = repository.get_draw(session, draw_id)
    sees_all = repository.is_unbounded(user)
    sampled = repository.sampled_calls(session, draw_id, viewer=user)
    if not sampled and not sees_all:
        raise NotFound(f"draw {draw_id} has no call of yours; /samples lists the draws that have")
    verdicts = repository.verdicts_of_draw(session, draw_id)
    blind = repository.ids_of_blind_calls(session, user.id)
    mine = [one for one in sampled if one.part == wish.part and one.call_id not in blind]
    rows = _rows(mine, verdicts, user)
    first = (wish.page - 1) * PAGE_LENGTH
    strata = strata_of(draw)
    return DrawView(
        draw=draw,
        wish=wish,
        parts=tuple(part for part in DrawPart if any(one.part is part for one in strata)),
        strata=tuple(one for one in strata if one.part is wish.part),
        report=report_on(draw, sampled, verdicts, part=wish.part, basis=wish.basis) if sees_all else None,
        rows=tuple(rows[first : first + PAGE_LENGTH]),
        pages=max(1, -(-len(rows) // PAGE_LENGTH)),
        drawn=len(mine),
        checked=sum(one.check is not None for one in mine),
        mine=sum(row.is_mine and row.sampled.check is None for row in rows),
    )


def check(session: Session, user: User, draw_id: int, sampled_id: int, finding: HeardFinding) -> DrawPart:
    """Keep what somebody found; the part that the call is in.

    Raises NotFound, StillBlind, FindingsOpen, BadInput.
    """
    sampled = repository.get_sampled(session, draw_id, sampled_id)
    repository.require_visible(session, user, sampled.call_id)
    if sampled.call_id in repository.ids_of_blind_calls(session, user.id):
        raise StillBlind(f"you judge call {sampled.call_id} blind; /rounds lists your open reviews")
    verdict = repository.verdict_of_call(session, sampled.call_id)
    if verdict and verdict.undecided and finding.missed is not Missed.CANNOT_TELL:
        raise FindingsOpen(
            f"{verdict.undecided} findings of call {sampled.call_id} wait for a decision; decide on its page"
        )
    if finding.missed in {Missed.BREACH, Missed.WRONG} and finding.score is None:
        raise BadInput("score: what the machine missed has taken no points off; fill in the call's score")
    outcome = _outcome(repository.get_draw(session, draw_id), verdict, finding.missed)
    score = finding.score if finding.score is not None else verdict.reviewed_score if verdict else None
    if outcome is Outcome.CANNOT_TELL:
        score = None
    repository.save_check(session, sampled_id, user.id, outcome, score)
    details = {"draw": str(draw_id), "outcome": str(outcome)}
    write(session, Act(user=user, action=AuditAction.REVIEWED, call_id=sampled.call_id, details=details))
    log.info("sample_checked", draw=draw_id, outcome=outcome)
    return DrawPart(sampled.part)


def _outcome(draw: SampleDraw, verdict: MachineVerdict | None, missed: Missed) -> Outcome:
    """What stands of the machine's findings, and what it did not find."""
    if missed is Missed.CANNOT_TELL:
        return Outcome.CANNOT_TELL
    errors = SamplePlan.model_validate(draw.plan).errors
    standing: Sequence[Breach] = verdict.standing if verdict else ()
    if missed is Missed.WRONG or any(breach.rule in errors for breach in standing):
        return Outcome.WRONG
    return Outcome.BREACH if standing or missed is Missed.BREACH else Outcome.IN_ORDER


def _rows(mine: Sequence[Sampled], verdicts: dict[str, MachineVerdict], user: User) -> list[Row]:
    """What the visitor has to hear first, what is done last."""
    rows = [
        Row(sampled=one, verdict=verdicts.get(one.call_id), is_mine=one.listener_id == user.id)
        for one in mine
    ]
    return sorted(rows, key=lambda row: (row.sampled.check is not None, not row.is_mine, row.sampled.call_id))
