"""Who has proposed how much: of everybody for those who lead, else of oneself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from console.context import Console
from console.rendering import Visitor
from console.rights import Right, has
from console.signin.visitors import user_of
from desks.directory.proposal_counts import Share, shares
from ledger import teams, users
from ledger.clock import start_of_day
from ledger.records import User
from ledger.states import UserRole
from ledger.statistics.days import ONE_DAY, month_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """What was proposed in a week, and collected in the month of its first day."""

    monday: date
    operators: Sequence[Share]
    inspectors: Sequence[Share]
    sees_all: bool  # else it is the visitor alone

    @property
    def before(self) -> date:
        """The Monday before."""
        return self.monday - 7 * ONE_DAY

    @property
    def after(self) -> date:
        """The next Monday."""
        return self.monday + 7 * ONE_DAY


def week_of(session: Session, console: Console, visitor: Visitor, monday: date) -> Week:
    """Team leads see their teams' operators, editors and quality leads everybody."""
    user = user_of(visitor)
    sees_all = has(visitor, Right.FIGURES) or has(visitor, Right.DIRECTORY)
    month = month_of(monday, console.zone)
    settings = console.settings
    operators = shares(
        session,
        UserRole.OPERATOR,
        start_of_day(monday, console.zone),
        start_of_day(monday + 7 * ONE_DAY, console.zone),
        target=settings.proposals_a_week,
        only=_operators_of(session, user) if sees_all else [user.name],
    )
    inspectors = shares(
        session,
        UserRole.MONITOR,
        start_of_day(month.first, console.zone),
        start_of_day(month.last + ONE_DAY, console.zone),
        target=settings.collected_a_month,
        only=None if sees_all else [user.name],
    )
    return Week(monday=monday, operators=operators, inspectors=inspectors, sees_all=sees_all)


def _operators_of(session: Session, user: User) -> Sequence[str] | None:
    """Of whoever is held to teams the operators in them; None: all."""
    if not user.teams:
        return None
    names = [one.name for one in users.list_users(session) if one.role is UserRole.OPERATOR]
    return [name for name, team in teams.teams_of(session, names).items() if team in user.teams]
