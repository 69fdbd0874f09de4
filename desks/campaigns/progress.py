"""How far a campaign is, and when it will be through if it goes on as it did in its newest hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desks.campaigns import people
from desks.campaigns.campaign import Campaign
from desks.campaigns.choosing import Chosen, More
from desks.campaigns.figures import Figures
from desks.campaigns.states import CampaignState, PersonState
from ledger.clock import now
from ledger.tables import CampaignAttemptRow, CampaignPersonRow

LOOKED_BACK = timedelta(hours=1)
LEAST_S = 60.0  # of a pace: two calls that end together are no thousand an hour
FEWEST = 3  # people who are through, below which there is no pace
OPEN = (PersonState.WAITING, PersonState.CALLING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Of one campaign."""

    people: int
    open: int  # still to be called, or in a call
    late: int  # people whom nobody reached, or reached too late
    pace_per_h: float | None  # people who are through in an hour; None: it cannot be told yet
    ends_at: datetime | None  # by that pace, in calling hours; None: it does not run, or cannot be told

    @property
    def done(self) -> int:
        """People who will not be called any more."""
        return self.people - self.open


def progress_of(
    session: Session, campaign: Campaign, told: Figures, *, at: datetime | None = None
) -> Progress:
    """How far a campaign with these figures is."""
    moment = at or now()
    still = sum(told.states.get(state, 0) for state in OPEN)
    pace = _pace_per_h(session, campaign.id)
    ends_at = None
    if campaign.state is CampaignState.RUNNING and still and pace:
        ends_at = campaign.hours.after(moment, timedelta(hours=still / pace))
    late = people.count_people(session, campaign.id, Chosen(result=More.LATE))
    return Progress(people=told.people, open=still, late=late, pace_per_h=pace, ends_at=ends_at)


def _pace_per_h(session: Session, campaign_id: int) -> float | None:
    """By the hour before the newest call ended: nights and pauses do not count."""
    attempt, person = CampaignAttemptRow, CampaignPersonRow
    mine = attempt.campaign_id == campaign_id
    last = session.scalar(select(func.max(attempt.ended_at)).where(mine))
    if last is None:
        return None
    ended = (mine, attempt.ended_at > last - LOOKED_BACK)
    begun = session.scalar(select(func.min(attempt.started_at)).where(*ended)) or last
    through = session.scalar(
        select(func.count(attempt.person_id.distinct()))
        .join(person, person.id == attempt.person_id)
        .where(*ended, person.state.not_in(OPEN))
    )
    if not through or through < FEWEST:
        return None
    span_s = max((last - max(begun, last - LOOKED_BACK)).total_seconds(), LEAST_S)
    return through * 3600 / span_s
