"""Puts together one's own blind reviews, the rounds and what a closed one gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from console.calls.service import open_call
from console.errors import RoundOpen
from console.rounds import repository
from console.rounds.schemas import Disputed, Outcome, Progress, RoundView, TaskView, Waiting
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.blind_reviews import BlindReview, Sheet
from ledger.blind_rounds import Round, Task
from ledger.clock import now
from ledger.errors import NotAllowed, NotFound
from ledger.records import User
from qa_scoring.agreement import Judgement, Report, report_on

log = structlog.get_logger(__name__)


def waiting_for(session: Session, user: User) -> list[Waiting]:
    """What somebody has to judge now, in order."""
    return _with_calls(session, _visible(session, user, repository.open_tasks(session, user.id)))


def _with_calls(session: Session, tasks: Sequence[Task]) -> list[Waiting]:
    return [
        Waiting(
            task=task,
            round=repository.get_round(session, task.round_id),
            call=replace(repository.get_call(session, task.call_id), score=None, flags=()),
        )
        for task in tasks
    ]


def changeable_of(session: Session, user: User) -> list[Waiting]:
    """What somebody has submitted and may still change."""
    tasks = _visible(session, user, repository.submitted_tasks(session, user.id))
    return _with_calls(session, [task for task in tasks if repository.own_sheet(session, task)])


def open_task(session: Session, user: User, task: Task, *, unmasked: bool) -> TaskView | None:
    """One's own task with the call as if nobody had judged it; None where there is nothing to submit."""
    is_done = task.submitted_at is not None and repository.is_final(session, task)
    if is_done or not repository.is_blind(session, user.id, task.call_id):
        return None
    return TaskView(
        task=task,
        round=repository.get_round(session, task.round_id),
        call=open_call(session, task.call_id, unmasked=unmasked, viewer=user),
        sheet=repository.own_sheet(session, task),
        is_final=repository.is_final(session, task),
    )


def own_task(session: Session, user: User, task_id: int) -> Task:
    """One's own task of a call that one may see. Raises NotFound."""
    task = repository.own_task(session, user.id, task_id)
    repository.require_visible(session, user, task.call_id)
    return task


def submit(session: Session, user: User, task_id: int, sheet: Sheet) -> None:
    """Keep a review. Raises NotFound, Conflict."""
    own_task(session, user, task_id)
    repository.submit(session, user, task_id, sheet)
    repository.finish_if_second(session, repository.own_task(session, user.id, task_id), user)
    log.info("blind_review_submitted", task=task_id, by=user.name)


def list_views(session: Session, viewer: User | None) -> list[RoundView]:
    """All rounds of calls that the viewer may see, the newest first; None is nobody: a command."""
    views = [_view(session, viewer, found) for found in repository.list_rounds(session)]
    return [view for view in views if view.calls or _sees_all(viewer)]


def open_view(session: Session, viewer: User | None, round_id: int) -> RoundView:
    """One round, as far as its calls may be seen. Raises NotFound."""
    view = _view(session, viewer, repository.get_round(session, round_id))
    if not view.calls and not _sees_all(viewer):
        raise NotFound(f"there is no round {round_id} of calls of yours; /rounds lists them")
    return view


def close(session: Session, round_id: int, *, by: User | str) -> None:
    """Take no more reviews, and show what they are; a name is a command's.

    Raises NotFound, NotAllowed, Conflict.
    """
    name, viewer = (by, None) if isinstance(by, str) else (by.name, by)
    view = open_view(session, viewer, round_id)
    if view.calls < len({task.call_id for task in repository.tasks_of_round(session, round_id)}):
        raise NotAllowed("the round has calls beyond your desks and teams; ask a quality lead to close it")
    repository.close_round(session, round_id, by=name)
    write(session, Act(user=by, action=AuditAction.ROUND_CLOSED, details={"round": str(round_id)}))
    log.info("round_closed", round=round_id, by=name)


def _sees_all(viewer: User | None) -> bool:
    return viewer is None or repository.is_unbounded(viewer)


def _visible(session: Session, viewer: User | None, tasks: Sequence[Task]) -> list[Task]:
    """Those tasks whose calls the viewer may see."""
    if viewer is None:
        return list(tasks)
    seen = repository.visible_among(session, viewer, {task.call_id for task in tasks})
    return [task for task in tasks if task.call_id in seen]


def outcome_of(session: Session, viewer: User, view: RoundView) -> Outcome:
    """What a closed round gave, without calls that the viewer is blind for. Raises RoundOpen before."""
    if not view.is_closed:
        raise RoundOpen(f"round {view.round.id} is not closed; close it first, then it shows what it gave")
    every = {
        task.call_id for task in _visible(session, viewer, repository.tasks_of_round(session, view.round.id))
    }
    shown = repository.shown_reviews(session, viewer_id=viewer.id, round_id=view.round.id)
    reviews = [review for review in shown if review.call_id in every]
    blind = {call_id for call_id in every if repository.is_blind(session, viewer.id, call_id)}
    return Outcome(
        report=report_of(reviews, view.round.seed),
        names={review.name: review.user for review in reviews},
        disputed=_disputed(_veiled(session, reviews)),
        left_out=len(blind),
    )


def agreement_of(
    session: Session, *, round_id: int | None, since: datetime | None, until: datetime | None, seed: int
) -> Report:
    """The report of one round, or of all reviews submitted in a time, as far as they may be shown."""
    reviews = repository.shown_reviews(session, viewer_id=None, round_id=round_id, since=since, until=until)
    return report_of(reviews, seed)


def report_of(reviews: Sequence[BlindReview], seed: int) -> Report:
    """The report of reviews; the seed is that of its intervals."""
    return report_on([_judgement(review) for review in reviews], seed)


def _judgement(review: BlindReview) -> Judgement:
    machine = review.machine
    return Judgement(
        unit=f"{review.round_id}/{review.call_id}",
        rater=review.name,
        verdicts=review.sheet.verdicts,
        marks=review.sheet.marks,
        score=review.sheet.score,
        occasion=review.occasion,
        is_reference=review.is_reference,
        machine=machine.verdicts if machine else None,
        machine_score=machine.score if machine else None,
    )


def _view(session: Session, viewer: User | None, found: Round) -> RoundView:
    tasks = _visible(session, viewer, repository.tasks_of_round(session, found.id))
    people: dict[int, list[Task]] = {}
    for task in tasks:
        people.setdefault(task.user_id, []).append(task)
    return RoundView(
        round=found,
        is_closed=found.is_closed(now()),
        is_open=found.is_open(now()),
        calls=len({task.call_id for task in tasks}),
        people=tuple(map(_progress, people.values())),
    )


def _progress(own: Sequence[Task]) -> Progress:
    return Progress(user=own[0].user, due=len(own), done=sum(task.submitted_at is not None for task in own))


def _veiled(session: Session, reviews: Sequence[BlindReview]) -> list[BlindReview]:
    """With nothing in comments that callers told in confidence."""
    veils = repository.veils_of(session, sorted({review.call_id for review in reviews}))
    return [
        replace(review, sheet=replace(review.sheet, comment=veil.over_text(review.sheet.comment)))
        if (veil := veils.get(review.call_id))
        else review
        for review in reviews
    ]


def _disputed(reviews: Sequence[BlindReview]) -> tuple[Disputed, ...]:
    """Calls on which first reviews differ, those with most rules first."""
    by_call: dict[str, list[BlindReview]] = {}
    for review in reviews:
        if review.occasion == 1:
            by_call.setdefault(review.call_id, []).append(review)
    found = [
        Disputed(
            call_id=call_id,
            reviews=tuple(sorted(told, key=lambda review: (review.is_reference, review.name))),
            rules=_differing(told),
        )
        for call_id, told in by_call.items()
    ]
    return tuple(sorted((one for one in found if one.rules), key=lambda one: (-len(one.rules), one.call_id)))


def _differing(told: Sequence[BlindReview]) -> tuple[str, ...]:
    rules = dict.fromkeys(rule for review in told for rule in review.sheet.verdicts)
    return tuple(rule for rule in rules if len({review.sheet.verdicts.get(rule) for review in told}) > 1)
