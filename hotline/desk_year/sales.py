"""The rows of enquiries: installs asked for and cards sold, with the call-backs of new lines and others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from desks.campaigns.states import Kind
from desks.figures import EnquiryKind, EnquiryResult, RefusalReason
from hotline.desk_year import totals
from hotline.desk_year.call_backs import call_back
from hotline.desk_year.drafts import branch, moments
from hotline.desk_year.rows import OPERATORS, Rows
from hotline.desk_year.tickets import Known
from ledger.tables import EnquiryRow

_NOTE_YUAN: Final = 50  # cards are worth 50 or 100 yuan
_REASONS: Final = {
    RefusalReason.NO_CABLE: 46,
    RefusalReason.NO_PORT: 14,
    RefusalReason.PRICE: 16,
    RefusalReason.CHANGED_MIND: 18,
    RefusalReason.OTHER: 6,
}
_BUILDING: Final = timedelta(days=3)  # from the enquiry until the line is there
_OTHERS_A_MONTH: Final = {Kind.SATISFACTION: 48, Kind.LOST: 15}


def add_sales(rows: Rows, known: Known, sales: totals.Sales) -> None:
    """Enquiries about installing and cards, exactly as many as there were."""
    for service, asked in sales.asked.items():
        results = [True] * sales.succeeded[service] + [False] * (asked - sales.succeeded[service])
        rows.chance.shuffle(results)
        for at, is_sold in zip(moments(rows.chance, sales.year, sales.months, asked), results, strict=True):
            _add_install(rows, known, service, at, is_sold=is_sold)
    for card, yuan in sales.cards_yuan.items():
        worth = list(_notes(rows, yuan))
        for at, each in zip(moments(rows.chance, sales.year, sales.months, len(worth)), worth, strict=True):
            _add(
                rows, known, EnquiryKind.CARD, card, at, result=EnquiryResult.SUCCEEDED, amount_fen=each * 100
            )


def add_other_call_backs(rows: Rows, campaigns: Mapping[Kind, int], year: int, months: range) -> None:
    """Customers who are asked how satisfied they are, and those who have left."""
    for kind, count in _OTHERS_A_MONTH.items():
        for at in moments(rows.chance, year, months, count * len(months)):
            call_back(rows, campaigns, kind, rows.number(), at)


def _notes(rows: Rows, yuan: int) -> Iterator[int]:
    left = yuan
    while left:
        worth = min(left, rows.chance.choice((_NOTE_YUAN, _NOTE_YUAN, 2 * _NOTE_YUAN)))
        left -= worth
        yield worth


def _add_install(rows: Rows, known: Known, service: str, at: datetime, *, is_sold: bool) -> None:
    if not is_sold:
        reason = rows.chance.choices(list(_REASONS), list(_REASONS.values()))[0]
        _add(rows, known, EnquiryKind.INSTALL, service, at, result=EnquiryResult.REFUSED, reason=reason)
        return
    number = _add(rows, known, EnquiryKind.INSTALL, service, at, result=EnquiryResult.SUCCEEDED)
    call_back(rows, known.campaigns, Kind.NEW_INSTALL, number, at + _BUILDING)


def _add(
    rows: Rows,
    known: Known,
    kind: EnquiryKind,
    service: str,
    at: datetime,
    *,
    result: EnquiryResult,
    reason: RefusalReason | None = None,
    amount_fen: int = 0,
) -> str:
    """One enquiry; the number that called."""
    number = rows.number()
    rows.add(
        EnquiryRow,
        version=1,
        at=at,
        desk=totals.DESK,
        kind=kind,
        service=service,
        branch_id=known.branches[branch(rows.chance)][0],
        result=result,
        reason=reason,
        amount_fen=amount_fen,
        call_id=rows.call_in(number, at),
        entered_by=rows.chance.choice(list(OPERATORS)),
    )
    return number
