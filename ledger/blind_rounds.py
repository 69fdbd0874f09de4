"""Repository of rounds of blind reviews: what they are, who judges which call in them, how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from ledger import calls, judgements
from ledger.blind_conditions import is_open, waits_for_somebody
from ledger.clock import now
from ledger.conflicts import AlreadySo
from ledger.errors import Conflict, NotFound
from ledger.scopes import BY_DESK_AND_TEAM, visible_among
from ledger.states import RoundKind
from ledger.tables import AuditRow, BlindCallRow, BlindReviewRow, BlindRoundRow, BlindTaskRow, UserRow
from ledger.users import to_user


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One call that one person is to judge, before the ledger has it."""

    call_id: str
    user_id: int
    occasion: int  # 1, or 2: the same call once more, without saying so
    number: int  # in the person's order, from 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A round that somebody wants."""

    title: str
    kind: RoundKind
    seed: int  # from which the places were drawn
    made_by: str
    opens_at: datetime
    closes_at: datetime | None
    expert_id: int | None
    rules: Mapping[str, Sequence[str]]  # of each call: what is asked of it
    places: Sequence[Place]


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """A round, as the ledger has it."""

    id: int
    title: str
    kind: RoundKind
    seed: int
    made_by: str
    made_at: datetime
    opens_at: datetime
    closes_at: datetime | None  # None: when somebody closes it
    closed_at: datetime | None
    closed_by: str | None
    expert_id: int | None

    def is_closed(self, at: datetime) -> bool:
        """Whether nothing is taken any more and all is shown."""
        return self.closed_at is not None or (self.closes_at is not None and self.closes_at <= at)

    def is_open(self, at: datetime) -> bool:
        """Whether reviews are taken."""
        return self.opens_at <= at and not self.is_closed(at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One call that one person is to judge in a round. It says nothing of what was judged."""

    id: int
    round_id: int
    call_id: str
    user_id: int
    name: str  # that the person signs in with
    user: str  # the name that others see
    occasion: int
    place: int
    rules: tuple[str, ...]
    submitted_at: datetime | None  # the newest


def add_round(session: Session, order: Order) -> int:
    """Keep a round with its calls and places; its id.

    Raises NotFound where a call has no recording, Conflict where a person may not see one.
    """
    _check_sight(session, order)
    row = BlindRoundRow(
        title=order.title,
        kind=order.kind,
        seed=order.seed,
        made_by=order.made_by,
        made_at=now(),
        opens_at=order.opens_at,
        closes_at=order.closes_at,
        expert_id=order.expert_id,
    )
    session.add(row)
    session.flush()
    for call_id, rules in order.rules.items():
        calls.get_call(session, call_id)
        judgements.get_recording(session, call_id)
        session.add(BlindCallRow(round_id=row.id, call_id=call_id, rules=list(rules)))
    session.flush()
    session.add_all(
        BlindTaskRow(
            round_id=row.id,
            call_id=place.call_id,
            user_id=place.user_id,
            occasion=place.occasion,
            place=place.number,
        )
        for place in order.places
    )
    return row.id


def _check_sight(session: Session, order: Order) -> None:
    for user_id in {place.user_id for place in order.places}:
        user = to_user(session.get_one(UserRow, user_id))
        own = {place.call_id for place in order.places if place.user_id == user_id}
        hidden = sorted(own - visible_among(session, user, own))
        if hidden and user.role in BY_DESK_AND_TEAM:
            raise Conflict(
                f"{user.name} may not see call {hidden[0]}, being held to desks or teams; "
                "choose somebody else, or give the desk or team with `hotline user add`"
            )


def close_round(session: Session, round_id: int, *, by: str) -> None:
    """Take no more reviews and show all of them. Raises NotFound, Conflict where it is closed already."""
    found = get_round(session, round_id)
    if found.is_closed(now()):
        raise AlreadySo(
            f"round {round_id} is closed already; `hotline agreement {round_id}` shows what it gave"
        )
    row = session.get_one(BlindRoundRow, round_id, with_for_update=True)
    row.closed_at, row.closed_by = now(), by


def get_round(session: Session, round_id: int) -> Round:
    """One round. Raises NotFound."""
    row = session.get(BlindRoundRow, round_id)
    if row is None:
        raise NotFound(f"there is no round {round_id}; `hotline rounds list` has those that there are")
    return _round(row)


def list_rounds(session: Session) -> list[Round]:
    """All rounds that somebody has called, the newest first: second reviews belong to their cases."""
    query = select(BlindRoundRow).where(BlindRoundRow.kind != RoundKind.SECOND)
    return [_round(row) for row in session.scalars(query.order_by(BlindRoundRow.id.desc()))]


def tasks_of_round(session: Session, round_id: int) -> list[Task]:
    """Who judges what in a round and when it was submitted, by person and place."""
    return _tasks(session, BlindTaskRow.round_id == round_id)


def open_tasks(session: Session, user_id: int) -> list[Task]:
    """What somebody has to judge now, in order: what is to be judged once more only when all else is done."""
    return due_first([t for t in _tasks(session, is_open(), user_id=user_id) if t.submitted_at is None])


def due_first(waiting: Sequence[Any]) -> list[Any]:
    """Of what waits for somebody, tasks or rows of them: nothing for the second time while a first waits."""
    first_time = {task.round_id for task in waiting if task.occasion == 1}
    return [task for task in waiting if task.occasion == 1 or task.round_id not in first_time]


def submitted_tasks(session: Session, user_id: int) -> list[Task]:
    """What somebody has submitted in open rounds and of which other reviews are still to come."""
    waits = and_(is_open(), waits_for_somebody(BlindTaskRow))
    return [task for task in _tasks(session, waits, user_id=user_id) if task.submitted_at is not None]


def own_task(session: Session, user_id: int, task_id: int) -> Task:
    """One's own task. Raises NotFound: that there is one of somebody else's is nobody's business."""
    found = _tasks(session, BlindTaskRow.id == task_id, user_id=user_id)
    if not found:
        raise NotFound(f"you have no blind review {task_id}; /rounds lists those that you have")
    return found[0]


def is_final(session: Session, task: Task) -> bool:
    """Whether what is submitted of a task stays as it is.

    So it is of all tasks of somebody who judges any call of the round once more: if it were of those calls
    alone, everybody could tell which they are.
    """
    query = select(BlindTaskRow.id).where(
        BlindTaskRow.round_id == task.round_id,
        BlindTaskRow.user_id == task.user_id,
        BlindTaskRow.occasion > 1,
    )
    return session.scalar(query.limit(1)) is not None


def looked_before(session: Session, round_id: int) -> dict[str, list[str]]:
    """Who has seen a page of which calls of the round before it was made: they may know what was found."""
    query = (
        select(UserRow.name, BlindTaskRow.call_id)
        .join(BlindRoundRow, BlindRoundRow.id == BlindTaskRow.round_id)
        .join(UserRow, UserRow.id == BlindTaskRow.user_id)
        .join(
            AuditRow, and_(AuditRow.user_id == BlindTaskRow.user_id, AuditRow.call_id == BlindTaskRow.call_id)
        )
        .where(BlindTaskRow.round_id == round_id, AuditRow.at < BlindRoundRow.made_at)
        .distinct()
        .order_by(UserRow.name, BlindTaskRow.call_id)
    )
    looked: dict[str, list[str]] = {}
    for name, call_id in session.execute(query):
        looked.setdefault(name, []).append(call_id)
    return looked


def _tasks(session: Session, which: ColumnElement[bool], *, user_id: int | None = None) -> list[Task]:
    newest = (
        select(BlindReviewRow.submitted_at)
        .where(BlindReviewRow.task_id == BlindTaskRow.id)
        .order_by(BlindReviewRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(BlindTaskRow, BlindCallRow.rules, UserRow, newest)
        .join(BlindRoundRow, BlindRoundRow.id == BlindTaskRow.round_id)
        .join(UserRow, UserRow.id == BlindTaskRow.user_id)
        .join(
            BlindCallRow,
            and_(
                BlindCallRow.round_id == BlindTaskRow.round_id, BlindCallRow.call_id == BlindTaskRow.call_id
            ),
        )
        .where(which)
        .order_by(BlindTaskRow.round_id, BlindTaskRow.user_id, BlindTaskRow.place)
    )
    if user_id is not None:
        query = query.where(BlindTaskRow.user_id == user_id)
    return [_task(*found) for found in session.execute(query)]


def _task(row: BlindTaskRow, rules: list[str], user: UserRow, submitted_at: datetime | None) -> Task:
    return Task(
        id=row.id,
        round_id=row.round_id,
        call_id=row.call_id,
        user_id=row.user_id,
        name=user.name,
        user=user.display_name,
        occasion=row.occasion,
        place=row.place,
        rules=tuple(rules),
        submitted_at=submitted_at,
    )


def _round(row: BlindRoundRow) -> Round:
    return Round(
        id=row.id,
        title=row.title,
        kind=RoundKind(row.kind),
        seed=row.seed,
        made_by=row.made_by,
        made_at=row.made_at,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        expert_id=row.expert_id,
    )
