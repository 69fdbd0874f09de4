"""Our own list of the calls behind a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.errors import BadInput
from console.figures import repository
from console.figures.schemas import LONGEST_NAME
from console.texts import page_number, whole_number
from ledger.statistics.behind import MEASURES, Behind, CountedCall
from ledger.statistics.counting import Selection
from ledger.tables.statistics import RULE_COUNTS

PAGE_LENGTH = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One page of them."""

    calls: Sequence[CountedCall]
    total: int
    page: int  # from 1

    @property
    def pages(self) -> int:
        """How many there are."""
        return max(1, -(-self.total // PAGE_LENGTH))


def open_behind(session: Session, wanted: Selection, behind: Behind, page: int) -> Found:
    """One page of the calls behind a number, and how many there are."""
    calls = repository.calls_behind(session, wanted, behind, limit=PAGE_LENGTH, skip=(page - 1) * PAGE_LENGTH)
    return Found(calls=calls, total=repository.count_behind(session, wanted, behind), page=page)


def read_behind(query: Mapping[str, str]) -> Behind:
    """What the address asks for. Raises BadInput."""
    what, rule, hour = query.get("what", "calls"), query.get("rule", ""), query.get("hour", "")
    if what not in MEASURES:
        raise BadInput(f"what must be one of {', '.join(MEASURES)}, got {what[:20]!r}")
    if len(rule) > LONGEST_NAME or (what in RULE_COUNTS and not rule):
        raise BadInput(f"rule must be a rule's id, got {rule[:20]!r}")
    if hour and whole_number(hour, most=23) is None:
        raise BadInput(f"hour must be a number from 0 to 23, got {hour[:20]!r}")
    return Behind(what=what, rule=rule, hour=int(hour) if hour else None)


def read_page(query: Mapping[str, str]) -> int:
    """Which page. Raises BadInput."""
    return page_number(query.get("page") or "1")
