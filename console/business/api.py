"""`/api/business`: the figures for programs, counted by the functions of the pages."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from console.business import service
from console.business.behind import open_behind, read_behind, read_page
from console.business.documents import (
    AnalysisDocument,
    BehindDocument,
    BusinessDocument,
    ClaimDocument,
    DefinitionDocument,
)
from console.business.pages import Reader, today_of
from console.business.schemas import CauseBy, read_month_wish, read_wish
from console.business.telling import (
    analysis_document,
    behind_document,
    business_document,
    claim_document,
    definition_documents,
)
from console.context import Here
from console.figures.schemas import LONGEST_NAME
from console.language import Language
from console.signin.visitors import user_of
from console.texts import HIGHEST_ID
from desks.campaigns.states import Kind as CampaignKind
from desks.campaigns.states import Outcome
from desks.figures import EnquiryKind, RefusalReason
from desks.tickets import Nature
from ledger.clock import now

router = APIRouter()

Id = Annotated[int | None, Field(ge=0, le=HIGHEST_ID)]


class Asked(BaseModel):
    """What the page's address may ask for besides the period."""

    nature: Nature = Nature.FAULT
    branch: Id = None
    service: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    causes: CauseBy = CauseBy.GROUP

    def query(self) -> dict[str, str]:
        """As the address has it."""
        asked = self.model_dump(mode="json", exclude_none=True)
        return {name: str(value) for name, value in asked.items()}


class OfPeriod(Asked):
    """Both days included; without them the month up to today."""

    day_from: date | None = None
    day_to: date | None = None


class OfMonth(Asked):
    """Such as 2026-11; without it the last whole month."""

    month: str = ""


class OfRows(OfPeriod):
    """Which rows: a measure (`what`) and what is asked of them. `cause=0`: those without a cause."""

    what: str = "tickets"
    cause: Id = None
    group: str = ""
    kind: EnquiryKind | None = None
    reason: RefusalReason | None = None
    campaign: CampaignKind | None = None
    outcome: Outcome | None = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


@router.get("/api/business")
def business_api(console: Here, visitor: Reader, asked: Annotated[OfPeriod, Query()]) -> BusinessDocument:
    """The figures of a period, by day or month, branch, service and cause, with what they are compared to."""
    wish = read_wish(asked.query(), today_of(console))
    with console.ledger.reading() as session:
        return business_document(service.open_view(session, wish, console.zone, user_of(visitor), now()))


@router.get("/api/business/analysis")
def analysis_api(console: Here, visitor: Reader, asked: Annotated[OfMonth, Query()]) -> AnalysisDocument:
    """A month's analysis: its figures, and its complaints."""
    wish = read_month_wish(asked.query(), today_of(console), console.zone)
    with console.ledger.reading() as session:
        view, complaints = service.open_analysis(session, wish, console.zone, user_of(visitor), now())
    return analysis_document(view, complaints)


@router.get("/api/business/behind")
def behind_api(console: Here, visitor: Reader, asked: Annotated[OfRows, Query()]) -> BehindDocument:
    """The tickets, enquiries or people behind a number, fifty a page."""
    query = asked.query()
    wish, behind, page = read_wish(query, today_of(console)), read_behind(query), read_page(query)
    wanted = behind.slice(wish, console.zone, user_of(visitor))
    with console.ledger.reading() as session:
        found = open_behind(session, behind, wanted, now(), page)
    return behind_document(found, page)


@router.get("/api/business/definitions")
def definitions_api(console: Here, visitor: Reader) -> list[DefinitionDocument]:  # noqa: ARG001 - admits
    """Every figure's id, name, unit and definition."""
    return list(definition_documents(partial(console.pages.translate, Language.EN)))


@router.get("/api/business/source")
def source_api(console: Here, visitor: Reader) -> list[ClaimDocument]:
    """The published figures beside ours."""
    with console.ledger.reading() as session:
        checked = service.check_claims(session, console.zone, user_of(visitor), now())
    return [claim_document(one) for one in checked]
