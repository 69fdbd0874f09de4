"""Repository of teams (班组): which one each operator is in, as the plan says now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.tables import OperatorTeamRow


def note_teams(session: Session, teams: Mapping[str, str]) -> None:
    """Keep the teams by operators' numbers; those of operators that are not named stay."""
    for number, team in teams.items():
        session.merge(OperatorTeamRow(number=number, team=team))


def team_of(session: Session, operator: str | None) -> str | None:
    """The team that an operator is in now, or None where nobody said."""
    row = session.get(OperatorTeamRow, operator) if operator else None
    return row.team or None if row else None


def teams_of(session: Session, operators: Sequence[str]) -> dict[str, str]:
    """The teams that these operators are in now; those of whom nobody said are left out."""
    query = select(OperatorTeamRow).where(OperatorTeamRow.number.in_(operators), OperatorTeamRow.team != "")
    return {row.number: row.team for row in session.scalars(query)}


def list_teams(session: Session) -> tuple[str, ...]:
    """All teams by name."""
    query = select(OperatorTeamRow.team).where(OperatorTeamRow.team != "").distinct()
    return tuple(session.scalars(query.order_by(OperatorTeamRow.team)))
