"""Repository of samples: draws with all that repeats them, who listens to what, what people found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.errors import NotFound
from ledger.records import User
from ledger.scopes import is_unbounded, visible_calls
from ledger.states import UserRole
from ledger.tables import CallRow, SampleCheckRow, SampleDrawRow, SampledRow, SampleFrameRow, UserRow
from ledger.users import to_user


class Outcome(StrEnum):
    """What somebody who listened to a drawn call says of it."""

    IN_ORDER = "in_order"
    BREACH = "breach"  # a norm is broken
    WRONG = "wrong"  # a wrong answer (差错), which is a breach too
    CANNOT_TELL = "cannot_tell"  # nobody can judge what is heard: it counts as missing


_DRAW_COLUMNS = [str(column.key) for column in SampleDrawRow.__table__.columns]


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleDraw:
    """A draw as it is kept; `strata`, `cells` and `plan` are documents of `qa_scoring.sampling`."""

    plan_id: str
    title: str
    plan: dict[str, Any]
    first_day: date
    end_day: date  # the day after the last
    zone: str
    frame_sha256: str
    algorithm: str
    seed: str
    strata: list[dict[str, Any]]
    cells: list[list[Any]]
    gaps: dict[str, int]
    drawn_by: str
    drawn_at: datetime
    id: int = 0  # set once it is in the ledger

    @property
    def last_day(self) -> date:
        """Of the window."""
        return self.end_day - timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """What somebody found in a drawn call."""

    outcome: Outcome
    score: float | None
    user: str  # as others see the name
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Sampled:
    """A drawn call of one part."""

    part: str
    call_id: str
    stratum: str
    probability: float
    operator: str
    desk: str
    team: str
    id: int = 0  # set once it is in the ledger
    listener_id: int | None = None  # of the user who is to hear it
    assigned_to: str | None = None  # the same, as others see the name
    check: Check | None = None  # the newest


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """A draw in the list."""

    draw: SampleDraw
    sampled: int
    checked: int


def save_draw(
    session: Session, draw: SampleDraw, packed_frame: bytes, frame_calls: int, sampled: Iterable[Sampled]
) -> int:
    """Keep a draw with its frame, once however many draws are from it, and its calls. Returns its id."""
    if session.get(SampleFrameRow, draw.frame_sha256) is None:
        session.add(SampleFrameRow(sha256=draw.frame_sha256, calls=frame_calls, packed=packed_frame))
        session.flush()
    row = SampleDrawRow(**{name: value for name, value in asdict(draw).items() if name != "id"})
    session.add(row)
    session.flush()
    session.add_all(_sampled_row(row.id, one) for one in sampled)
    session.flush()
    return row.id


def get_draw(session: Session, draw_id: int) -> SampleDraw:
    """One draw. Raises NotFound."""
    row = session.get(SampleDrawRow, draw_id)
    if row is None:
        raise NotFound(f"there is no draw {draw_id}; `hotline sample list` has them")
    return _draw(row)


def get_frame(session: Session, sha256: str) -> bytes:
    """A frame's packed text. Raises NotFound."""
    row = session.get(SampleFrameRow, sha256)
    if row is None:
        raise NotFound(f"the frame {sha256} is not in the ledger any more; the draw cannot be repeated")
    return row.packed


def list_draws(session: Session, limit: int | None = None, *, viewer: User | None = None) -> list[Progress]:
    """All draws, the newest first. Only calls that the viewer may see are counted; None is a command."""
    seen = (SampledRow.draw_id == SampleDrawRow.id, *_of_viewer(viewer))
    checked = (
        select(func.count(func.distinct(SampleCheckRow.sampled_id)))
        .join(SampledRow, SampledRow.id == SampleCheckRow.sampled_id)
        .where(*seen)
        .scalar_subquery()
    )
    sampled = select(func.count()).select_from(SampledRow).where(*seen).scalar_subquery()
    query = select(SampleDrawRow, sampled, checked).order_by(SampleDrawRow.id.desc()).limit(limit)
    return [
        Progress(draw=_draw(row), sampled=many, checked=done) for row, many, done in session.execute(query)
    ]


def draws_within(session: Session, first: date, last: date, limit: int) -> list[SampleDraw]:
    """Draws whose window has one of these days, the newest first."""
    query = select(SampleDrawRow).where(SampleDrawRow.first_day <= last, SampleDrawRow.end_day > first)
    return [_draw(row) for row in session.scalars(query.order_by(SampleDrawRow.id.desc()).limit(limit))]


def sampled_calls(session: Session, draw_id: int, *, viewer: User | None = None) -> list[Sampled]:
    """The calls of a draw that the viewer may see by part and call, each with its newest check.

    None is a command, which sees all.
    """
    checks = _newest_checks(session, draw_id)
    query = (
        select(SampledRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == SampledRow.assigned_to)
        .where(SampledRow.draw_id == draw_id, *_of_viewer(viewer))
        .order_by(SampledRow.part, SampledRow.call_id)
    )
    return [_sampled(row, name, checks.get(row.id)) for row, name in session.execute(query)]


def get_sampled(session: Session, draw_id: int, sampled_id: int) -> Sampled:
    """One drawn call of a draw. Raises NotFound."""
    row = session.get(SampledRow, sampled_id)
    if row is None or row.draw_id != draw_id:
        raise NotFound(f"draw {draw_id} has no call {sampled_id}; load its page again")
    return _sampled(row, None, None)


def save_check(
    session: Session, sampled_id: int, user_id: int, outcome: Outcome, score: float | None
) -> None:
    """Add what somebody found; it counts from now on."""
    session.add(
        SampleCheckRow(sampled_id=sampled_id, user_id=user_id, outcome=outcome, score=score, at=now())
    )


def assign(session: Session, sampled_ids: Sequence[int], user_id: int) -> None:
    """Hand drawn calls to somebody."""
    for sampled_id in sampled_ids:
        session.execute(update(SampledRow).where(SampledRow.id == sampled_id).values(assigned_to=user_id))


def listeners(session: Session, names: Sequence[str] = ()) -> list[User]:
    """Everybody with one of these names; without names every monitor. By name, nobody who is disabled.

    Raises NotFound.
    """
    query = select(UserRow).where(UserRow.disabled.is_(False)).order_by(UserRow.name)
    query = query.where(UserRow.name.in_(names) if names else UserRow.role == UserRole.MONITOR)
    found = [to_user(row) for row in session.scalars(query)]
    missing = sorted(set(names) - {user.name for user in found})
    if missing:
        raise NotFound(f"nobody called {missing[0]!r} can sign in; `hotline user add` adds somebody")
    if not found:
        raise NotFound("there is no monitor to hand calls to; `hotline user add NAME` adds one")
    return found


def _of_viewer(viewer: User | None) -> tuple[ColumnElement[bool], ...]:
    if viewer is None or is_unbounded(viewer):
        return ()
    return (SampledRow.call_id.in_(select(CallRow.id).where(visible_calls(viewer))),)


def _newest_checks(session: Session, draw_id: int) -> dict[int, Check]:
    query = (
        select(SampleCheckRow, UserRow.display_name)
        .join(SampledRow, SampledRow.id == SampleCheckRow.sampled_id)
        .join(UserRow, UserRow.id == SampleCheckRow.user_id)
        .where(SampledRow.draw_id == draw_id)
        .order_by(SampleCheckRow.id)
    )
    return {
        row.sampled_id: Check(outcome=Outcome(row.outcome), score=row.score, user=name, at=row.at)
        for row, name in session.execute(query)
    }


def _sampled_row(draw_id: int, one: Sampled) -> SampledRow:
    return SampledRow(
        draw_id=draw_id,
        part=one.part,
        call_id=one.call_id,
        stratum=one.stratum,
        probability=one.probability,
        operator=one.operator,
        desk=one.desk,
        team=one.team,
    )


def _sampled(row: SampledRow, assigned_to: str | None, check: Check | None) -> Sampled:
    return Sampled(
        id=row.id,
        part=row.part,
        call_id=row.call_id,
        stratum=row.stratum,
        probability=row.probability,
        operator=row.operator,
        desk=row.desk,
        team=row.team,
        listener_id=row.assigned_to,
        assigned_to=assigned_to,
        check=check,
    )


def _draw(row: SampleDrawRow) -> SampleDraw:
    return SampleDraw(**{name: getattr(row, name) for name in _DRAW_COLUMNS})
