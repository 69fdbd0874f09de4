"""What the document's figures are computed from: counts of the ledger, each asked for once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from desks.figures.counting import Counts, Dim, count
from desks.figures.measures import Source
from desks.figures.slices import Slice
from desks.figures.states import EnquiryKind
from desks.tickets import Nature
from ledger.statistics.days import Period, end_of_month

CABLE = "电缆"  # the group of trunk and distribution cable
Part = Callable[["Rows"], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """Of a ledger at a moment; months are of one year, both included."""

    session: Session
    at: datetime
    zone: tzinfo
    desks: frozenset[str] = frozenset()
    known: dict[tuple[Any, ...], Counts] = field(default_factory=dict)

    def faults(self, year: int, first: int = 1, last: int = 12, *, service: str = "", group: str = "") -> int:
        """Faults that came in."""
        wanted = self._slice(year, first, last, nature=Nature.FAULT, service=service, cause_group=group)
        return self._count(Source.TICKETS, wanted)["tickets"]

    def cables(self, year: int, first: int = 1, last: int = 12) -> int:
        """Faults of trunk and distribution cables."""
        return self.faults(year, first, last, group=CABLE)

    def place_of_cables(self, year: int) -> int:
        """Which place cables have among the groups of causes, by faults; 0: no faults."""
        wanted = self._slice(year, 1, 12, nature=Nature.FAULT)
        groups = count(self.session, Source.TICKETS, wanted, self.at, (Dim.CAUSE_GROUP,)).by(Dim.CAUSE_GROUP)
        if CABLE not in groups:
            return 0
        return 1 + sum(each["tickets"] > groups[CABLE]["tickets"] for each in groups.values())

    def installs(self, year: int, first: int, last: int, *, service: str = "") -> Counts:
        """Enquiries about installing."""
        kind = EnquiryKind.INSTALL
        return self._count(
            Source.ENQUIRIES, self._slice(year, first, last, enquiry_kind=kind, service=service)
        )

    def cards_yuan(self, year: int, first: int, last: int, *, card: str = "") -> float:
        """What the cards sold are worth."""
        wanted = self._slice(year, first, last, enquiry_kind=EnquiryKind.CARD, service=card)
        return self._count(Source.ENQUIRIES, wanted)["amount_fen"] / 100

    def _count(self, source: Source, wanted: Slice) -> Counts:
        key = (source, wanted)
        if key not in self.known:
            self.known[key] = count(self.session, source, wanted, self.at).total()
        return self.known[key]

    def _slice(self, year: int, first: int, last: int, **asked: Any) -> Slice:
        period = Period(first=date(year, first, 1), last=end_of_month(date(year, last, 1)), zone=self.zone)
        return Slice(period=period, desks=self.desks, **asked)
