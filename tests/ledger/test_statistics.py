"""The figures agree with the ledger to the last call, from sums and from rows, on SQLite and PostgreSQL."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger.blind_rounds import Order, Place, add_round
from ledger.clock import now
from ledger.database import Ledger
from ledger.decisions import newest_review
from ledger.figures import queue_figures
from ledger.judgements import save_recording
from ledger.records import Recording, User
from ledger.scopes import visible_calls
from ledger.states import RoundKind, UserRole
from ledger.statistics.counting import Dim, Selection, rule_tallies, tallies, total
from ledger.statistics.days import LocalDay, Period
from ledger.statistics.keeping import keep_sums
from ledger.statistics.tally import percentile_s, total_of
from ledger.tables import CallRow, FindingRow, ScorecardRow, SummedDayRow
from tests.ledger.random_ledger import Maker, add_reviewer, counted, found_by_rules, undo

ZONE = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 10, 24)  # the clocks go back on the 25th
AFTER = datetime(2026, 10, 27, 12, tzinfo=UTC)
PERIOD = Period(first=FIRST, last=date(2026, 10, 27), zone=ZONE)
AT_ONCE = timedelta(0)
TRIGGERS = {
    f"unsum_{table}_{event}"
    for table in ("calls", "waiting", "scorecards", "reviews", "undone_reviews")
    for event in ("insert", "update", "delete")
}


def make(ledger: Ledger, calls: int, seed: int = 1) -> Maker:
    """A ledger of random calls from the 24th to the 27th."""
    start = LocalDay(day=FIRST, zone=ZONE).starts_at
    maker = Maker(chance=random.Random(seed), first=start, days=4)
    with ledger.transaction() as session:
        add_reviewer(session)
        session.flush()
        for _ in range(calls):
            maker.add_call(session)
    return maker


def sum_all(ledger: Ledger) -> None:
    """Mark and sum every day but the 27th, which is today."""
    keep_sums(ledger, ZONE, at=AFTER, grace=AT_ONCE)
    keep_sums(ledger, ZONE, at=AFTER, grace=AT_ONCE)


def summed(ledger: Ledger) -> list[date]:
    """Days whose sums count now."""
    with ledger.reading() as session:
        query = select(SummedDayRow.day).where(SummedDayRow.summed_at.is_not(None))
        return list(session.scalars(query.order_by(SummedDayRow.day)))


def assert_exact(session: Session, wanted: Selection) -> None:
    """Whatever is asked, the figures are what plain Python counts."""
    assert Counter(total(session, wanted).sums) == counted(session, wanted)
    ruled = {rule: asdict(one) for (rule,), one in rule_tallies(session, wanted, Dim.RULE).items()}
    expected = found_by_rules(session, wanted)
    assert ruled.keys() == expected.keys()
    for rule, counts in expected.items():
        assert Counter({name: count for name, count in ruled[rule].items() if count}) == counts


def test_every_figure_is_what_the_rows_give(either_ledger: Ledger) -> None:
    """Without sums, with sums, and after any change: late calls, new scorecards, decisions, other waits."""
    maker = make(either_ledger, 40)
    wishes = [
        Selection(period=PERIOD),
        Selection(period=PERIOD, desk="enquiries"),
        Selection(period=PERIOD, team="一班"),
        Selection(period=replace(PERIOD, first=date(2026, 10, 25), last=date(2026, 10, 25)), operator="8003"),
    ]
    for turn in range(5):
        with either_ledger.reading() as session:
            for wanted in wishes if turn in {0, 4} else wishes[:1]:
                assert_exact(session, wanted)
        if turn in {0, 2}:
            sum_all(either_ledger)
            assert summed(either_ledger) == [date(2026, 10, day) for day in (24, 25, 26)]
        else:
            with either_ledger.transaction() as session:
                maker.change(session)
    with either_ledger.reading() as session:
        for dims in ((Dim.DAY, Dim.HOUR), (Dim.DESK,), (Dim.TEAM, Dim.OPERATOR)):
            parts = tallies(session, wishes[0], *dims)
            assert Counter(total_of(parts.values()).sums) == counted(session, wishes[0])
        days = tallies(session, wishes[0], Dim.DAY)
        for day in PERIOD.days():
            one = Selection(period=Period(first=day, last=day, zone=ZONE))
            assert Counter(days[day,].sums) == counted(session, one)


def test_hours_are_local_also_when_clocks_change(ledger: Ledger) -> None:
    """25 stretches of 24 hours on the long day, 23 on the short one; each call in its own local hour."""
    long, short = LocalDay(day=date(2026, 10, 25), zone=ZONE), LocalDay(day=date(2026, 3, 29), zone=ZONE)
    assert [hour for _, hour in long.hours] == [0, 1, 2, 2, *range(3, 24)]
    assert [hour for _, hour in short.hours] == [0, 1, *range(3, 24)]
    make(ledger, 40)
    with ledger.reading() as session:
        found = tallies(session, Selection(period=PERIOD), Dim.DAY, Dim.HOUR)
        rows = session.scalars(select(CallRow).where(CallRow.origin == "sip"))
        moments = [row.received_at.astimezone(ZONE) for row in rows]
    hours = Counter((moment.date(), moment.hour) for moment in moments)
    assert {key: tally["calls"] for key, tally in found.items() if tally["calls"]} == hours


def test_any_change_of_a_day_makes_its_sums_anew(either_ledger: Ledger) -> None:
    """A change that nobody told of takes the day back; one while sums are made throws them away."""
    make(either_ledger, 20)
    sum_all(either_ledger)
    day = date(2026, 10, 25)
    within = LocalDay(day=day, zone=ZONE)
    with either_ledger.transaction() as session:
        session.execute(
            text("UPDATE calls SET operator = 'x' WHERE received_at >= :a AND received_at < :b"),
            {"a": within.starts_at.replace(tzinfo=None), "b": within.ends_at.replace(tzinfo=None)}
            if either_ledger.engine.dialect.name == "sqlite"
            else {"a": within.starts_at, "b": within.ends_at},
        )
    assert day not in summed(either_ledger)
    keep_sums(either_ledger, ZONE, at=AFTER)  # marked
    with either_ledger.transaction() as session:
        session.execute(text("UPDATE calls SET operator = 'y' WHERE operator = 'x'"))
    keep_sums(either_ledger, ZONE, at=AFTER + timedelta(minutes=2))  # marked again: what was marked is gone
    assert day not in summed(either_ledger)
    keep_sums(either_ledger, ZONE, at=AFTER + timedelta(minutes=2, seconds=30))  # too early
    assert day not in summed(either_ledger)
    keep_sums(either_ledger, ZONE, at=AFTER + timedelta(minutes=4))
    assert day in summed(either_ledger)
    with either_ledger.reading() as session:
        assert_exact(session, Selection(period=PERIOD, operator="y"))


def test_a_decision_taken_back_counts_no_more(either_ledger: Ledger) -> None:
    """Its day, whose sums were made while it stood, is counted anew."""
    make(either_ledger, 20)
    sum_all(either_ledger)
    with either_ledger.transaction() as session:
        decided = session.execute(
            select(FindingRow.id, CallRow.received_at)
            .join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
            .join(CallRow, CallRow.id == ScorecardRow.call_id)
            .where(FindingRow.verdict == "fail", CallRow.received_at < PERIOD.ends_at - timedelta(days=1))
            .order_by(FindingRow.id)
        )
        finding_id, at = next(found for found in decided if newest_review(session, found.id))
        undo(session, finding_id)
    assert at.astimezone(ZONE).date() not in summed(either_ledger)
    with either_ledger.reading() as session:
        assert_exact(session, Selection(period=PERIOD))


def test_what_does_not_count_takes_no_day_back(ledger: Ledger) -> None:
    """A worker's claim on an old call is no change of its figures; all triggers are there."""
    make(ledger, 20)
    sum_all(ledger)
    before = summed(ledger)
    with ledger.transaction() as session:
        session.execute(text("UPDATE calls SET claimed_by = 'w', tries = 2, state = 'recorded'"))
        found = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        assert set(found) >= TRIGGERS
    assert summed(ledger) == before != []


@pytest.mark.parametrize("is_summed", [False, True])
def test_everybody_is_shown_what_is_theirs(ledger: Ledger, is_summed: bool) -> None:
    """By desks and teams as in the list; all to auditors; nothing to those without figures."""
    make(ledger, 40)
    if is_summed:
        sum_all(ledger)
    with ledger.reading() as session:
        for desks, teams in (({"faults"}, ()), ((), {"一班"}), ({"enquiries"}, {"一班", "二班"})):
            viewer = user(UserRole.TEAM_LEAD, desks, teams)
            own = set(session.scalars(select(CallRow.id).where(visible_calls(viewer))))
            wanted = Selection(period=PERIOD, viewer=viewer)
            tally, rows = (
                total(session, wanted),
                counted(session, wanted, lambda call, own=own: call.id in own),
            )
            assert tally["calls"] == rows["calls"] > 0
            assert tally["flagged"] == rows["flagged"]
            assert tally["bridged"] == rows["bridged"]
        everything = counted(session, Selection(period=PERIOD))
        auditor = Selection(period=PERIOD, viewer=user(UserRole.AUDITOR))
        assert Counter(total(session, auditor).sums) == everything
        for role in (UserRole.SUPERVISOR, UserRole.OPERATOR):
            assert total(session, Selection(period=PERIOD, viewer=user(role))).is_empty


@pytest.mark.parametrize("is_summed", [False, True])
def test_whoever_judges_blind_sees_no_figure_of_the_call(ledger: Ledger, is_summed: bool) -> None:
    """Neither from rows nor from sums; everybody else does."""
    make(ledger, 40)
    with ledger.transaction() as session:
        query = select(CallRow.id).where(
            CallRow.flag_count > 0, CallRow.received_at < AFTER - timedelta(days=2)
        )
        call_id = session.scalars(query.where(CallRow.origin == "sip")).first()
        assert call_id
        save_recording(session, recording(call_id))
        session.flush()
        add_round(session, order(call_id))
    if is_summed:
        sum_all(ledger)
    with ledger.reading() as session:
        blind = Selection(period=PERIOD, viewer=user(UserRole.QUALITY_LEAD))
        expected = counted(session, Selection(period=PERIOD), lambda call: call.id != call_id)
        assert {key: n for key, n in total(session, blind).sums.items() if n} == expected
        seeing = Selection(period=PERIOD, viewer=replace(user(UserRole.QUALITY_LEAD), id=2))
        flags = [
            sum(one.flags for one in rule_tallies(session, who, Dim.RULE).values()) for who in (blind, seeing)
        ]
        assert flags[0] < flags[1]


def test_the_wallboard_tells_the_same(ledger: Ledger) -> None:
    """Offered, answered, in time and the service level by desk are those of `queue_figures`."""
    make(ledger, 40)
    with ledger.reading() as session:
        board = queue_figures(session, PERIOD.starts_at, PERIOD.ends_at)
        desks = tallies(session, Selection(period=PERIOD), Dim.DESK)
    for figure in board:
        tally = desks[figure.desk,]
        told = (tally["offered"], tally["bridged"], tally["in_time"], tally["gave_up"], tally["overflowed"])
        assert told == (
            figure.offered,
            figure.answered,
            figure.answered_in_time,
            figure.abandoned,
            figure.overflowed,
        )
        assert tally.service_level == figure.service_level
        assert tally.mean_wait_s == pytest.approx(figure.mean_wait_s)


def test_a_percentile_lies_in_the_bucket_of_the_exact_one() -> None:
    """However the waits lie; in an empty period there is none."""
    chance = random.Random(5)
    bounds = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 40, 50, 60, 75, 90, 120, 180, 240, 300, 600)
    for _ in range(50):
        waits = sorted(chance.uniform(0.1, 200) for _ in range(chance.randint(1, 40)))
        counts = [
            sum(low < wait <= high for wait in waits)
            for low, high in zip(bounds, (*bounds[1:], 1e9), strict=True)
        ]
        for part in (0.5, 0.9):
            exact = next(wait for rank, wait in enumerate(waits, 1) if rank >= part * len(waits))
            told = percentile_s(counts, part)
            low = max(bound for bound in bounds if bound < exact)
            assert told is not None
            assert low < told <= bounds[bounds.index(low) + 1]
    assert percentile_s([0] * 25, 0.5) is None


def user(role: UserRole, desks: object = (), teams: object = ()) -> User:
    """Somebody."""
    return User(id=1, name="li", display_name="李", role=role, desks=frozenset(desks), teams=frozenset(teams))


def recording(call_id: str) -> Recording:
    """A call's sealed recording."""
    return Recording(
        call_id=call_id,
        path="a.flac",
        sha256="1" * 64,
        duration_s=1.0,
        sample_rate_hz=8000,
        channels=2,
        sealed_at=now(),
    )


def order(call_id: str) -> Order:
    """A round in which user 1 judges one call."""
    return Order(
        title="r",
        kind=RoundKind.DOUBLE,
        seed=1,
        made_by="li",
        opens_at=now(),
        closes_at=None,
        expert_id=None,
        rules={call_id: ["greeting"]},
        places=[Place(call_id=call_id, user_id=1, occasion=1, number=1)],
    )
