"""A campaign is changed while it may be running: what it asks stays once somebody was called.

Everybody who waits is due by the changed campaign at once; an attempt that runs ends by what held when it
began.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desks.campaigns import changes, people, registry
from desks.campaigns.campaign import Campaign, Wish
from desks.campaigns.changes import FIXED, PAUSE, Changes, differences
from desks.campaigns.errors import CallsWereMade, CampaignChanged, CampaignStopped
from desks.campaigns.scheduling import after
from desks.campaigns.states import CampaignState, Outcome, PersonState
from ledger.tables import CampaignAttemptRow, CampaignPersonRow
from ledger.turns import Turn, take_turns

_SCHEDULE = frozenset({"opens", "closes", "days", "zone", "earliest_h", "limit_h", "most_attempts"})


def change(session: Session, campaign_id: int, wish: Wish, *, version: int, by: str) -> Changes:
    """Make a campaign what is wished; what differed, by field. `version` is the one that was seen.

    Raises NotFound, CampaignChanged, CampaignStopped, CallsWereMade.
    """
    take_turns(session, Turn.CALL_BACKS)  # nobody is called meanwhile
    campaign = registry.get(session, campaign_id)
    found = differences(campaign, wish)
    _check(session, campaign, found, version=version)
    if not found:
        return found
    changed = registry.rewrite(session, campaign_id, wish, version=version)
    if any(name in _SCHEDULE or name.startswith(PAUSE) for name in found):
        _reschedule(session, changed)
    changes.note(session, campaign_id, by, found)
    return found


def move(
    session: Session, campaign_id: int, wanted: CampaignState, *, by: str, version: int | None = None
) -> None:
    """Start, pause or stop one. Raises NotFound; Conflict where that cannot be, or it was changed."""
    was = registry.get(session, campaign_id).state
    registry.set_state(session, campaign_id, wanted, version=version)
    changes.note(session, campaign_id, by, {"state": (was, wanted)})


def has_called(session: Session, campaign_id: int) -> bool:
    """Whether somebody was called already, so that what is asked stays."""
    row = CampaignAttemptRow
    return session.scalar(select(row.call_id).where(row.campaign_id == campaign_id).limit(1)) is not None


def _check(session: Session, campaign: Campaign, found: Changes, *, version: int) -> None:
    if campaign.version != version:
        raise CampaignChanged(
            f"campaign {campaign.id} was changed meanwhile and has version {campaign.version}; "
            "look at what was changed, then save once more"
        )
    if campaign.state is CampaignState.STOPPED:
        raise CampaignStopped(f"campaign {campaign.id} is stopped for good; make another one")
    fixed = sorted(FIXED & set(found))
    if fixed and has_called(session, campaign.id):
        told = ", ".join(fixed)
        raise CallsWereMade(f"campaign {campaign.id} has called people: {told} must stay; make another one")


def _reschedule(session: Session, campaign: Campaign) -> None:
    """Everybody who waits, by what the campaign says now: dues, pause after the last call, attempts left."""
    row = CampaignPersonRow
    query = select(row.id, row.happened_at, row.attempts, row.outcome)
    ended = _newest_ends(session, campaign.id)
    changed = [
        {"id": who, **_waiting_on(campaign, happened_at, attempts, outcome, ended.get(who))}
        for who, happened_at, attempts, outcome in session.execute(
            query.where(row.campaign_id == campaign.id, row.state == PersonState.WAITING)
        )
    ]
    if changed:
        session.execute(update(row), changed)
        session.flush()
        session.expire_all()


def _waiting_on(
    campaign: Campaign, happened_at: datetime, attempts: int, outcome: str | None, ended_at: datetime | None
) -> dict[str, Any]:
    """The columns of one of them; `outcome` and `ended_at` of the newest call, if there was one."""
    if not attempts or outcome is None or ended_at is None:
        return people.waiting_on(campaign, happened_at=happened_at, attempts=attempts, next_at=happened_at)
    turnout = after(Outcome(outcome), attempts, ended_at, campaign.terms)
    next_at = turnout.next_at or ended_at
    columns = people.waiting_on(campaign, happened_at=happened_at, attempts=attempts, next_at=next_at)
    return {**columns, "state": turnout.state}


def _newest_ends(session: Session, campaign_id: int) -> Mapping[int, datetime]:
    """When the newest call to each person ended who waits in a campaign after one."""
    person, attempt = CampaignPersonRow, CampaignAttemptRow
    query = (
        select(attempt.person_id, func.max(attempt.ended_at))
        .join(person, person.id == attempt.person_id)
        .where(person.campaign_id == campaign_id, person.state == PersonState.WAITING)
        .group_by(attempt.person_id)
    )
    return {person_id: ended_at for person_id, ended_at in session.execute(query) if ended_at}
