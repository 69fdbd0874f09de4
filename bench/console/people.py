"""Twenty people who work at once, and the work that waits for them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bench.console.population import DESKS, END
from console.tokens import new_token, token_sha256
from ledger import users
from ledger.case_states import CaseState
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import UserRole
from ledger.tables import CallRow, CaseRow, SampleDrawRow, SampledRow, SampleFrameRow, UserRow

COUNT = 20
REVIEWED, HELD, APPEALED = 20_000, 400, 200  # cases
SAMPLED = 2_000


def add_people(ledger: Ledger) -> list[str]:
    """They sign in; returns their cookies. Some are held to a desk or a team."""
    with ledger.transaction() as session:
        return [_add(session, number) for number in range(COUNT)]


def _add(session: Session, number: int) -> str:
    role = UserRole.QUALITY_LEAD if number % 10 == 0 else UserRole.MONITOR
    name = f"monitor-{number:02}"
    users.save_user(session, name=name, display_name=f"质监员{number:02}", role=role, password_hash="-")
    session.flush()
    row = session.scalars(select(UserRow).where(UserRow.name == name)).one()
    if number % 5 == 1:
        row.desks = [list(DESKS)[number % len(DESKS)]]
    if number % 10 == 7:
        row.teams = ["114-03", "114-04"]
    token = new_token()
    users.open_session(session, row.id, token_sha256(token), now() + timedelta(hours=4))
    return token


def add_work(ledger: Ledger) -> None:
    """Reviewed cases among the worst, held and appealed ones, and a draw that people listen to."""
    with ledger.transaction() as session:
        people = list(session.scalars(select(UserRow.id).order_by(UserRow.id)))
        worst = select(CallRow.id).where(CallRow.flag_count > 0)
        worst = worst.order_by(CallRow.flag_count.desc(), CallRow.received_at.desc())
        ids = list(session.scalars(worst.limit(REVIEWED + HELD + APPEALED)))
        session.execute(insert(CaseRow), [_case(at, call_id, people) for at, call_id in enumerate(ids)])
        states = select(CaseRow.state).where(CaseRow.call_id == CallRow.id).scalar_subquery()
        of_cases = update(CallRow).where(CallRow.id.in_(select(CaseRow.call_id)))
        session.execute(of_cases.values(case_state=states).execution_options(synchronize_session=False))
        _add_draw(session, people)


def _case(at: int, call_id: str, people: list[int]) -> dict[str, object]:
    person = people[at % len(people)]
    state = (
        CaseState.OPEN if at < HELD else CaseState.APPEALED if at < HELD + APPEALED else CaseState.REVIEWED
    )
    is_open = state is CaseState.OPEN
    return {
        "call_id": call_id,
        "state": state,
        "since": END,
        "version": 1,
        "holder_id": person if is_open else None,
        "held_since": END if is_open else None,
        "reviewer_id": None if is_open else person,
        "reviewed_at": None if is_open else END,
    }


def _add_draw(session: Session, people: list[int]) -> None:
    session.add(SampleFrameRow(sha256="f" * 64, calls=1, packed=b""))
    session.flush()
    draw = SampleDrawRow(
        plan_id="bench", title="月度抽样", plan={}, first_day=END.date(), end_day=END.date(), zone="UTC",
        frame_sha256="f" * 64, algorithm="-", seed="-", strata=[], cells=[], gaps={}, drawn_at=END,
        drawn_by="bench",
    )  # fmt: skip
    session.add(draw)
    session.flush()
    ids = session.scalars(select(CallRow.id).where(CallRow.flag_count == 0).limit(SAMPLED))
    shared = {"draw_id": draw.id, "part": "main", "stratum": "-", "probability": 0.1}
    session.execute(
        insert(SampledRow),
        [
            {**shared, "call_id": call_id, "operator": "-", "desk": "-", "team": "-", "assigned_to": who}
            for call_id, who in zip(ids, [None, *people] * SAMPLED, strict=False)
        ],
    )
