"""`/calls/news`: what has changed of the rows that somebody looks at, and how many calls have come since."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from console.context import Here
from console.errors import BadInput
from console.listing.filters import read_filters
from console.listing.repository import Asked
from console.listing.row_repository import row_marks
from console.listing.schemas import Order
from console.signin.visitors import SignedIn, user_of
from console.texts import check_year, checked

OWN = frozenset({"ids", "since"})  # parameters that are no filters
LONGEST_IDS = 4000  # characters
MOST_ROWS = 50  # of one page
MOST_TOLD = 99  # new calls

router = APIRouter()


class News(BaseModel):
    """What a list that is open shows anew."""

    rows: dict[str, str]  # a mark of each row that may be shown, see `row_marks`, be it out of the filters
    new: int  # calls that fit the filters and came since; at most MOST_TOLD


@router.get("/calls/news")
def news(request: Request, console: Here, visitor: SignedIn, ids: str = "", since: str = "") -> News:
    """The marks of these calls (ids with commas between), and how many came after a moment."""
    wanted, moment = _read_ids(ids), _read_moment(since)
    filters = read_filters({name: text for name, text in request.query_params.items() if name not in OWN})
    user = user_of(visitor)
    with console.ledger.reading() as session:
        asked = Asked.of(session, filters, Order(), console.zone, user)
        shown = Asked.of(session, filters.unfiltered, Order(), console.zone, user, blind=asked.blind)
        rows = row_marks(session, sorted(shown.among(wanted)), user)
        return News(rows=rows, new=asked.since(moment).count(MOST_TOLD).total)


def _read_ids(ids: str) -> list[str]:
    wanted = [call_id for call_id in checked("ids", ids, LONGEST_IDS).split(",") if call_id]
    if len(wanted) > MOST_ROWS:
        raise BadInput(f"ids: at most {MOST_ROWS} calls are looked after at once")
    return wanted


def _read_moment(since: str) -> datetime:
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise BadInput(f"since must be a moment such as 2026-11-30T08:00:00+00:00, got {since!r}") from error
    if moment.tzinfo is None:
        raise BadInput(f"since needs a zone, such as +00:00, got {since!r}")
    check_year(moment, "since")
    return moment
