"""Business figures as programs get them, out of the view that the page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from console.business.behind import pages_of
from console.business.documents import (
    AnalysisDocument,
    BehindDocument,
    BusinessDocument,
    CallBacksDocument,
    CauseDocument,
    ChangeDocument,
    ClaimDocument,
    DefinitionDocument,
    LineDocument,
    PieceDocument,
    SalesDocument,
    SalesLineDocument,
    SalesPieceDocument,
    SpanDocument,
    SurveyDocument,
    SurveyLineDocument,
    TicketsDocument,
    Values,
)
from console.business.schemas import BusinessView, Sales, Tickets
from console.business.tables import (
    CALL_BACK_KEYS,
    SALES_KEYS,
    SURVEY_KEYS,
    TICKET_KEYS,
    Translate,
    sales_lines,
)
from console.figures.definitions import FIGURES as SURVEY_FIGURES
from desks.campaigns.states import Kind as CampaignKind
from desks.figures import EnquiryKind, RefusalReason
from desks.figures.behind import Found
from desks.figures.changes import Change, Ranked, change_of
from desks.figures.counting import Counts, Dim
from desks.figures.definitions import COMPARISONS, FIGURES
from desks.figures.source import Checked, written
from desks.figures.words import Words
from desks.tickets import PauseReason
from ledger.statistics.days import Period
from ledger.statistics.tally import Tally

# Counted by branch, not by piece or service.
_OF_WHOLE_PERIOD: Final = frozenset({"fault_rate", "paused_minutes"})


def business_document(view: BusinessView) -> BusinessDocument:
    """A view for programs."""
    wish = view.wish
    return BusinessDocument(
        period=_span(view.period),
        before=_span(view.before),
        year_before=_span(view.year_before),
        at=view.at,
        nature=wish.nature,
        branch=wish.branch_id,
        service=wish.service or None,
        tickets=_tickets_document(view, view.tickets),
        sales=_sales(view, view.sales),
        call_backs=_call_backs(view),
        survey=_survey(view),
    )


def analysis_document(view: BusinessView, complaints: Tickets) -> AnalysisDocument:
    """A month's view and its complaints for programs."""
    told = business_document(view)
    return AnalysisDocument(**dict(told), complaints=_tickets_document(view, complaints))


def behind_document(found: Found, page: int) -> BehindDocument:
    """A page of the rows behind a number."""
    return BehindDocument(
        total=found.total,
        page=page,
        pages=pages_of(found),
        tickets=list(found.tickets),
        enquiries=list(found.enquiries),
        people=list(found.people),
        calls=list(found.calls),
    )


def _tickets_document(view: BusinessView, tickets: Tickets) -> TicketsDocument:
    totals = [tickets.total, tickets.before.total(), tickets.year_before.total()]
    return TicketsDocument(
        total=_values(TICKET_KEYS, tickets.total),
        arranged_minutes={why: tickets.total[f"paused_minutes_{why}"] for why in PauseReason},
        pieces=_pieces(view, tickets),
        branches=_branches(view, tickets),
        services=_services(tickets),
        causes=[_cause(view, tickets, line) for line in tickets.causes],
        **_changes(*(counts["tickets"] for counts in totals)),
    )


def _pieces(view: BusinessView, tickets: Tickets) -> list[PieceDocument]:
    found, last_year = tickets.cells.by(Dim.PIECE), tickets.year_before.by(Dim.PIECE)
    services = {name: tickets.cells.where(Dim.SERVICE, name) for name in tickets.cells.by(Dim.SERVICE)}
    return [
        PieceDocument(
            first=piece.first,
            last=piece.last,
            values=_values(TICKET_KEYS, found.get(place, Counts()), without=_OF_WHOLE_PERIOD),
            year_before=last_year.get(place, Counts())["tickets"],
            services={
                name: cells.by(Dim.PIECE).get(place, Counts())["tickets"] for name, cells in services.items()
            },
        )
        for place, piece in enumerate(view.pieces)
    ]


def _branches(view: BusinessView, tickets: Tickets) -> list[LineDocument]:
    earlier, last_year = tickets.before.by(Dim.BRANCH), tickets.year_before.by(Dim.BRANCH)
    return [
        LineDocument(
            id=each,
            name=view.lists.branches.get(each or 0, ""),
            values=_values(TICKET_KEYS, tickets.by_branch[each]),
            **_changes(*(_tickets(found, each) for found in (tickets.by_branch, earlier, last_year))),
        )
        for each in (*view.lists.branches, None)
        if each in tickets.by_branch
    ]


def _services(tickets: Tickets) -> list[LineDocument]:
    found, earlier, last_year = (
        cells.by(Dim.SERVICE) for cells in (tickets.cells, tickets.before, tickets.year_before)
    )
    return [
        LineDocument(
            name=name,
            values=_values(TICKET_KEYS, counts, without=_OF_WHOLE_PERIOD),
            **_changes(*(_tickets(those, name) for those in (found, earlier, last_year))),
        )
        for name, counts in found.items()
    ]


def _cause(view: BusinessView, tickets: Tickets, line: Ranked) -> CauseDocument:
    is_one = isinstance(line.name, int)
    own = tickets.cells.where(Dim.CAUSE if is_one else Dim.CAUSE_GROUP, line.name).by(Dim.BRANCH)
    return CauseDocument(
        id=line.name if is_one else None,
        name=view.lists.causes.get(line.name) if is_one else line.name,
        tickets=line.tickets,
        share=line.share,
        branches={branch or 0: counts["tickets"] for branch, counts in own.items()},
        since_before=_change(line.tickets, line.since_before),
        since_year=_change(line.tickets, line.since_year),
    )


def _sales(view: BusinessView, sales: Sales) -> SalesDocument:
    totals = (sales.total, sales.before, sales.year_before)
    return SalesDocument(
        total=_values(SALES_KEYS, sales.total),
        lines=[
            SalesLineDocument(kind=kind, service=service or None, values=_values(SALES_KEYS, counts))
            for kind, service, counts in sales_lines(view)
        ],
        pieces=[_sales_piece(sales, place, piece) for place, piece in enumerate(view.pieces)],
        refusals={why: sales.reasons.get(why, Counts())["refused"] for why in RefusalReason},
        **_changes(*(counts["enquiries"] for counts in totals)),
    )


def _sales_piece(sales: Sales, place: int, piece: Period) -> SalesPieceDocument:
    kinds = sales.cells.where(Dim.PIECE, place).by(Dim.KIND)
    told = {EnquiryKind(kind): _values(SALES_KEYS, counts) for kind, counts in kinds.items()}
    return SalesPieceDocument(first=piece.first, last=piece.last, kinds=told)


def _call_backs(view: BusinessView) -> CallBacksDocument:
    kinds, outcomes = view.call_backs.by(Dim.KIND), view.call_backs.by(Dim.OUTCOME)
    return CallBacksDocument(
        total=_values(CALL_BACK_KEYS, view.call_backs.total()),
        kinds={CampaignKind(kind): _values(CALL_BACK_KEYS, counts) for kind, counts in kinds.items()},
        outcomes={outcome or "none": counts["people"] for outcome, counts in outcomes.items()},
    )


def _survey(view: BusinessView) -> SurveyDocument:
    lines = [
        SurveyLineDocument(id=branch, name=view.lists.branches.get(branch or 0), **_marks(tally))
        for branch, tally in view.survey.by_branch.items()
    ]
    return SurveyDocument(branches=lines, **_marks(view.survey.whole))


def _marks(tally: Tally) -> dict[str, Any]:
    values = {key: SURVEY_FIGURES[key].read(tally) for key in SURVEY_KEYS}
    return {"values": values, "marks": tally.marks}


def _values(keys: Iterable[str], counts: Counts, *, without: frozenset[str] = frozenset()) -> Values:
    return {key: FIGURES[key].read(counts) for key in keys if key not in without}


def _changes(now: int, before: int, year_before: int) -> dict[str, Any]:
    return {
        "since_before": _change(now, change_of(now, before)),
        "since_year": _change(now, change_of(now, year_before)),
    }


def _change(now: int, change: Change) -> ChangeDocument:
    return ChangeDocument(before=now - change.difference, difference=change.difference, ratio=change.ratio)


def _tickets(found: Mapping[Any, Counts], name: Any) -> int:
    return found.get(name, Counts())["tickets"]


def _span(period: Period) -> SpanDocument:
    return SpanDocument(first=period.first, last=period.last)


def definition_documents(translate: Translate) -> Iterator[DefinitionDocument]:
    """Every figure once; `translate` gives the survey's in English."""
    for figure in FIGURES.values():
        yield _definition(figure.id, figure.unit, figure.name, figure.meaning, figure.behind)
    for key, (name, meaning, unit) in COMPARISONS.items():
        yield _definition(key, unit, name, meaning, "")
    for key in SURVEY_KEYS:
        told = SURVEY_FIGURES[key]
        name, meaning = (Words(text, translate(text)) for text in (told.title, told.meaning))
        yield _definition(key, told.unit, name, meaning, "")


def claim_document(checked: Checked) -> ClaimDocument:
    """A published figure beside ours."""
    claim = checked.claim
    ours, other = (
        None if value is None else written(claim.written, value) for value in (checked.ours, checked.other)
    )
    return ClaimDocument(
        id=claim.id,
        quote=claim.quote,
        written=claim.written,
        stated=claim.stated,
        ours=ours,
        verdict=checked.verdict,
        basis=claim.basis.zh,
        why=claim.why.zh if claim.why else None,
        other_way=claim.other.meaning.zh if claim.other else None,
        other=other,
    )


def _definition(key: str, unit: StrEnum, name: Words, meaning: Words, behind: str) -> DefinitionDocument:
    return DefinitionDocument(
        id=key,
        unit=unit,
        name=name.zh,
        name_en=name.en,
        meaning=meaning.zh,
        meaning_en=meaning.en,
        behind=behind or None,
    )
