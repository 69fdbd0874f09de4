"""How much each operator proposes a week, and each inspector collects a month (每周十个, 每月五十个)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desks.directory.proposals import ProposalState
from ledger.states import UserRole
from ledger.tables import DirectoryProposalRow, UserRow

COUNTED: Final = frozenset(ProposalState) - {ProposalState.REJECTED}


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What somebody has handed in within a time."""

    user_id: int
    name: str
    display_name: str
    by_state: dict[ProposalState, int]
    target: int

    @property
    def counted(self) -> int:
        """All but what was rejected."""
        return sum(count for state, count in self.by_state.items() if state in COUNTED)

    @property
    def missing(self) -> int:
        """How many more there should be."""
        return max(0, self.target - self.counted)


def shares(
    session: Session,
    role: UserRole,
    since: datetime,
    until: datetime,
    *,
    target: int,
    only: Collection[str] | None = None,
) -> list[Share]:
    """Everybody of a role who signs in, those with the most missing first; `only`: of these names.

    `until` is the first moment after.
    """
    counts = _counts(session, since, until)
    query = select(UserRow).where(UserRow.role == role.value, UserRow.disabled.is_(False))
    found = [
        Share(
            user_id=row.id,
            name=row.name,
            display_name=row.display_name,
            by_state=counts.get(row.id, {}),
            target=target,
        )
        for row in session.scalars(query)
        if only is None or row.name in only
    ]
    return sorted(found, key=lambda share: (-share.missing, share.name))


def _counts(session: Session, since: datetime, until: datetime) -> dict[int, dict[ProposalState, int]]:
    query = (
        select(DirectoryProposalRow.user_id, DirectoryProposalRow.state, func.count())
        .where(DirectoryProposalRow.made_at >= since, DirectoryProposalRow.made_at < until)
        .group_by(DirectoryProposalRow.user_id, DirectoryProposalRow.state)
    )
    found: dict[int, dict[ProposalState, int]] = defaultdict(dict)
    for user_id, state, count in session.execute(query):
        found[user_id][ProposalState(state)] = count
    return dict(found)
