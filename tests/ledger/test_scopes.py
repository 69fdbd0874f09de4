"""Whose calls somebody sees: by desk, by team, by what was handed out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger.calls import add_call, mark_ended
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.records import Ending, User
from ledger.scopes import require_visible, visible_calls
from ledger.states import Reason, Result, UserRole
from ledger.tables import CallRow, SampleDrawRow, SampledRow, SampleFrameRow
from ledger.teams import list_teams, note_teams
from ledger.users import find_user, save_user

CALLS = {
    "a": ("enquiries", "8001"),
    "b": ("enquiries", "8002"),
    "c": ("faults", "8001"),
    "d": ("faults", None),
}


def somebody(role: UserRole, *, desks: tuple[str, ...] = (), teams: tuple[str, ...] = ()) -> User:
    """Somebody who is held to desks and teams."""
    return User(id=7, name="li", display_name="李", role=role, desks=frozenset(desks), teams=frozenset(teams))


def seen(session: Session, user: User) -> str:
    """The ids of the calls that the user sees."""
    return "".join(session.scalars(select(CallRow.id).where(visible_calls(user)).order_by(CallRow.id)))


@pytest.fixture
def session(ledger: Ledger) -> Iterator[Session]:
    """Four calls of two desks; 8001 is in team 甲, 8002 in 乙."""
    with ledger.transaction() as opened:
        note_teams(opened, {"8001": "甲班", "8002": "乙班", "8003": ""})
        for call_id, (desk, operator) in CALLS.items():
            add_call(opened, call_id=call_id, hotline="114")
            opened.flush()
            ending = Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP)
            mark_ended(opened, call_id, ending=ending, ended_at=now(), desk=desk, operator=operator)
        yield opened


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (somebody(UserRole.MONITOR), "abcd"),
        (somebody(UserRole.MONITOR, desks=("faults",)), "cd"),
        (somebody(UserRole.TEAM_LEAD, teams=("甲班",)), "ac"),
        (somebody(UserRole.TEAM_LEAD, desks=("enquiries",), teams=("甲班", "乙班")), "ab"),
        (somebody(UserRole.OPERATOR), ""),
        (somebody(UserRole.AUDITOR), ""),
        (somebody(UserRole.SUPERVISOR), ""),
    ],
)
def test_who_sees_which_calls(session: Session, user: User, expected: str) -> None:
    """Staff by desk and team, a call without an operator in no team; others nothing by default."""
    assert seen(session, user) == expected
    for call_id in CALLS:
        if call_id in expected:
            require_visible(session, user, call_id)
        else:
            with pytest.raises(NotFound):
                require_visible(session, user, call_id)


def test_a_call_keeps_the_team_of_its_day(session: Session) -> None:
    """An operator who changes teams takes no old calls along."""
    note_teams(session, {"8001": "丙班"})
    assert seen(session, somebody(UserRole.TEAM_LEAD, teams=("甲班",))) == "ac"
    assert list_teams(session) == ("丙班", "乙班")


def test_an_outsider_sees_what_was_handed_out(session: Session) -> None:
    """Only to them, and nothing else."""
    frame = {"sha256": "0" * 64, "calls": 4, "packed": b""}
    session.execute(insert(SampleFrameRow).values(frame))
    day = date(2026, 11, 20)
    draw = SampleDrawRow(
        id=1,
        plan_id="p",
        title="t",
        plan={},
        first_day=day,
        end_day=day,
        zone="Asia/Shanghai",
        frame_sha256=frame["sha256"],
        algorithm="x",
        seed="1",
        strata=[],
        cells=[],
        gaps={},
        drawn_at=now(),
        drawn_by="li",
    )
    session.add(draw)
    session.flush()
    for call_id, listener in (("b", None), ("c", None)):
        row = SampledRow(
            draw_id=1, part="core", call_id=call_id, stratum="", probability=0.5, operator="8001"
        )
        row.desk, row.team, row.assigned_to = "faults", "", listener
        session.add(row)
    outsider = add_outsider(session)
    session.scalars(select(SampledRow).where(SampledRow.call_id == "c")).one().assigned_to = outsider.id
    session.flush()
    assert seen(session, outsider) == "c"


def add_outsider(session: Session) -> User:
    """An outside supervisor who can sign in."""
    save_user(session, name="wang", display_name="王", role=UserRole.SUPERVISOR, password_hash="x")
    session.flush()
    found = find_user(session, "wang")
    assert found is not None
    return found[0]
