"""Repository of campaigns: made, rewritten, started, paused and stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desks.campaigns.campaign import Campaign, Wish
from desks.campaigns.errors import CampaignChanged
from desks.campaigns.hours import CallingHours
from desks.campaigns.questions import Question
from desks.campaigns.states import CampaignState, Kind, Mode, Outcome
from ledger.clock import now
from ledger.errors import Conflict, NotFound
from ledger.tables import CampaignRow

_FROM = {
    CampaignState.RUNNING: {CampaignState.DRAFT, CampaignState.PAUSED},
    CampaignState.PAUSED: {CampaignState.RUNNING},
    CampaignState.STOPPED: {CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED},
}


def add(session: Session, wish: Wish, by: str) -> int:
    """Make a campaign, which calls nobody before it is started; its id."""
    row = CampaignRow(state=CampaignState.DRAFT, version=1, made_by=by, made_at=now(), **_columns(wish))
    session.add(row)
    session.flush()
    return row.id


def rewrite(session: Session, campaign_id: int, wish: Wish, *, version: int) -> Campaign:
    """Make one what is wished; whoever may do so is seen to by `changing`. Raises CampaignChanged."""
    _update(session, campaign_id, _columns(wish), version=version)
    return get(session, campaign_id)


def moves_from(state: CampaignState) -> tuple[CampaignState, ...]:
    """What a campaign in a state may become."""
    return tuple(wanted for wanted, states in _FROM.items() if state in states)


def set_state(
    session: Session, campaign_id: int, wanted: CampaignState, *, version: int | None = None
) -> None:
    """Start, pause or stop one. Raises NotFound; Conflict where that cannot be, or it was changed."""
    campaign = get(session, campaign_id)
    if wanted not in moves_from(campaign.state):
        raise Conflict(
            f"campaign {campaign_id} is {campaign.state} and cannot become {wanted}; load it again"
        )
    values: dict[str, object] = {"state": wanted}
    if wanted is CampaignState.RUNNING and campaign.started_at is None:
        values["started_at"] = now()
    if wanted is CampaignState.STOPPED:
        values["stopped_at"] = now()
    _update(session, campaign_id, values, version=campaign.version if version is None else version)


def get(session: Session, campaign_id: int) -> Campaign:
    """One campaign. Raises NotFound."""
    row = session.get(CampaignRow, campaign_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no campaign {campaign_id}; `hotline campaigns list` lists them")
    return _campaign(row)


def list_all(session: Session) -> list[Campaign]:
    """All campaigns, the newest first."""
    return [_campaign(row) for row in session.scalars(select(CampaignRow).order_by(CampaignRow.id.desc()))]


def running(session: Session, *, that_take_tickets: bool = False) -> list[Campaign]:
    """Those that call, the newest first; or of them only those whose people come from tickets too."""
    query = select(CampaignRow).where(CampaignRow.state == CampaignState.RUNNING)
    if that_take_tickets:
        query = query.where(CampaignRow.takes_tickets.is_(True))
    return [_campaign(row) for row in session.scalars(query.order_by(CampaignRow.id.desc()))]


def _columns(wish: Wish) -> dict[str, Any]:
    """What a row keeps of a wish."""
    return {
        "name": wish.name.strip()[:100],
        "kind": wish.kind,
        "desk": wish.desk,
        "mode": wish.mode,
        "greeting": wish.greets,
        "questions": [question.document for question in wish.asks],
        "hours": wish.hours.document,
        "pauses_s": {outcome.value: pause.total_seconds() for outcome, pause in wish.pauses.items()},
        "most_attempts": wish.most_attempts,
        "earliest_s": wish.earliest.total_seconds(),
        "limit_s": wish.until.total_seconds(),
        "takes_tickets": wish.takes_tickets,
    }


def _update(session: Session, campaign_id: int, values: dict[str, Any], *, version: int) -> None:
    changed = session.execute(
        update(CampaignRow)
        .where(CampaignRow.id == campaign_id, CampaignRow.version == version)
        .values({**values, "version": version + 1})
        .returning(CampaignRow.id)
    )
    if changed.first() is None:
        raise CampaignChanged(f"campaign {campaign_id} was changed meanwhile; load it again, then save")


def _campaign(row: CampaignRow) -> Campaign:
    return Campaign(
        id=row.id,
        name=row.name,
        kind=Kind(row.kind),
        desk=row.desk,
        mode=Mode(row.mode),
        state=CampaignState(row.state),
        greeting=row.greeting,
        questions=tuple(Question.of(question) for question in row.questions),
        hours=CallingHours.of(row.hours),
        pauses={Outcome(outcome): timedelta(seconds=pause_s) for outcome, pause_s in row.pauses_s.items()},
        most_attempts=row.most_attempts,
        earliest=timedelta(seconds=row.earliest_s),
        limit=timedelta(seconds=row.limit_s),
        takes_tickets=row.takes_tickets,
        version=row.version,
        made_by=row.made_by,
        made_at=row.made_at,
        started_at=row.started_at,
        stopped_at=row.stopped_at,
    )
