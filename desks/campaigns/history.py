"""Repository of what is told of attempts: each call to a person, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.campaigns.states import Outcome
from ledger.errors import NotFound
from ledger.tables import CampaignAttemptRow

AT_ONCE = 500  # people that one query asks for


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """An attempt as it is told of."""

    call_id: str
    person_id: int
    campaign_id: int
    number: str
    operator: str | None
    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome | None  # None: under way
    answers: dict[str, str]
    remark: str


def of_call(session: Session, call_id: str) -> Told:
    """The attempt of a call. Raises NotFound."""
    return _told(attempt_row(session, call_id))


def of_people(session: Session, person_ids: Sequence[int]) -> dict[int, list[Told]]:
    """The attempts of some people, by the person's id, the oldest first."""
    row = CampaignAttemptRow
    query = select(row).order_by(row.started_at, row.call_id)
    found: dict[int, list[Told]] = {}
    for first in range(0, len(person_ids), AT_ONCE):
        for one in session.scalars(query.where(row.person_id.in_(person_ids[first : first + AT_ONCE]))):
            found.setdefault(one.person_id, []).append(_told(one))
    return found


def attempt_row(session: Session, call_id: str) -> CampaignAttemptRow:
    """The row of a call's attempt. Raises NotFound."""
    row = session.get(CampaignAttemptRow, call_id) if "\0" not in call_id else None
    if row is None:
        raise NotFound(f"call {call_id!r} is no call-back of a campaign; look it up in the campaign's list")
    return row


def _told(row: CampaignAttemptRow) -> Told:
    return Told(
        call_id=row.call_id,
        person_id=row.person_id,
        campaign_id=row.campaign_id,
        number=row.number,
        operator=row.operator,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        answers=row.answers,
        remark=row.remark,
    )
