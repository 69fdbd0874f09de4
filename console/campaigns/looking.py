"""One campaign as its page shows it: where it stands, how far it is, figures, chosen people, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from console.campaigns import service
from console.campaigns.schemas import CampaignView, PersonView, QuestionView
from console.errors import BadInput
from console.switchboard import Switchboard
from console.words import N_
from desks.campaigns.campaign import Campaign
from desks.campaigns.choosing import Chosen, result_of
from desks.campaigns.people import count_people
from desks.campaigns.progress import Progress, progress_of
from desks.campaigns.standing import Means, Stand, stand_of
from desks.campaigns.unspoken import Unspoken
from ledger.clock import now
from ledger.records import User

PAGE = 100  # people at once
LONGEST_DIGITS = 16
NO_RESULT = N_("没有这样的结果。请在名单里选一个。")


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """A campaign at this moment."""

    at: datetime
    view: CampaignView
    stand: Stand
    progress: Progress
    questions: tuple[QuestionView, ...]
    unspoken: list[Unspoken]


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """A page of the people who were chosen."""

    chosen: Chosen
    views: list[PersonView]
    total: int  # chosen ones
    first: int
    visible: frozenset[str]  # calls that the user may open

    @property
    def after(self) -> int | None:
        """Where the next page begins."""
        return self.first + PAGE if self.first + PAGE < self.total else None

    @property
    def before(self) -> int | None:
        """Where the page before began."""
        return max(0, self.first - PAGE) if self.first else None

    def query(self, **more: int | None) -> str:
        """The address of the same choice."""
        told = {"result": self.chosen.result or "", "number": self.chosen.digits, **more}
        return urlencode({name: value for name, value in told.items() if value not in {"", None}})


def read_chosen(query: Mapping[str, str]) -> Chosen:
    """Which people a page's address asks for. Raises BadInput."""
    told = query.get("result", "")
    result = result_of(told)
    if told and result is None:
        raise BadInput(f"result: there is no result {told[:20]!r}; see docs/campaigns.md", NO_RESULT)
    digits = "".join(sign for sign in query.get("number", "") if sign in "+0123456789")
    return Chosen(result=result, digits=digits[:LONGEST_DIGITS])


def look(session: Session, user: User, board: Switchboard, campaign_id: int) -> Present:
    """A campaign that the user sees. Raises NotFound."""
    view = service.view_campaign(session, user, campaign_id)
    return Present(
        at=now(),
        view=view,
        stand=stand(session, view.campaign, board),
        progress=progress_of(session, view.campaign, view.figures),
        questions=service.questions(session, view.campaign),
        unspoken=service.unspoken_of(session, view.campaign, board),
    )


def stand(session: Session, campaign: Campaign, board: Switchboard) -> Stand:
    """Why it calls nobody now, or that it does."""
    desk = board.desk(campaign.desk)
    means = Means(calls_out=board.calls_out, prompts=board.prompts, operators=desk.operators if desk else ())
    return stand_of(session, campaign, means)


def choose(session: Session, user: User, campaign: Campaign, chosen: Chosen, first: int) -> People:
    """A page of people."""
    views = service.people_of(session, campaign, chosen, first=first, limit=PAGE)
    return People(
        chosen=chosen,
        views=views,
        total=count_people(session, campaign.id, chosen),
        first=first,
        visible=service.visible_calls_of(session, user, views),
    )


def present_document(present: Present) -> dict[str, Any]:
    """A campaign at this moment for programs: where it stands, how far it is, and what was answered."""
    stand, progress = present.stand, present.progress
    return {
        "standing": {
            "why": stand.why.value,
            "people": stand.count,
            "until": stand.until.isoformat() if stand.until else None,
        },
        "progress": {
            "open": progress.open,
            "late": progress.late,
            "pace_per_h": progress.pace_per_h,
            "ends_at": progress.ends_at.isoformat() if progress.ends_at else None,
        },
        "answers": {
            told.question.id: {answer.key: answer.people for answer in told.answers}
            for told in present.questions
        },
        "notes": [str(note) for note in present.unspoken],
    }
