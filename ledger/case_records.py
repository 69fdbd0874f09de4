"""Cases as records: how far people are with a call, and the steps that led there."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from ledger.case_states import CaseState, CaseStep
from ledger.errors import HotlineError
from ledger.tables import CaseRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A case. Columns mirror `ledger.tables.CaseRow`; a call without a row is open, and nobody's."""

    call_id: str
    state: CaseState = CaseState.OPEN
    since: datetime | None = None  # of the state; None: there is no row yet
    version: int = 0
    holder_id: int | None = None
    held_since: datetime | None = None
    handed_by_id: int | None = None
    reviewer_id: int | None = None
    reviewed_at: datetime | None = None
    second_id: int | None = None
    second_at: datetime | None = None
    published_by_id: int | None = None
    published_at: datetime | None = None
    appeal_until: datetime | None = None
    appealed_by_id: int | None = None
    appealed_at: datetime | None = None
    decided_by_id: int | None = None
    decided_at: datetime | None = None

    @property
    def people(self) -> frozenset[int]:
        """Everybody who had a part in it."""
        had_part = (self.reviewer_id, self.second_id, self.published_by_id, self.appealed_by_id)
        return frozenset(each for each in had_part if each is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepTaken:
    """One step of a case."""

    at: datetime
    user_id: int | None  # None: time or the plan did it
    user: str | None  # the name that others see
    step: CaseStep
    state: CaseState  # that it led to
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedOut:
    """What became of many calls that were to be handed to somebody."""

    handed: tuple[str, ...]  # call ids
    refused: dict[str, HotlineError]  # by call id, why


def to_case(row: CaseRow) -> Case:
    """A row as a record."""
    values = {field.name: getattr(row, field.name) for field in fields(Case)}
    return Case(**{**values, "state": CaseState(row.state)})
