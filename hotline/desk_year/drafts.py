"""Faults and complaints as they may have come in: when, about what, why, how long they took."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final

from desks.tickets import Nature, OverdueReason, PauseReason
from hotline.desk_year import totals
from hotline.desk_year.causes import COMPLAINT_CAUSES, DISTRIBUTION, TRUNK, Cause, causes_of, prone_to_cable
from hotline.desk_year.spread import chosen, shaken, spread
from ledger.working_days import SHANGHAI

LIMITS_MINUTES: Final = {Nature.FAULT: 24 * 60, Nature.COMPLAINT: 48 * 60}
HOURS: Final = tuple(
    accumulate((1, 1, 1, 1, 1, 2, 4, 14, 30, 34, 30, 24, 16, 18, 26, 28, 26, 24, 22, 22, 16, 8, 4, 2))
)
_TRUNK_SHARE: Final = 0.31
_MEDIAN_MINUTES: Final = {True: 520.0, False: 310.0}  # of cable faults, of others
_SIGMA: Final = 0.82
_COMES_AGAIN: Final = 0.026  # part of the tickets that are reopened within the days of their kind


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstRound:
    """How a ticket went before it was reopened; figures count from the reopening."""

    handled_minutes: int
    closed_minutes: int  # until the caller came again


@dataclass(slots=True)
class Draft:
    """One ticket."""

    opened_at: datetime
    nature: Nature
    service: str
    branch: int  # its place in the list
    cause: Cause
    handled_minutes: int = 0
    late_reason: OverdueReason | None = None
    pause_minutes: int = 0
    pause_reason: PauseReason | None = None
    is_urged: bool = False
    first_round: FirstRound | None = None  # of one that is reopened

    @property
    def limit_minutes(self) -> int:
        """Of its nature."""
        return LIMITS_MINUTES[self.nature]

    @property
    def late_minutes(self) -> int:
        """After the limit; 0: in time."""
        return max(0, self.handled_minutes - self.limit_minutes)


def drafts(seed: int) -> list[Draft]:
    """All of them, the oldest first."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    made = [draft for block in totals.BLOCKS for draft in _faults(chance, block)]
    _give_cables(chance, made)
    made += _complaints(chance)
    for draft in made:
        _handle(chance, draft)
    _reopen_some(random.Random(f"{seed}, again"), made)  # noqa: S311 - nothing secret
    return sorted(made, key=lambda draft: draft.opened_at)


def moments(chance: random.Random, year: int, months: range, count: int) -> Iterator[datetime]:
    """So many moments of some months, more of them by day and in the season of storms; UTC."""
    weights = {month: totals.SEASON[month] * _length(year, month) for month in months}
    for month, part in spread(count, shaken(chance, weights, 0.05)).items():
        days = _length(year, month)
        for hour in chance.choices(range(24), cum_weights=HOURS, k=part):
            day, minute, second = chance.randrange(days) + 1, chance.randrange(60), chance.randrange(60)
            yield datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI).astimezone(UTC)


def branch(chance: random.Random) -> int:
    """One of the list, by its size."""
    return chance.choices(range(len(totals.BRANCHES)), list(totals.BRANCHES.values()))[0]


def _faults(chance: random.Random, block: totals.Block) -> Iterator[Draft]:
    parts = dict(block.by_service)
    for service, count in spread(block.rest, block.rest_weights).items():
        parts[service] = parts.get(service, 0) + count
    for service, count in parts.items():
        causes, weights = causes_of(service)
        picked = chance.choices(causes, weights, k=count)
        for at, cause in zip(moments(chance, block.year, block.months, count), picked, strict=True):
            yield Draft(
                opened_at=at, nature=Nature.FAULT, service=service, branch=branch(chance), cause=cause
            )


def _give_cables(chance: random.Random, made: list[Draft]) -> None:
    """Exactly as many as there were get a trunk or distribution cable as their cause, and nobody else has."""
    for year, parts in totals.CABLE.items():
        for first, last, count in parts:
            within = [draft for draft in made if _is_within(draft, year, first, last)]
            weights = [prone_to_cable(draft.service) for draft in within]
            for place in chosen(chance, weights, count):
                within[place].cause = TRUNK if chance.random() < _TRUNK_SHARE else DISTRIBUTION


def _is_within(draft: Draft, year: int, first: int, last: int) -> bool:
    local = draft.opened_at.astimezone(SHANGHAI)
    return local.year == year and first <= local.month <= last


def _complaints(chance: random.Random) -> Iterator[Draft]:
    causes, weights = zip(*COMPLAINT_CAUSES.items(), strict=True)
    services = (totals.FIXED, totals.BROADBAND, totals.PAYPHONE)
    for year, (months, count) in totals.COMPLAINTS.items():
        for at in moments(chance, year, months, count):
            yield Draft(
                opened_at=at,
                nature=Nature.COMPLAINT,
                service=chance.choices(services, (5, 4, 1))[0],
                branch=branch(chance),
                cause=chance.choices(causes, weights)[0],
            )


def _handle(chance: random.Random, draft: Draft) -> None:
    is_cable = draft.cause in {TRUNK, DISTRIBUTION}
    median = _MEDIAN_MINUTES[is_cable] * (1 + 0.12 * (draft.branch - 2))
    if draft.nature is Nature.COMPLAINT:
        median *= 2.2
    draft.handled_minutes = max(12, int(median * chance.lognormvariate(0, _SIGMA)))
    if draft.late_minutes:
        draft.late_reason = chance.choices(list(OverdueReason), (36, 24, 40))[0]
    draft.is_urged = chance.random() < (0.4 if draft.late_minutes else 0.03)
    if draft.late_reason is OverdueReason.ARRANGED or chance.random() < 0.07:
        draft.pause_minutes = 60 * chance.randint(3, 46)
        draft.pause_reason = chance.choices(list(PauseReason), (55, 39, 6))[0]


def _reopen_some(chance: random.Random, made: list[Draft]) -> None:
    for draft in made:
        if chance.random() < _COMES_AGAIN:
            draft.first_round = FirstRound(
                handled_minutes=chance.randint(60, draft.limit_minutes // 2),
                closed_minutes=chance.randint(90, 5 * 24 * 60),
            )


def _length(year: int, month: int) -> int:
    first = datetime(year, month, 1, tzinfo=UTC)
    return ((first + timedelta(days=31)).replace(day=1) - first).days
