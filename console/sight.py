"""Which desks and operators somebody sees on the live pages: those of the calls that somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.switchboard import Desk, Switchboard
from ledger.records import User
from ledger.scopes import is_unbounded
from ledger.teams import teams_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """The desks' ids and the operators' numbers."""

    desks: frozenset[str]
    operators: frozenset[str]


def sight_of(session: Session, switchboard: Switchboard, user: User) -> Sight | None:
    """What somebody who is held to desks or teams sees; None is everything.

    A desk has no team. Whoever is held to teams sees the desks at which their operators sit, and there no
    other operators.
    """
    if is_unbounded(user):
        return None
    own = tuple(desk for desk in switchboard.desks if not user.desks or desk.id in user.desks)
    operators = _operators(own)
    if user.teams:
        teams = teams_of(session, sorted(operators))
        operators = frozenset(number for number, team in teams.items() if team in user.teams)
        own = tuple(desk for desk in own if operators.intersection(desk.operators))
    return Sight(desks=frozenset(desk.id for desk in own), operators=operators)


def _operators(desks: Sequence[Desk]) -> frozenset[str]:
    return frozenset(number for desk in desks for number in desk.operators)
