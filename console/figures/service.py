"""Puts the figures of a selection together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta, tzinfo
from functools import partial

from sqlalchemy.orm import Session

from console.figures import repository
from console.figures.memo import SHARED, RequestMemo
from console.figures.reports import rounds_of, samples_of
from console.figures.schemas import FiguresView, Group, Heat, Piece, Report, Step, Wish
from console.switchboard import Switchboard
from ledger.records import User
from ledger.statistics.cells import MEMO
from ledger.statistics.counting import Dim, Selection
from ledger.statistics.days import Period, cut, end_of_month, monday_of
from ledger.statistics.tally import EMPTY, RuleTally, Tally, total_of

MOST_OPERATORS = 25  # of the heat map
MOST_RULES = 12

ByRule = Mapping[str, RuleTally]


def open_figures(
    session: Session,
    wish: Wish,
    zone: tzinfo,
    viewer: User,
    switchboard: Switchboard,
    *,
    reports: Collection[Report] = tuple(Report),
) -> FiguresView:
    """All figures of what was asked for, as far as the viewer may see them, with these reports of others."""
    session.info[MEMO] = RequestMemo(SHARED)
    wanted = wish.selection(zone, viewer)
    earlier = wish.of_period(wanted.period.before).selection(zone, viewer)
    by_hour = repository.tallies(session, wanted, Dim.DAY, Dim.HOUR)
    people = _groups(session, wanted, Dim.OPERATOR, switchboard)
    grouping = wish.grouping
    groups = people if grouping is Dim.OPERATOR else _groups(session, wanted, grouping, switchboard)
    flags = repository.rule_tallies(session, wanted, Dim.OPERATOR, Dim.RULE)
    return FiguresView(
        wish=wish,
        wanted=wanted,
        total=total_of(by_hour.values()),
        before=repository.total(session, earlier),
        pieces=_pieces(by_hour, wanted.period, wish.step),
        hours=_hours(by_hour, wanted.period),
        groups=groups,
        rules=_by_rule(flags),
        rules_before=_by_rule(repository.rule_tallies(session, earlier, Dim.OPERATOR, Dim.RULE)),
        heat=None if wish.operator else heat_of(people, flags),
        appeals=repository.appeal_tally(session, wanted),
        appeals_before=repository.appeal_tally(session, earlier),
        samples=samples_of(session, wanted) if Report.SAMPLES in reports else (),
        rounds=rounds_of(session, wanted, viewer) if Report.ROUNDS in reports else (),
        blind=repository.count_blind(session, viewer),
    )


def heat_of(people: Sequence[Group], flags: Mapping[tuple[str, str], RuleTally]) -> Heat:
    """The operators with most flags and the rules of most flags."""
    counts = {key: tally.flags for key, tally in flags.items() if tally.flags and key[0]}
    rules = sorted(_sums(counts, 1).items(), key=lambda pair: (-pair[1], pair[0]))
    worst = _sums(counts, 0)
    flagged = sorted(
        (one for one in people if one.name in worst), key=lambda one: (-worst[one.name], one.name)
    )
    return Heat(
        operators=flagged[:MOST_OPERATORS],
        rules=[rule for rule, _ in rules[:MOST_RULES]],
        flags=counts,
        left_out=max(0, len(flagged) - MOST_OPERATORS),
    )


def label_of(dim: str, name: str, switchboard: Switchboard) -> str:
    """What a desk or an operator is called; others are called by their names."""
    if dim == Dim.DESK:
        return next((desk.name for desk in switchboard.desks if desk.id == name), name)
    if dim == Dim.OPERATOR and name in switchboard.names:
        return f"{name} {switchboard.names[name]}"
    return name


def _groups(session: Session, wanted: Selection, dim: Dim | None, switchboard: Switchboard) -> list[Group]:
    """The largest first, those without a name last."""
    if dim is None:
        return []
    found = repository.tallies(session, wanted, dim)
    groups = [
        Group(name=name, label=label_of(dim, name, switchboard), tally=tally)
        for (name,), tally in found.items()
    ]
    return sorted(groups, key=lambda one: (not one.name, -one.tally["calls"], one.name))


def _pieces(by_hour: Mapping[tuple[date, int], Tally], period: Period, step: Step) -> list[Piece]:
    days: dict[date, list[Tally]] = {}
    for (day, _), tally in by_hour.items():
        days.setdefault(day, []).append(tally)
    return [
        Piece(
            label=_label_of(piece, step),
            period=piece,
            tally=total_of(one for day in piece.days() for one in days.get(day, ())),
        )
        for piece in cut(period, partial(_end_of, step))
    ]


def _end_of(step: Step, day: date) -> date:
    """Of a day, a week (from Monday) or a month."""
    if step is Step.MONTH:
        return end_of_month(day)
    return monday_of(day) + timedelta(days=6) if step is Step.WEEK else day


def _label_of(piece: Period, step: Step) -> str:
    return f"{piece.first:%Y-%m}" if step is Step.MONTH else f"{piece.first:%m-%d}"


def _hours(by_hour: Mapping[tuple[date, int], Tally], period: Period) -> list[Piece]:
    hours: dict[int, list[Tally]] = {}
    for (_, hour), tally in by_hour.items():
        hours.setdefault(hour, []).append(tally)
    return [
        Piece(
            label=str(hour),
            period=period,
            tally=total_of(hours[hour]) if hour in hours else EMPTY,
            hour=hour,
        )
        for hour in range(24)
    ]


def _by_rule(flags: Mapping[tuple[str, str], RuleTally]) -> ByRule:
    """Those of most flags first."""
    rules: dict[str, RuleTally] = {}
    for (_, rule), tally in flags.items():
        rules[rule] = rules.get(rule, RuleTally()) + tally
    return dict(sorted(rules.items(), key=lambda pair: (-pair[1].flags, -pair[1].fails, pair[0])))


def _sums(counts: Mapping[tuple[str, str], int], part: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for key, count in counts.items():
        sums[key[part]] = sums.get(key[part], 0) + count
    return sums
