"""What the campaigns' forms and programs send, and the campaign that is wanted by it."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from console.errors import BadInput
from console.texts import HIGHEST_ID, checked
from console.words import N_
from desks.campaigns.campaign import MOST_ATTEMPTS, PAUSES, Campaign, Wish
from desks.campaigns.hours import CallingHours
from desks.campaigns.pasted import Pasted, read_numbers
from desks.campaigns.questions import Answer, Question
from desks.campaigns.states import CampaignState, Kind, Mode, Outcome
from ledger.errors import SettingsError

LONGEST_NAME, LONGEST_WHY = 100, 200
HOUR_S, MINUTE_S = 3600.0, 60.0
PromptId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=64)]
WRONG = N_("任务不能这样设置。请改正下面指出的一项。")


class AnswerOrder(BaseModel, extra="forbid"):
    """An answer of a question."""

    key: str
    meaning: Annotated[str, Field(min_length=1, max_length=40)]
    satisfied: bool | None = None
    settled: bool | None = None


class QuestionOrder(BaseModel, extra="forbid"):
    """A question of one's own: its prompt must have been rendered."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]
    text: Annotated[str, Field(min_length=1, max_length=200)]
    prompt: PromptId
    answers: Annotated[list[AnswerOrder], Field(min_length=1, max_length=8)]
    tries: Annotated[int, Field(ge=1, le=5)] = 2
    wait_s: Annotated[float, Field(gt=0, le=30)] = 6.0


class CampaignOrder(BaseModel, extra="forbid"):
    """A campaign to be made. Without questions and greeting it has those of its kind."""

    name: str
    kind: Kind
    desk: str = ""
    mode: Mode = Mode.MACHINE
    greeting: PromptId | Literal[""] = ""
    questions: Annotated[list[QuestionOrder], Field(max_length=20)] = []
    opens: time = time(9)
    closes: time = time(20)
    days: list[Annotated[int, Field(ge=1, le=7)]] = [1, 2, 3, 4, 5, 6, 7]
    zone: Annotated[str, Field(max_length=64)] = ""
    most_attempts: Annotated[int, Field(ge=1, le=MOST_ATTEMPTS)] = 3
    pauses_min: dict[Outcome, Annotated[float, Field(ge=0, le=10_080)]] = {}  # minutes
    earliest_h: Annotated[float, Field(ge=0, le=120)] = 0.0  # hours after the event
    limit_h: Annotated[float, Field(gt=0, le=120)] | None = None
    takes_tickets: bool = False


class ChangeOrder(CampaignOrder):
    """A change of a campaign: what is not named stays. `version` is the one that was seen."""

    version: Annotated[int, Field(ge=0, le=HIGHEST_ID)]
    name: str = ""
    kind: Kind = Kind.SATISFACTION


class PersonOrder(BaseModel, extra="forbid"):
    """People to be added: lines as they are pasted."""

    numbers: str


class StateOrder(BaseModel, extra="forbid"):
    """Start (running), pause or stop."""

    state: CampaignState


class BarOrder(BaseModel, extra="forbid"):
    """A number that shall not be called."""

    number: str
    why: str
    until: datetime | None = None


class Made(BaseModel):
    """What was made."""

    id: int


def order_of(campaign: Campaign) -> CampaignOrder:
    """What would make a campaign as it is."""
    return CampaignOrder.model_validate(
        {
            "name": campaign.name,
            "kind": campaign.kind,
            "desk": campaign.desk,
            "mode": campaign.mode,
            "greeting": campaign.greeting,
            "questions": [question.document for question in campaign.questions],
            **campaign.hours.document,
            "most_attempts": campaign.most_attempts,
            "pauses_min": {
                outcome: pause.total_seconds() / MINUTE_S for outcome, pause in campaign.pauses.items()
            },
            "earliest_h": campaign.earliest.total_seconds() / HOUR_S,
            "limit_h": campaign.limit.total_seconds() / HOUR_S,
            "takes_tickets": campaign.takes_tickets,
        }
    )


def changed_order(campaign: Campaign, change: ChangeOrder) -> CampaignOrder:
    """The campaign that a change wants; another kind brings its own questions unless they are named."""
    is_now, shall = order_of(campaign), change.model_dump(exclude_unset=True, exclude={"version"})
    told = is_now.model_dump() | shall
    told["pauses_min"] = is_now.pauses_min | change.pauses_min
    if change.kind != campaign.kind and "kind" in shall:
        told |= {"greeting": shall.get("greeting", ""), "questions": shall.get("questions", [])}
    return CampaignOrder.model_validate(told)


def wish_of(order: CampaignOrder, zone: str) -> Wish:
    """The campaign that is wanted. Raises BadInput."""
    name = checked("name", order.name, LONGEST_NAME, is_needed=True, words=WRONG)
    pauses = {outcome: timedelta(minutes=minutes) for outcome, minutes in order.pauses_min.items()}
    try:
        return Wish(
            name=name,
            kind=order.kind,
            desk=order.desk,
            mode=order.mode,
            greeting=order.greeting,
            questions=tuple(_question(each) for each in order.questions),
            hours=CallingHours(
                opens=order.opens,
                closes=order.closes,
                days=tuple(sorted(set(order.days))),
                zone=order.zone or zone,
            ),
            most_attempts=order.most_attempts,
            pauses={**PAUSES, **{outcome: pause for outcome, pause in pauses.items() if outcome in PAUSES}},
            earliest=timedelta(hours=order.earliest_h),
            limit=None if order.limit_h is None else timedelta(hours=order.limit_h),
            takes_tickets=order.takes_tickets,
        )
    except SettingsError as error:
        raise BadInput(str(error), WRONG) from error


def read_text(text: str, zone: tzinfo) -> Pasted:
    """People and bad lines of what was pasted. Raises BadInput for signs that no database keeps."""
    return read_numbers(checked("numbers", text, 1_000_000, words=WRONG), zone)


def _question(order: QuestionOrder) -> Question:
    answers = tuple(Answer(**answer.model_dump()) for answer in order.answers)
    return Question(**{**order.model_dump(), "answers": answers})
