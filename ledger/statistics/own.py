"""What an operator's own page shows: the own calls and findings, week by week, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy.orm import Session

from ledger.statistics.counting import Dim, Selection, rule_tallies, tallies
from ledger.statistics.days import Period, monday_of
from ledger.statistics.tally import EMPTY, RuleTally, Tally


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnWeek:
    """One week of an operator."""

    monday: date
    tally: Tally  # calls, talk time, waits of callers, scores, survey
    rules: dict[str, RuleTally]  # by rule; those without a finding are left out


def own_weeks(session: Session, operator: str, last: date, zone: tzinfo, weeks: int = 8) -> list[OwnWeek]:
    """The weeks up to a local day, the oldest first; each from Monday, the last as far as it has come."""
    monday = monday_of(last)
    mondays = [date.fromordinal(monday.toordinal() - 7 * back) for back in reversed(range(weeks))]
    period = Period(first=mondays[0], last=last, zone=zone)
    wanted = Selection(period=period, operator=operator)
    days = tallies(session, wanted, Dim.DAY)
    ruled = rule_tallies(session, wanted, Dim.DAY, Dim.RULE)
    return [_week(monday, days, ruled) for monday in mondays]


def _week(monday: date, days: dict[tuple[date], Tally], ruled: dict[tuple[date, str], RuleTally]) -> OwnWeek:
    tally, rules = EMPTY, dict[str, RuleTally]()
    for (day,), one in days.items():
        tally = tally + one if monday_of(day) == monday else tally
    for (day, rule), found in ruled.items():
        if monday_of(day) == monday:
            rules[rule] = rules.get(rule, RuleTally()) + found
    return OwnWeek(monday=monday, tally=tally, rules=rules)
