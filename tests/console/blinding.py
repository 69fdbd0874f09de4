"""Rounds of blind reviews over the seeded calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from ledger import blind_reviews, blind_rounds, users
from ledger.blind_reviews import Sheet
from ledger.blind_rounds import Order, Place
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import User
from ledger.states import RoundKind, UserRole, Verdict
from tests.console import seeding
from tests.console.seeding import FLAGGED

RULES = ("greeting", "closing", "forbidden-words")
VERDICTS = {"greeting": Verdict.FAIL, "closing": Verdict.PASS, "forbidden-words": Verdict.PASS}
MARKS = {"快": 3, "准": 4, "清": 4, "亲": 2}


def person(ledger: Ledger, name: str, role: UserRole = UserRole.MONITOR) -> User:
    """Somebody who can sign in; made where there is nobody of that name."""
    with ledger.transaction() as session:
        if users.find_user(session, name) is None:
            seeding.add_user(session, name, role)
            session.flush()
        found = users.find_user(session, name)
    assert found
    return found[0]


def begin_round(
    ledger: Ledger,
    *names: str,
    calls: Sequence[str] = (FLAGGED,),
    kind: RoundKind = RoundKind.DOUBLE,
    expert: str | None = None,
    repeats: Sequence[str] = (),
) -> int:
    """A round in which all of them judge all calls."""
    people = [person(ledger, name) for name in names]
    order = Order(
        title="十一月双评",
        kind=kind,
        seed=7,
        made_by="chen",
        opens_at=now() - timedelta(seconds=1),
        closes_at=None,
        expert_id=person(ledger, expert).id if expert else None,
        rules=dict.fromkeys(calls, RULES),
        places=[
            Place(call_id=call, user_id=one.id, occasion=occasion, number=number)
            for one in people
            for number, (call, occasion) in enumerate(
                [*((call, 1) for call in calls), *((call, 2) for call in repeats)], start=1
            )
        ],
    )
    with ledger.transaction() as session:
        return blind_rounds.add_round(session, order)


def tasks_of(ledger: Ledger, name: str) -> list[int]:
    """The ids of what somebody has to judge now."""
    one = person(ledger, name)
    with ledger.reading() as session:
        return [task.id for task in blind_rounds.open_tasks(session, one.id)]


def submit_all(
    ledger: Ledger,
    name: str,
    verdicts: dict[str, Verdict] | None = None,
    *,
    score: float = 80,
    comment: str | None = None,
) -> None:
    """Somebody judges all that waits, whatever comes."""
    one = person(ledger, name)
    sheet = Sheet(verdicts=verdicts or VERDICTS, marks=MARKS, score=score, comment=comment or f"{name}的意见")
    while waiting := tasks_of(ledger, name):
        with ledger.transaction() as session:
            blind_reviews.submit(session, one, waiting[0], sheet)
