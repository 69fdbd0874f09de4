"""Where a campaign stands: the first hindrance is told; the end is reckoned by the pace, in calling hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from desks.campaigns import attempts, figures, people, registry
from desks.campaigns.campaign import Campaign
from desks.campaigns.choosing import Chosen, More, Result
from desks.campaigns.hours import CallingHours
from desks.campaigns.people import Wanted
from desks.campaigns.progress import progress_of
from desks.campaigns.standing import Means, Stand, Standing, stand_of
from desks.campaigns.states import CampaignState, Mode, Outcome, PersonState
from ledger import lines, operators
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import Reason
from ledger.tables import CampaignAttemptRow
from tests.desks.campaigns.test_attempts import NUMBERS, claim, end, make
from tests.desks.campaigns.test_scheduling import hours

HOUR = timedelta(hours=1)
NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)  # in Shanghai


def stand(session: Session, campaign: Campaign, *, at: datetime | None = None, **means: object) -> Stand:
    """Where it stands with all that it needs, but for what is named."""
    told = {"calls_out": True, "prompts": campaign.prompts, "operators": ("8001",), **means}
    return stand_of(session, registry.get(session, campaign.id), Means(**told), at=at)


def test_the_first_hindrance_is_told(ledger: Ledger) -> None:
    """From what the plan lacks over the hours and pauses to lines and operators; then nothing hinders."""
    with ledger.transaction() as session:
        campaign = make(session, [], mode=Mode.PROGRESSIVE, hours=CallingHours())
        assert stand(session, campaign).why is Standing.EMPTY
        people.add_people(session, campaign, [Wanted(number="114", happened_at=NOON - 26 * HOUR)])
        assert stand(session, campaign, calls_out=False).why is Standing.NO_WAY_OUT
        assert stand(session, campaign, prompts=()).why is Standing.NO_PROMPTS
        night = stand(session, campaign, at=NOON + 12 * HOUR)
        assert (night.why, night.count, night.until) == (Standing.CLOSED, 1, NOON + 21 * HOUR)
        early = stand(session, campaign, at=NOON - 26 * HOUR - timedelta(minutes=5))
        assert (early.why, early.until) == (Standing.RESTING, NOON - 26 * HOUR)
        assert stand(session, campaign, at=NOON).why is Standing.NO_LINES
        lines.enter_line(session, process="line-1:1:1", host="127.0.0.1", port=5060, places=2)
        assert stand(session, campaign, at=NOON).why is Standing.NO_OPERATOR
        operators.enrol(session, ["8001"])
        assert stand(session, campaign, at=NOON + HOUR) == Stand(why=Standing.DUE, count=1)
        found = claim(session, reserve=lambda *_: "8001", at=NOON)
        assert found
        assert stand(session, campaign).why is Standing.CALLING
        attempts.finish(session, found.call_id, Reason.OPERATOR_HUNG_UP, talked=True)
        assert stand(session, campaign).why is Standing.THROUGH
        registry.set_state(session, campaign.id, CampaignState.PAUSED)
        assert stand(session, campaign).why is Standing.PAUSED


def test_the_end_is_reckoned_by_the_newest_hour(ledger: Ledger) -> None:
    """Four people were through in half an hour, eight are left: an hour, of which the night is no part."""
    with ledger.transaction() as session:
        campaign = make(session, NUMBERS)
        assert progress_of(session, campaign, figures.figures_of(session, campaign.id)).ends_at is None
        for place in range(4):
            found = claim(session)
            assert found
            end(session, found.call_id, Reason.UNALLOCATED)
            row = session.get_one(CampaignAttemptRow, found.call_id)
            row.started_at = NOON + place * HOUR / 8
            row.ended_at = row.started_at + HOUR / 8
        session.flush()
        told = figures.figures_of(session, campaign.id)
        progress = progress_of(session, campaign, told, at=NOON)
    assert (progress.done, progress.open, progress.pace_per_h) == (4, 8, 8.0)
    assert progress.ends_at == NOON + HOUR


@given(hours, st.integers(0, 24 * 14), st.integers(0, 40))
def test_hours_pass_only_while_people_may_be_called(hours: CallingHours, hour: int, quarters: int) -> None:
    """Of all quarters of an hour up to that moment, so many are allowed as the span has."""
    hours = CallingHours(opens=hours.opens, closes=time(hours.closes.hour), days=hours.days, zone=hours.zone)
    at, step = datetime(2026, 11, 30, tzinfo=UTC) + timedelta(hours=hour), timedelta(minutes=15)
    reached = hours.after(at, quarters * step)
    assert reached
    allowed = sum(hours.allow(at + place * step) for place in range(int((reached - at) / step)))
    assert allowed == quarters


@pytest.mark.parametrize(
    ("result", "digits", "numbers"),
    [
        (None, "", NUMBERS[:4]),
        (None, "0002", [NUMBERS[2]]),
        (None, "%", []),
        (PersonState.WAITING, "", NUMBERS[1:4]),
        (Outcome.BUSY, "", [NUMBERS[1]]),
        (More.DISSATISFIED, "", [NUMBERS[0]]),
        (More.LATE, "", [NUMBERS[0], NUMBERS[1]]),
    ],
)
def test_people_are_chosen(ledger: Ledger, result: Result | None, digits: str, numbers: list[str]) -> None:
    """By how far they are, the outcome, satisfaction, the limit, and a part of the number."""
    with ledger.transaction() as session:
        campaign = make(session, [])
        late = [Wanted(number=number, happened_at=now() - 30 * HOUR) for number in NUMBERS[:2]]
        people.add_people(session, campaign, [*late, *(Wanted(number=number) for number in NUMBERS[2:4])])
        for reason, keys in ((Reason.QUESTIONS_ENDED, "123"), (Reason.BUSY, "")):
            found = claim(session)
            assert found
            for question, key in zip(campaign.questions, keys, strict=False):
                attempts.note_answer(session, found.call_id, question.id, key)
            end(session, found.call_id, reason)
        chosen = people.list_people(session, campaign.id, Chosen(result=result, digits=digits))
        assert people.count_people(session, campaign.id, Chosen(result=result, digits=digits)) == len(chosen)
    assert [one.number for one in chosen] == numbers
