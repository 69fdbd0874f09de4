"""Appeals (申诉) of a period, by when they were made."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.blind_reviews import blind_calls
from ledger.canaries import not_canary
from ledger.case_states import CaseStep
from ledger.records import User
from ledger.scopes import visible_calls
from ledger.states import UserRole
from ledger.statistics.counting import Selection
from ledger.statistics.tally import share
from ledger.tables import CallRow, CaseRow, CaseStepRow

COLUMNS: dict[str, InstrumentedAttribute[str | None]] = {
    "desk": CallRow.desk,
    "team": CallRow.team,
    "operator": CallRow.operator,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AppealTally:
    """Appeals by what became of them until now."""

    appealed: int = 0
    upheld: int = 0  # the findings change
    dismissed: int = 0  # they stand

    @property
    def waiting(self) -> int:
        """Not decided yet."""
        return self.appealed - self.upheld - self.dismissed

    @property
    def upheld_share(self) -> float | None:
        """Of those decided, 0 to 1; None of nothing."""
        return share(self.upheld, self.upheld + self.dismissed)


def appeal_tally(session: Session, wanted: Selection) -> AppealTally:
    """The appeals made in a period against reviews of the selected calls, whenever those were."""
    period, viewer = wanted.period, wanted.viewer
    own = [COLUMNS[name] == getattr(wanted, name) for name in COLUMNS if getattr(wanted, name)]
    if viewer is not None:
        own += [CallRow.id.not_in(blind_calls(viewer.id)), _counted_for(viewer)]
    decisions = [
        select(CaseStepRow.id)
        .where(CaseStepRow.call_id == CaseRow.call_id, CaseStepRow.step == step)
        .correlate(CaseRow)
        .exists()
        for step in (CaseStep.UPHELD, CaseStep.DISMISSED)
    ]
    query = (
        select(func.count(), *(func.count().filter(decision) for decision in decisions))
        .select_from(CaseRow)
        .join(CallRow, CallRow.id == CaseRow.call_id)
        .where(
            and_(CaseRow.appealed_at >= period.starts_at, CaseRow.appealed_at < period.ends_at),
            not_canary(),
            *own,
        )
    )
    counts = session.execute(query).one()
    return AppealTally(appealed=counts[0], upheld=counts[1], dismissed=counts[2])


def _counted_for(viewer: User) -> ColumnElement[bool]:
    """Auditors see all figures of their desks and teams, though no call."""
    if viewer.role is not UserRole.AUDITOR:
        return visible_calls(viewer)
    held = ((CallRow.desk, viewer.desks), (CallRow.team, viewer.teams))
    return and_(true(), *(column.in_(sorted(names)) for column, names in held if names))
