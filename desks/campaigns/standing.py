"""Why a campaign calls nobody now, or that it does: the first hindrance, as a lead would look for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desks.campaigns import bars
from desks.campaigns.campaign import Campaign
from desks.campaigns.states import CampaignState, Mode, PersonState
from ledger import lines, operators, waiting
from ledger.clock import now
from ledger.states import LineState
from ledger.tables import CampaignPersonRow, DoNotCallRow


class Standing(StrEnum):
    """What a campaign does, or what hinders it."""

    CALLING = "calling"
    DRAFT = "draft"
    PAUSED = "paused"
    STOPPED = "stopped"
    NO_WAY_OUT = "no_way_out"  # the plan has no address where calls go out
    NO_PROMPTS = "no_prompts"
    EMPTY = "empty"  # it has no people
    THROUGH = "through"  # nobody is left to be called
    CLOSED = "closed"  # not an hour in which people may be called
    RESTING = "resting"  # nobody is due: all wait for their first moment, or for the pause after a call
    NO_LINES = "no_lines"  # no line serves
    CALLERS_FIRST = "callers_first"  # callers wait at the desk
    NO_OPERATOR = "no_operator"  # none of the desk's is free
    DUE = "due"  # somebody is called as soon as a line has a place


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """Where a campaign stands at one moment."""

    why: Standing
    count: int = 0  # people: in a call, resting, or due
    until: datetime | None = None  # it goes on then: CLOSED and RESTING


@dataclass(frozen=True, kw_only=True, slots=True)
class Means:
    """What the plan gives a campaign to call with."""

    calls_out: bool
    prompts: Collection[str]
    operators: Collection[str]  # of its desk


def stand_of(session: Session, campaign: Campaign, means: Means, *, at: datetime | None = None) -> Stand:
    """Why it calls nobody now, or that it does."""
    moment = at or now()
    if calling := _count(session, campaign, PersonState.CALLING):
        return Stand(why=Standing.CALLING, count=calling)
    if campaign.state is not CampaignState.RUNNING:
        return Stand(why=Standing(campaign.state.value))
    if not means.calls_out:
        return Stand(why=Standing.NO_WAY_OUT)
    if campaign.prompts - set(means.prompts):
        return Stand(why=Standing.NO_PROMPTS)
    return _of_people(session, campaign, moment) or _of_places(session, campaign, means, moment)


def _of_people(session: Session, campaign: Campaign, at: datetime) -> Stand | None:
    """Whether nobody may be called at this moment."""
    row = CampaignPersonRow
    shut = select(DoNotCallRow.number).where(bars.stands(at))
    mine = (row.campaign_id == campaign.id, row.state == PersonState.WAITING, row.number.not_in(shut))
    count, first_at = session.execute(select(func.count(), func.min(row.next_at)).where(*mine)).one()
    if not count:
        has_people = session.scalar(select(row.id).where(row.campaign_id == campaign.id).limit(1))
        return Stand(why=Standing.THROUGH if has_people else Standing.EMPTY)
    opening = campaign.hours.next_opening(max(at, first_at))
    if not campaign.hours.allow(at):
        return Stand(why=Standing.CLOSED, count=count, until=opening)
    return Stand(why=Standing.RESTING, count=count, until=opening) if first_at > at else None


def _of_places(session: Session, campaign: Campaign, means: Means, at: datetime) -> Stand:
    """What is missing for somebody who is due."""
    row = CampaignPersonRow
    due = (row.campaign_id == campaign.id, row.state == PersonState.WAITING, row.next_at <= at)
    count = session.scalar(select(func.count()).where(*due)) or 0
    if not any(line.state is LineState.SERVING for line in lines.list_lines(session)):
        return Stand(why=Standing.NO_LINES, count=count)
    if campaign.mode is Mode.PROGRESSIVE:
        if waiting.count_waiting(session, campaign.desk):
            return Stand(why=Standing.CALLERS_FIRST, count=count)
        if not _is_anybody_free(session, means, at):
            return Stand(why=Standing.NO_OPERATOR, count=count)
    return Stand(why=Standing.DUE, count=count)


def _is_anybody_free(session: Session, means: Means, at: datetime) -> bool:
    staff = operators.list_operators(session, at=at)
    return any(one.number in means.operators and one.is_free(at) for one in staff)


def _count(session: Session, campaign: Campaign, state: PersonState) -> int:
    row = CampaignPersonRow
    query = select(func.count()).where(row.campaign_id == campaign.id, row.state == state)
    return session.scalar(query) or 0
