"""What `/api/business` answers. Values stand under the ids of `/api/business/definitions`, null of nothing.

Counts are whole, times minutes, shares 0 to 1, money yuan.
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from desks.campaigns.states import Kind as CampaignKind
from desks.campaigns.states import Outcome
from desks.figures import Enquiry, EnquiryKind, RefusalReason
from desks.figures.behind import CountedCall, CountedPerson, CountedTicket
from desks.figures.source import Verdict, Written
from desks.tickets import Nature, PauseReason

Values = dict[str, int | float | None]


class SpanDocument(BaseModel):
    """Days, both included."""

    first: date
    last: date


class ChangeDocument(BaseModel):
    """Against an earlier period; without anything there `ratio` is null."""

    before: int
    difference: int
    ratio: float | None


class ChangesDocument(BaseModel):
    """How a count changes."""

    since_before: ChangeDocument
    since_year: ChangeDocument


class PieceDocument(SpanDocument):
    """A day or a month of the period."""

    values: Values
    year_before: int  # tickets of the piece in its place a year before
    services: dict[str, int]  # tickets


class LineDocument(ChangesDocument):
    """A branch (`id`; null: not assigned) or a service, with how its tickets change."""

    id: int | None = None
    name: str
    values: Values


class CauseDocument(ChangesDocument):
    """A cause or a group of causes; without id and name: tickets that have no cause yet."""

    id: int | None
    name: str | None
    tickets: int
    share: float | None
    branches: dict[int, int]  # tickets by the branch's id; those not assigned under 0


class TicketsDocument(ChangesDocument):
    """Tickets of the asked nature."""

    total: Values
    arranged_minutes: dict[PauseReason, int]
    pieces: list[PieceDocument]
    branches: list[LineDocument]
    services: list[LineDocument]
    causes: list[CauseDocument]


class SalesLineDocument(BaseModel):
    """Enquiries of a kind; of one service of it, or, without one, of all."""

    kind: EnquiryKind
    service: str | None
    values: Values


class SalesPieceDocument(SpanDocument):
    """Enquiries of a day or a month."""

    kinds: dict[EnquiryKind, Values]


class SalesDocument(ChangesDocument):
    """Enquiries and cards; the changes are of the enquiries."""

    total: Values
    lines: list[SalesLineDocument]
    pieces: list[SalesPieceDocument]
    refusals: dict[RefusalReason, int]


class CallBacksDocument(BaseModel):
    """Call-backs; `outcomes` counts people by their last attempt, those without one under `none`."""

    total: Values
    kinds: dict[CampaignKind, Values]
    outcomes: dict[Outcome | str, int]


class MarksDocument(BaseModel):
    """What callers pressed."""

    values: Values
    marks: dict[str, int]  # by key


class SurveyLineDocument(MarksDocument):
    """Of calls about a branch's tickets; without id those of no ticket, or of one that no branch has."""

    id: int | None
    name: str | None


class SurveyDocument(MarksDocument):
    """All together, and the lines that add up to it."""

    branches: list[SurveyLineDocument]


class BusinessDocument(BaseModel):
    """All that `/business` shows of a period."""

    period: SpanDocument
    before: SpanDocument
    year_before: SpanDocument
    at: datetime
    nature: Nature
    branch: int | None
    service: str | None
    tickets: TicketsDocument
    sales: SalesDocument
    call_backs: CallBacksDocument
    survey: SurveyDocument


class AnalysisDocument(BusinessDocument):
    """A month, with its complaints beside."""

    complaints: TicketsDocument


class DefinitionDocument(BaseModel):
    """A figure; `behind` is the `what` of the rows that it counts."""

    id: str
    unit: str
    name: str
    name_en: str
    meaning: str
    meaning_en: str
    behind: str | None


class BehindDocument(BaseModel):
    """Some of the rows behind a number, the oldest first: of one kind, the others are empty."""

    total: int
    page: int
    pages: int
    tickets: list[CountedTicket]
    enquiries: list[Enquiry]
    people: list[CountedPerson]
    calls: list[CountedCall]


class ClaimDocument(BaseModel):
    """A published figure beside ours; per cent as the document writes it."""

    id: str
    quote: str
    written: Written
    stated: float
    ours: float | None
    verdict: Verdict
    basis: str
    why: str | None
    other_way: str | None  # by which the document may have come to its number
    other: float | None
