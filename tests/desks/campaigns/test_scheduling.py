"""Who is called next, and when again: the laws, for any people, hours, pauses and course of outcomes."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from desks.campaigns.campaign import PAUSES
from desks.campaigns.hours import CallingHours
from desks.campaigns.scheduling import Candidate, Terms, after, next_due
from desks.campaigns.states import REACHED, Outcome, PersonState

START = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
CALL_TAKES = timedelta(minutes=3)
LAST = timedelta(days=9)

hours = st.builds(
    lambda opens, length, days, zone: CallingHours(
        opens=time(opens), closes=time(min(23, opens + length), 30), days=tuple(sorted(days)), zone=zone
    ),
    st.integers(6, 20),
    st.integers(1, 8),
    st.sets(st.integers(1, 7), min_size=1),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Pacific/Apia"]),
)
terms = st.builds(
    lambda hours, most, minutes: Terms(
        hours=hours,
        most_attempts=most,
        pauses={outcome: timedelta(minutes=minutes) for outcome in PAUSES},
    ),
    hours,
    st.integers(1, 4),
    st.integers(0, 600),
)
people = st.lists(
    st.builds(
        lambda number, due, limit: (str(13800000000 + number), timedelta(hours=due), timedelta(hours=limit)),
        st.integers(0, 5),
        st.integers(0, 48),
        st.integers(1, 120),
    ),
    min_size=1,
    max_size=8,
)


class Course:
    """A campaign in fast time: two calls at once, each with the next of the outcomes that were drawn."""

    def __init__(self, terms: Terms, candidates: list[Candidate], outcomes: list[Outcome]) -> None:
        self.terms, self.waiting, self.outcomes = terms, dict(enumerate(candidates)), outcomes
        self.calls: list[tuple[datetime, Candidate, Outcome]] = []
        self.running: dict[int, tuple[datetime, Candidate]] = {}

    def hold(self, barred: set[str]) -> None:
        """Step by step, until the last day."""
        at = START
        while at < START + LAST:
            for key, (ends_at, one) in list(self.running.items()):
                if ends_at <= at:
                    self._end(key, one, ends_at)
            while len(self.running) < 2:
                busy = {one.number for _, one in self.running.values()}
                found = next_due(self.waiting.values(), {1: self.terms}, at=at, busy=busy, barred=barred)
                if found is None:
                    break
                self._begin(found, at)
            at += timedelta(minutes=30)

    def _begin(self, one: Candidate, at: datetime) -> None:
        del self.waiting[one.person_id]
        outcome = self.outcomes[len(self.calls) % len(self.outcomes)]
        self.calls.append((at, one, outcome))
        self.running[len(self.calls)] = (at + CALL_TAKES, replace(one, attempts=one.attempts + 1))

    def _end(self, key: int, one: Candidate, ended_at: datetime) -> None:
        del self.running[key]
        _, _, outcome = self.calls[key - 1]
        turnout = after(outcome, one.attempts, ended_at, self.terms)
        if turnout.state is PersonState.WAITING:
            assert turnout.next_at
            self.waiting[one.person_id] = replace(one, next_at=turnout.next_at)


def candidates_of(drawn: list[tuple[str, timedelta, timedelta]]) -> list[Candidate]:
    """People as they are when a campaign begins."""
    return [
        Candidate(
            person_id=place,
            campaign_id=1,
            number=number,
            due_from=START + due,
            due_until=START + due + limit,
            next_at=START + due,
            attempts=0,
        )
        for place, (number, due, limit) in enumerate(drawn)
    ]


@settings(max_examples=60, deadline=None)
@given(terms, people, st.lists(st.sampled_from(Outcome), min_size=1, max_size=12), st.sets(st.integers(0, 5)))
def test_a_campaign_keeps_its_promises(
    terms: Terms,
    drawn: list[tuple[str, timedelta, timedelta]],
    outcomes: list[Outcome],
    shut: set[int],
) -> None:
    """Hours, list, attempts and pauses hold for every call; no number has two; nobody reached is called."""
    barred = {str(13800000000 + number) for number in shut}
    course = Course(terms, candidates_of(drawn), outcomes)
    course.hold(barred)
    zone = ZoneInfo(terms.hours.zone)
    by_number, by_person = defaultdict(list), defaultdict(list)
    for at, one, outcome in course.calls:
        local = at.astimezone(zone)
        assert local.isoweekday() in terms.hours.days
        assert terms.hours.opens <= local.time() < terms.hours.closes
        assert one.number not in barred
        assert at >= one.due_from
        by_number[one.number].append(at)
        by_person[one.person_id].append((at, outcome))
    for times in by_number.values():
        assert all(later - sooner >= CALL_TAKES for sooner, later in itertools.pairwise(times))
    for told in by_person.values():
        assert len(told) <= terms.most_attempts
        assert not any(outcome in REACHED or outcome not in terms.pauses for _, outcome in told[:-1])
        for (sooner, outcome), (later, _) in itertools.pairwise(told):
            assert later >= sooner + CALL_TAKES + terms.pauses[outcome]


@given(terms, people, st.integers(0, 200))
def test_the_earliest_limit_is_served_first(
    terms: Terms, drawn: list[tuple[str, timedelta, timedelta]], hour: int
) -> None:
    """Of all who may be called at a moment, nobody with a later limit goes before."""
    at = START + timedelta(hours=hour)
    known = candidates_of(drawn)
    found = next_due(known, {1: terms}, at=at)
    ready = [one for one in known if one.due_from <= at and terms.hours.allow(at)]
    assert (found is None) == (not ready)
    if found:
        assert found.due_until == min(one.due_until for one in ready)


@given(hours, st.integers(0, 24 * 14))
def test_the_next_opening_is_the_first_moment_that_is_allowed(hours: CallingHours, hour: int) -> None:
    """It is allowed itself, and nothing is between: seen by quarters of an hour."""
    at = START + timedelta(hours=hour)
    opening = hours.next_opening(at)
    assert hours.allow(opening)
    step = at
    while step < opening:
        assert not hours.allow(step)
        step += timedelta(minutes=15)


@given(st.sampled_from(Outcome), st.integers(1, 4), terms)
def test_nobody_is_lost(outcome: Outcome, attempts: int, terms: Terms) -> None:
    """After every outcome a person is reached, given up or declined, or waits for a moment that is known."""
    turnout = after(outcome, attempts, START, terms)
    assert (turnout.state is PersonState.WAITING) == (turnout.next_at is not None)
    assert turnout.state is not PersonState.CALLING
    assert turnout.state is not PersonState.WAITING or attempts < terms.most_attempts
    if turnout.state is PersonState.GIVEN_UP:
        assert attempts >= terms.most_attempts or outcome not in terms.pauses
