"""What samples and rounds of blind reviews say in a period: their own reports, as far as a viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from sqlalchemy.orm import Session

from console.figures import repository
from console.figures.schemas import RoundView, SampleView
from console.rounds.service import report_of
from ledger.blind_reviews import BlindReview
from ledger.records import User
from ledger.samples import SampleDraw
from ledger.statistics.counting import Selection
from qa_scoring.agreement import Report
from qa_scoring.sampling.reporting import Kind, Line, report_on

MOST_DRAWS = 5
MOST_ROUNDS = 5


def samples_of(session: Session, wanted: Selection) -> list[SampleView]:
    """The newest draws with a day of the period. What the viewer judges blind counts as missing."""
    viewer = wanted.viewer
    blind = repository.ids_of_blind_calls(session, viewer.id) if viewer else frozenset[str]()
    draws = repository.draws_within(session, wanted.period.first, wanted.period.last, MOST_DRAWS)
    found = (_sample(session, draw, blind, wanted) for draw in draws)
    return [view for view in found if view.lines]


def _sample(session: Session, draw: SampleDraw, blind: frozenset[str], wanted: Selection) -> SampleView:
    sampled = [
        replace(one, check=None) if one.call_id in blind else one
        for one in repository.sampled_calls(session, draw.id)
    ]
    verdicts = repository.verdicts_of_draw(session, draw.id)
    report = report_on(draw, sampled, {call: one for call, one in verdicts.items() if call not in blind})
    return SampleView(
        draw=draw, report=report, lines=[line for line in report.lines if _is_shown(line, wanted)]
    )


def _is_shown(line: Line, wanted: Selection) -> bool:
    """The line for what is selected, and those below it that the viewer may see."""
    viewer = wanted.viewer
    held = (viewer.desks, viewer.teams) if viewer else (frozenset(), frozenset())
    asked = {Kind.DESK: wanted.desk, Kind.TEAM: wanted.team, Kind.OPERATOR: wanted.operator}
    if line.kind is Kind.ALL:
        return not any(held) and not any(asked.values())
    if any(asked.values()):
        return bool(asked[line.kind]) and line.name == asked[line.kind] and _may_see(line, held)
    return line.kind is not Kind.OPERATOR and _may_see(line, held)


def _may_see(line: Line, held: tuple[frozenset[str], frozenset[str]]) -> bool:
    """A line of a desk is shown to those who are held to no team, that of a team to those held to it."""
    desks, teams = held
    if line.kind is Kind.DESK:
        return not teams and (not desks or line.name in desks)
    if line.kind is Kind.TEAM:
        return not desks and (not teams or line.name in teams)
    return not desks and not teams


def rounds_of(session: Session, wanted: Selection, viewer: User) -> list[RoundView]:
    """The newest rounds closed in the period; none to those held to desks or teams: rounds mix calls."""
    if viewer.desks or viewer.teams or wanted.desk or wanted.team or wanted.operator:
        return []
    closed = repository.closed_rounds(session, wanted.period.starts_at, wanted.period.ends_at)
    views = []
    for one, at in closed[:MOST_ROUNDS]:
        reviews = repository.shown_reviews(session, viewer_id=viewer.id, round_id=one.id)
        if reviews:
            report = _agreement(_Reviews(reviews, one.seed))
            views.append(RoundView(id=one.id, title=one.title, closed_at=at, report=report))
    return views


class _Reviews:
    """Reviews that are the same as others with the same ids: intervals are drawn anew only once."""

    def __init__(self, reviews: Sequence[BlindReview], seed: int) -> None:
        self.reviews, self.seed = reviews, seed
        self._key = (seed, *((one.round_id, one.call_id, one.name, one.submitted_at) for one in reviews))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reviews) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=32)
def _agreement(of: _Reviews) -> Report:
    return report_of(of.reviews, of.seed)
