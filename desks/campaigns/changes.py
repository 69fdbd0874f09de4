"""What was changed of a campaign, field by field, and the repository of such changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.campaigns.campaign import Campaign, Wish
from desks.campaigns.questions import Question
from ledger.clock import now
from ledger.tables import CampaignChangeRow

HOUR_S, MINUTE_S = 3600.0, 60.0
PAUSE = "pause-"  # before an outcome: a field's name
FIXED = frozenset({"kind", "desk", "mode", "greeting", "questions"})  # once somebody was called

Changes = Mapping[str, tuple[str, str]]  # from and to, by field


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What somebody changed in one save."""

    at: datetime
    by: str
    fields: Changes


def differences(campaign: Campaign, wish: Wish) -> Changes:
    """Every field in which a campaign is not as it is wished."""
    is_now, shall = _fields(campaign), _fields(wish)
    found = {name: (is_now.get(name, ""), shall.get(name, "")) for name in {**is_now, **shall}}
    if campaign.questions != wish.asks:
        found["questions"] = (_texts(campaign.questions), _texts(wish.asks))
    return {name: pair for name, pair in found.items() if pair[0] != pair[1] or name == "questions"}


def note(session: Session, campaign_id: int, by: str, fields: Changes) -> None:
    """Keep a change."""
    told = {name: list(pair) for name, pair in fields.items()}
    session.add(CampaignChangeRow(campaign_id=campaign_id, at=now(), by=by[:128], fields=told))


def list_changes(session: Session, campaign_id: int, *, limit: int = 50) -> list[Change]:
    """The newest changes, the newest first."""
    row = CampaignChangeRow
    query = select(row).where(row.campaign_id == campaign_id).order_by(row.id.desc()).limit(limit)
    return [
        Change(at=one.at, by=one.by, fields={name: (pair[0], pair[1]) for name, pair in one.fields.items()})
        for one in session.scalars(query)
    ]


def _fields(one: Campaign | Wish) -> dict[str, str]:
    """All but the questions, as they are told of: hours, minutes, days by number."""
    limit, greeting = (one.until, one.greets) if isinstance(one, Wish) else (one.limit, one.greeting)
    pauses = {
        f"{PAUSE}{outcome}": f"{pause.total_seconds() / MINUTE_S:g}" for outcome, pause in one.pauses.items()
    }
    return {
        "name": one.name.strip(),
        "kind": one.kind,
        "desk": one.desk,
        "mode": one.mode,
        "greeting": greeting,
        "opens": f"{one.hours.opens:%H:%M}",
        "closes": f"{one.hours.closes:%H:%M}",
        "days": ",".join(map(str, one.hours.days)),
        "zone": one.hours.zone,
        "earliest_h": f"{one.earliest.total_seconds() / HOUR_S:g}",
        "limit_h": f"{limit.total_seconds() / HOUR_S:g}",
        "most_attempts": str(one.most_attempts),
        "takes_tickets": "yes" if one.takes_tickets else "no",
        **pauses,
    }


def _texts(questions: tuple[Question, ...]) -> str:
    return "；".join(question.text for question in questions)
