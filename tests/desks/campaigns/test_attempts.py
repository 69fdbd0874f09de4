"""Attempts in the ledger: claimed once, kept at every moment, and nobody lost with a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from desks.campaigns import attempts, bars, figures, history, people, registry
from desks.campaigns.attempts import Attempt
from desks.campaigns.campaign import Campaign, Wish
from desks.campaigns.hours import CallingHours
from desks.campaigns.people import Wanted
from desks.campaigns.states import CampaignState, Kind, Mode, Outcome, PersonState
from ledger import calls
from ledger.clock import new_call_id, now
from ledger.database import Ledger
from ledger.errors import Conflict, SettingsError
from ledger.records import Ending
from ledger.states import Origin, Reason, Result

ALWAYS = CallingHours(opens=time(0), closes=time(23, 59, 59, 999_999))
NUMBERS = [f"1380000{number:04}" for number in range(12)]


def make(session: Session, numbers: list[str], **wish: object) -> Campaign:
    """A campaign that runs, with these people."""
    told = {"name": "回访", "kind": Kind.REPAIR, "desk": "10050", "hours": ALWAYS, **wish}
    made = registry.add(session, Wish(**told), by="wang")
    people.add_people(session, registry.get(session, made), [Wanted(number=number) for number in numbers])
    registry.set_state(session, made, CampaignState.RUNNING)
    return registry.get(session, made)


def claim(session: Session, **options: object) -> Attempt | None:
    """What a line would be given."""
    return attempts.claim(session, call_id=new_call_id(), line="line-1:1:1", shown="10050", **options)


def end(session: Session, call_id: str, reason: Reason, result: Result = Result.FAILED) -> None:
    """As a line ends an attempt: the call's row and what came of it in one transaction."""
    calls.mark_ended(session, call_id, ending=Ending(result=result, reason=reason), ended_at=now())
    attempts.finish(session, call_id, reason)


def state_of(session: Session, attempt: Attempt) -> tuple[PersonState, Outcome | None]:
    """Where its person is now."""
    person = people.get(session, attempt.person.id)
    return person.state, person.outcome


def test_lines_that_claim_at_once_never_have_the_same_number(either_ledger: Ledger) -> None:
    """Six lines claim all of twelve people, who are in two campaigns each: twelve calls, not one twice."""
    with either_ledger.transaction() as session:
        for kind in (Kind.REPAIR, Kind.SATISFACTION):
            make(session, NUMBERS, kind=kind)

    def claim_some(_line: int) -> list[str]:
        numbers = []
        for _ in range(4):
            with either_ledger.transaction() as session:
                found = claim(session)
            numbers += [found.person.number] if found else []
        return numbers

    with ThreadPoolExecutor(6) as lines:
        claimed = [number for numbers in lines.map(claim_some, range(6)) for number in numbers]
    assert Counter(claimed) == Counter(NUMBERS)
    with either_ledger.reading() as session:
        rows = calls.list_calls(session)
    assert {(row.origin, row.hotline) for row in rows} == {(Origin.OUTBOUND, "10050")}
    assert sorted(str(row.caller) for row in rows) == NUMBERS


def test_a_claim_that_is_asked_again_is_the_same(either_ledger: Ledger) -> None:
    """The clerk may die between the entry and its answer."""
    with either_ledger.transaction() as session:
        make(session, NUMBERS)
    call_id = new_call_id()
    told = []
    for _ in range(2):
        with either_ledger.transaction() as session:
            told.append(attempts.claim(session, call_id=call_id, line="line-1:1:1", shown="10050"))
    assert told[0] == told[1]
    with either_ledger.reading() as session:
        assert attempts.count_running(session) == 1


@pytest.mark.parametrize(
    ("reason", "answers", "state", "outcome"),
    [
        (Reason.QUESTIONS_ENDED, 3, PersonState.REACHED, Outcome.COMPLETED),
        (Reason.CALLER_HUNG_UP, 1, PersonState.REACHED, Outcome.PARTIAL),
        (Reason.CALLER_HUNG_UP, 0, PersonState.WAITING, Outcome.HUNG_UP),
        (Reason.OPTED_OUT, 1, PersonState.DECLINED, Outcome.OPTED_OUT),
        (Reason.BUSY, 0, PersonState.WAITING, Outcome.BUSY),
        (Reason.UNALLOCATED, 0, PersonState.GIVEN_UP, Outcome.UNALLOCATED),
        (Reason.LINE_DIED, 2, PersonState.REACHED, Outcome.PARTIAL),
        (Reason.INTERNAL_ERROR, 0, PersonState.WAITING, Outcome.CUT_OFF),
    ],
)
def test_what_came_of_a_call_is_what_becomes_of_the_person(
    ledger: Ledger, reason: Reason, answers: int, state: PersonState, outcome: Outcome
) -> None:
    """Answers count, whatever ended the call; without one its reason does."""
    with ledger.transaction() as session:
        campaign = make(session, NUMBERS[:1])
        found = claim(session)
        assert found
        for question in campaign.questions[:answers]:
            attempts.note_answer(session, found.call_id, question.id, "1")
        end(session, found.call_id, reason)
        assert state_of(session, found) == (state, outcome)
        assert claim(session) is None  # reached, given up, or resting


def test_the_last_attempt_gives_up_and_says_why(ledger: Ledger) -> None:
    """Two attempts without a pause between; then the person is given up as busy, and nothing is lost."""
    with ledger.transaction() as session:
        make(session, NUMBERS[:1], most_attempts=2, pauses={Outcome.BUSY: timedelta(0)})
        for _ in range(2):
            found = claim(session)
            assert found
            end(session, found.call_id, Reason.BUSY)
        assert claim(session) is None
        assert state_of(session, found) == (PersonState.GIVEN_UP, Outcome.BUSY)
        told = figures.figures_of(session, found.campaign.id)
    assert (told.people, told.attempts, told.reached, told.reasons) == (1, 2, 0, {Outcome.BUSY: 1})


def test_a_line_that_died_leaves_a_record_and_the_person_to_be_called_again(ledger: Ledger) -> None:
    """Its call is closed by whoever sweeps; the next look ends the attempt, which counts as one."""
    with ledger.transaction() as session:
        make(session, NUMBERS[:1], pauses={Outcome.CUT_OFF: timedelta(0)})
        lost = claim(session)
        assert lost
        ending = Ending(result=Result.FAILED, reason=Reason.LINE_DIED)
        calls.mark_ended(session, lost.call_id, ending=ending, ended_at=now())
        again = claim(session)
        assert again
        assert again.person.attempts == 2
        assert history.of_call(session, lost.call_id).outcome is Outcome.CUT_OFF
        assert (
            attempts.finish(session, lost.call_id, Reason.QUESTIONS_ENDED) is None
        )  # its line comes too late


def test_nobody_is_called_who_does_not_want_to_be(ledger: Ledger) -> None:
    """Before adding, while waiting, and by key in a call: declined, and in the figures."""
    with ledger.transaction() as session:
        bars.bar(session, NUMBERS[0], why="来信要求", by="wang")
        bars.bar(session, NUMBERS[3], why="过期", by="wang", until=now() - timedelta(days=1))
        campaign = make(session, NUMBERS[:4])
        bars.bar(session, NUMBERS[1], why="来电要求", by="wang")
        called = []
        while found := claim(session):
            called.append(found.person.number)
            attempts.opt_out(session, found.call_id)
            end(session, found.call_id, Reason.OPTED_OUT)
        assert called == NUMBERS[2:4]
        assert bars.barred(session, NUMBERS) == set(NUMBERS[:4])
        told = figures.figures_of(session, campaign.id)
    assert told.states == {PersonState.DECLINED: 4}


def test_a_progressive_call_needs_an_operator_first(ledger: Ledger) -> None:
    """Without one nobody is called, not even a row is left, and a machine's campaign goes on."""
    asked: list[str] = []

    def nobody(_session: Session, desk: str, _call_id: str) -> None:
        asked.append(desk)

    with ledger.transaction() as session:
        make(session, NUMBERS[:1], mode=Mode.PROGRESSIVE, kind=Kind.COMPLAINT)
        assert claim(session, reserve=nobody) is None
        assert (asked, calls.list_calls(session)) == (["10050"], [])
        make(session, NUMBERS[1:2])
        machine = claim(session, reserve=nobody)
        assert machine
        assert machine.person.number == NUMBERS[1]
        talked = claim(session, reserve=lambda *_: "8009")
        assert talked
        assert (talked.operator, talked.person.number) == ("8009", NUMBERS[0])


def test_an_operator_writes_down_what_was_said(ledger: Ledger) -> None:
    """During the call or after it; keys that answer nothing are left out, and satisfaction is counted."""
    with ledger.transaction() as session:
        campaign = make(session, NUMBERS[:1], mode=Mode.PROGRESSIVE)
        found = claim(session, reserve=lambda *_: "8009")
        assert found
        attempts.finish(session, found.call_id, Reason.OPERATOR_HUNG_UP, talked=True)
        assert state_of(session, found) == (PersonState.REACHED, Outcome.TALKED)
        attempts.write_down(session, found.call_id, {"repair-done": "1", "repair-in-time": "7"}, "再观察")
        assert state_of(session, found) == (PersonState.REACHED, Outcome.PARTIAL)
        attempts.write_down(session, found.call_id, {"repair-in-time": "2", "satisfied": "3"}, "")
        assert state_of(session, found) == (PersonState.REACHED, Outcome.COMPLETED)
        told = figures.figures_of(session, campaign.id)
        answers = figures.answers_of(session, campaign.id)
    assert (told.asked, told.satisfied, told.satisfied_share) == (1, 0, 0.0)
    assert answers == {"repair-done": {"1": 1}, "repair-in-time": {"2": 1}, "satisfied": {"3": 1}}


def test_only_a_running_campaign_calls_and_only_within_its_hours(ledger: Ledger) -> None:
    """Draft, paused and stopped ones do not; what was changed meanwhile is not changed again."""
    night = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)  # two in the morning in Shanghai
    with ledger.transaction() as session:
        campaign = make(session, NUMBERS[:1], hours=CallingHours())
        assert claim(session, at=night + timedelta(days=30)) is None
        registry.set_state(session, campaign.id, CampaignState.PAUSED)
        assert claim(session, at=night + timedelta(days=30, hours=12)) is None
        registry.set_state(session, campaign.id, CampaignState.RUNNING)
        assert claim(session, at=night + timedelta(days=30, hours=12))
        with pytest.raises(Conflict, match="changed meanwhile"):
            registry.set_state(session, campaign.id, CampaignState.PAUSED, version=campaign.version)
        registry.set_state(session, campaign.id, CampaignState.STOPPED)
        with pytest.raises(Conflict, match="cannot become running"):
            registry.set_state(session, campaign.id, CampaignState.RUNNING)
        with pytest.raises(Conflict, match="is stopped"):
            people.add_people(session, registry.get(session, campaign.id), [Wanted(number="114")])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": " "}, "a name and a desk"),
        ({"most_attempts": 11}, "1 to 10 times"),
        ({"limit": timedelta(days=6)}, "at most 5 days"),
        ({"earliest": timedelta(days=2)}, "more than the first moment"),
        ({"pauses": {Outcome.BUSY: timedelta(seconds=-1)}}, "no less than nothing"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused(change: dict[str, object], says: str) -> None:
    """With what to do about it."""
    wish: dict[str, object] = {"name": "回访", "kind": Kind.REPAIR, "desk": "10050", **change}
    build: Callable[..., Wish] = Wish
    with pytest.raises(SettingsError, match=says):
        build(**wish)
