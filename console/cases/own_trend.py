"""How an operator's own weeks went, and what the operator was commended for: nobody else's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

from markupsafe import Markup
from sqlalchemy.orm import Session

from console.cases import repository
from console.charts import Point, bars, lines
from console.figures.definitions import Unit
from console.figures.wording import tell
from console.words import N_
from ledger.clock import now
from ledger.records import User
from ledger.statistics.own import OwnWeek, own_weeks

MOST_RULES = 8
TOP_SCORE = 100.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Praise:
    """What a reviewer commended in a published call."""

    call_id: str
    text: str  # without secrets


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnTrend:
    """The last weeks of one operator."""

    weeks: Sequence[OwnWeek]
    rules: Sequence[tuple[str, int]]  # flags by rule, most first
    praise: Sequence[Praise]

    @property
    def calls(self) -> int:
        """Of all weeks."""
        return sum(week.tally["calls"] for week in self.weeks)


def trend_of(session: Session, operator: User, zone: tzinfo) -> OwnTrend:
    """Up to today."""
    weeks = own_weeks(session, operator.name, now().astimezone(zone).date(), zone)
    flags = Counter[str]()
    for week in weeks:
        flags.update({rule: tally.flags for rule, tally in week.rules.items() if tally.flags})
    praised = repository.praise_for(session, operator)
    veils = repository.veils_of(session, [call_id for call_id, _ in praised])
    return OwnTrend(
        weeks=weeks,
        rules=flags.most_common(MOST_RULES),
        praise=[
            Praise(call_id=call_id, text=veils[call_id].over_text(text) if call_id in veils else text)
            for call_id, text in praised
        ],
    )


def drawn(trend: OwnTrend, translate: Callable[[str], str]) -> dict[str, Markup]:
    """The charts: calls and mean score by week."""
    calls = [Point(label=_label(week), value=week.tally["calls"]) for week in trend.weeks]
    scores = [Point(label=_label(week), value=week.tally.mean_score) for week in trend.weeks]
    score = translate(N_("平均得分"))
    return {
        "calls": bars(translate(N_("每周通话")), calls, partial(tell, Unit.COUNT)),
        "score": lines(score, [(score, scores)], partial(tell, Unit.SCORE), TOP_SCORE),
    }


def _label(week: OwnWeek) -> str:
    return f"{week.monday:%m-%d}"
