"""Charts of a period that goes on beyond today."""

from __future__ import annotations

import re
from datetime import date

from console.business import service
from console.business.behind import Links
from console.business.drawing import charts_of, series_of_services
from console.business.schemas import Wish
from console.business.tables import Maker
from ledger.clock import now
from ledger.database import Ledger
from ledger.working_days import SHANGHAI
from tests.console import ticketing


def test_months_to_come_are_a_gap_and_not_nothing(ledger: Ledger) -> None:
    """The line ends with the month of today; those a year before go on."""
    ticketing.furnish(ledger)
    ticketing.open_one(ledger)
    at = now()
    today = at.astimezone(SHANGHAI).date()
    wish = Wish(first=date(today.year, 1, 1), last=date(today.year + 1, 12, 31))
    with ledger.reading() as session:
        view = service.open_view(session, wish, SHANGHAI, None, at)
    maker, links = Maker(view=view, language="zh", _=str), Links(wish=wish)
    years = charts_of(maker, links, series_of_services(maker, links))["years"]
    assert years.count("<circle") == today.month
    assert re.findall(r"<title>\d{4}-\d{2}: 1</title>", years) == [
        f"<title>{today:%Y-%m}: 1</title>",  # now; a year later it is that of the year before
        f"<title>{today.year + 1}-{today:%m}: 1</title>",
    ]
