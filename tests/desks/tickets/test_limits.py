"""Limits by the working calendar: what is left of one is changed by time alone, never by what is arranged."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desks import tickets
from desks.tickets import calendar, lists
from desks.tickets.limits import left_of
from desks.tickets.records import Opening
from desks.tickets.states import Counting, Move, OverdueReason, PauseReason, TicketState
from desks.tickets.working_hours import WorkingHours
from ledger.tables import CalendarRow, TicketKindRow
from ledger.working_days import SHANGHAI, WorkingDays
from tests.desks.tickets.desk import LINE, MONDAY, TicketDesk, assign, solve

HOURS = WorkingHours(
    days=WorkingDays(holidays=frozenset({date(2026, 10, 1)}), extra_days=frozenset({date(2026, 10, 10)})),
    week={day: ((time(8, 30), time(12)), (time(13, 30), time(18))) for day in range(5)},
)
LONG = ((time(7), None),)
CALENDARS = (  # the standard one, six long days, nights over midnight, hardly an hour in the year
    HOURS,
    WorkingHours(days=WorkingDays(weekdays=frozenset(range(6))), week=dict.fromkeys(range(6), LONG)),
    WorkingHours(
        days=WorkingDays(weekdays=frozenset(range(7)), holidays=frozenset({date(2026, 11, 1)})),
        week=dict.fromkeys(range(7), ((time(0), time(6)), (time(20), None))),
    ),
    WorkingHours(days=WorkingDays(weekdays=frozenset({2})), week={2: ((time(9), time(10)),)}),
)
HOURS_OF = st.sampled_from(CALENDARS)
MOMENTS = st.datetimes(
    min_value=datetime(2026, 9, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2026, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
LENGTHS = st.timedeltas(min_value=timedelta(days=-20), max_value=timedelta(days=20))
COUNTINGS = st.sampled_from(Counting)


@given(HOURS_OF, MOMENTS, LENGTHS, COUNTINGS)
def test_as_much_is_counted_as_was_added(
    hours: WorkingHours, moment: datetime, length: timedelta, counting: Counting
) -> None:
    """Forward and backward, across nights, weekends and holidays."""
    there = hours.add(moment, length, counting)
    assert hours.between(moment, there, counting) == length


@given(HOURS_OF, MOMENTS, MOMENTS, MOMENTS, COUNTINGS)
def test_what_is_counted_adds_up(
    hours: WorkingHours, one: datetime, two: datetime, three: datetime, counting: Counting
) -> None:
    """In whatever order the three moments are."""
    parts = hours.between(one, two, counting) + hours.between(two, three, counting)
    assert parts == hours.between(one, three, counting)


@pytest.mark.parametrize(
    ("begins", "hours", "ends"),
    [
        ("11-30 09:00", 3, "11-30 12:00"),
        ("11-30 11:00", 2, "11-30 14:30"),  # over noon
        ("11-27 17:00", 2, "11-30 09:30"),  # over a weekend
        ("09-30 17:30", 1, "10-02 09:00"),  # over a holiday
        ("10-09 17:30", 1, "10-10 09:00"),  # a Saturday that works
        ("11-28 03:00", 1, "11-30 09:30"),  # begun in the night to a Saturday
    ],
)
def test_working_hours_are_those_of_the_calendar(begins: str, hours: int, ends: str) -> None:
    """Local times of 2026."""
    moment = datetime.fromisoformat(f"2026-{begins}").replace(tzinfo=SHANGHAI)
    found = HOURS.add(moment, timedelta(hours=hours), Counting.WORKING)
    assert f"{found.astimezone(SHANGHAI):%m-%d %H:%M}" == ends


def test_a_holiday_moves_the_next_limit(desk: TicketDesk) -> None:
    """Billing counts working hours: two days of eight, then three where one of them is made a holiday."""
    kind_id = desk.kind_id("180", "billing")
    assert desk.open("63000001", kind_id=kind_id).due_at == MONDAY + timedelta(days=2)
    with desk.ledger.transaction() as session:
        calendar.set_day(session, date(2026, 12, 1), works=False, name="停电", by=desk.by["zhou"])
    assert desk.open("63000002", kind_id=kind_id).due_at == MONDAY + timedelta(days=3)


def test_each_kind_has_its_calendar(either_desk: TicketDesk) -> None:
    """A new calendar begins like the default one; its days move the tickets of its kinds, not older ones."""
    desk = either_desk
    with desk.ledger.transaction() as session:
        by, billing = desk.by["zhou"], lists.kind_of(session, desk.kind_id("180", "billing"))
        own = calendar.add_calendar(session, CalendarRow, lists.NamedDraft(name="营业厅"), by)
        assert calendar.working_hours(session, own) == calendar.working_hours(session)
        calendar.set_week_day(session, 0, "", by, calendar_id=own)
        draft = lists.KindDraft(
            name=billing.name,
            desk=billing.desk,
            nature=billing.nature,
            limit_minutes=billing.limit_minutes,
            counting=billing.counting,
            reopen_days=billing.reopen_days,
            calendar_id=own,
        )
        before = tickets.open_ticket(session, _billing("63000001", billing.id), by, at=MONDAY)
        lists.change(session, TicketKindRow, billing.id, draft, by, version=billing.version)
        after = tickets.open_ticket(session, _billing("63000002", billing.id), by, at=MONDAY)
        other = desk.kind_id("10050", "billing")
        others = tickets.open_ticket(session, _billing("63000003", other), by, at=MONDAY)
    assert before.due_at == others.due_at == MONDAY + timedelta(days=2)
    assert after.due_at == datetime(2026, 12, 2, 10, 0, tzinfo=UTC)  # two days from Tuesday morning on
    with desk.ledger.transaction() as session:
        calendar.set_day(session, date(2026, 12, 1), works=False, name="", by=by, calendar_id=own)
    at = MONDAY + timedelta(hours=30)
    held = {"until": at + timedelta(days=1), "pause_reason": PauseReason.AGREED, "at": at}
    put_off = desk.move(assign(desk, before), Move.ARRANGED, **held)
    assert put_off.due_at == before.due_at + timedelta(days=1)  # by the calendar that it was opened with


def _billing(line: str, kind_id: int) -> Opening:
    return Opening(kind_id=kind_id, service="固话", line=line)


def test_the_rescue_team_works_around_the_clock(desk: TicketDesk) -> None:
    """What is left of a limit in working hours is from then on counted by all hours."""
    ticket = desk.open(kind_id=desk.kind_id("180", "billing"), at=MONDAY)
    at = MONDAY + timedelta(hours=1)
    sent = desk.move(ticket, Move.ASSIGNED, crew_id=desk.crew_id, at=at)
    assert (sent.counting, sent.due_at) == (Counting.CLOCK, at + timedelta(hours=15))


def test_an_arranged_time_is_not_overdue(desk: TicketDesk) -> None:
    """The limit stands still until then, what was left is left, and the time is counted apart."""
    ticket = assign(desk, desk.open())
    until = MONDAY + timedelta(days=3)
    at = MONDAY + timedelta(hours=20)
    put_off = desk.move(ticket, Move.ARRANGED, until=until, pause_reason=PauseReason.CUSTOMER, at=at)
    assert put_off.due_at == until + timedelta(hours=4)
    assert not put_off.is_overdue(until - timedelta(minutes=1))
    assert not tickets.move_by_time(desk.ledger, until - timedelta(minutes=1))
    told = tickets.move_by_time(desk.ledger, until)
    assert [each.move for each in told] == [Move.RESUMED, Move.WARNED]
    done = solve(desk, desk.get(ticket.number))
    assert (done.late_minutes, done.handled_minutes, done.overdue_reason) == (0, 20 * 60 + 1, None)
    with desk.ledger.reading() as session:
        (pause,) = tickets.pauses_of(session, done)
    assert (pause.reason, pause.ended_at, pause.counted_minutes) == (PauseReason.CUSTOMER, until, 52 * 60)


def test_who_comes_before_the_arranged_time_has_what_was_left(desk: TicketDesk) -> None:
    """The limit runs again from that moment."""
    ticket = assign(desk, desk.open())
    at = MONDAY + timedelta(hours=20)
    until = at + timedelta(days=2)
    put_off = desk.move(ticket, Move.ARRANGED, until=until, pause_reason=PauseReason.AGREED, at=at)
    begun = desk.move(put_off, Move.STARTED, at=at + timedelta(days=1))
    assert begun.due_at == at + timedelta(days=1, hours=4)


@given(HOURS_OF, st.integers(1, 60 * 40), st.integers(1, 60 * 200))
def test_arranging_changes_nothing_that_is_left(hours: WorkingHours, begun: int, length: int) -> None:
    """Also of what is overdue already."""
    at = MONDAY + timedelta(minutes=begun)
    until = at + timedelta(minutes=length)
    due_at = hours.add(MONDAY, timedelta(hours=16), Counting.WORKING)
    left = hours.between(at, due_at, Counting.WORKING)
    moved = hours.add(until, left, Counting.WORKING)
    assert hours.between(until, moved, Counting.WORKING) == left


def test_each_alarm_is_raised_once(either_desk: TicketDesk) -> None:
    """At 80, 100 and 150 % of the limit, as steps; a late solving says why it is late."""
    desk = either_desk
    ticket = assign(desk, desk.open())
    for hours, expected in (
        (19, []),
        (20, [Move.WARNED]),
        (24, [Move.ESCALATED]),
        (35, []),
        (36, [Move.REPORTED]),
    ):
        at = MONDAY + timedelta(hours=hours)
        told = tickets.move_by_time(desk.ledger, at)
        assert [each.move for each in told] == expected, hours
        assert tickets.move_by_time(desk.ledger, at) == []
    late = desk.get(ticket.number)
    assert (late.alarms, late.alarm_at) == (3, None)
    with desk.ledger.reading() as session:
        assert left_of(calendar.working_hours(session), late, at) == timedelta(hours=-12)
    with pytest.raises(tickets.BadTicket, match="overdue_reason"):
        desk.move(late, Move.SOLVED, cause_id=desk.cause_id)
    done = desk.move(late, Move.SOLVED, cause_id=desk.cause_id, overdue_reason=OverdueReason.OURS)
    assert (done.late_minutes, done.overdue_reason) == (12 * 60 + 1, OverdueReason.OURS)


def test_a_clock_that_was_away_tells_everything_at_once(desk: TicketDesk) -> None:
    """Nothing that passed meanwhile is left out."""
    desk.open(LINE)
    told = tickets.move_by_time(desk.ledger, MONDAY + timedelta(days=9))
    assert [each.move for each in told] == [Move.WARNED, Move.ESCALATED, Move.REPORTED]
    assert desk.bring_to(TicketState.SOLVED, "63007777").alarm_at is None
