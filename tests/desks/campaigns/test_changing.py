"""A campaign is changed: whoever waits is due anew, a running call ends by old terms, no edit is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desks.campaigns import attempts, changes, changing, people, registry
from desks.campaigns.campaign import PAUSES, Campaign, Wish
from desks.campaigns.errors import CallsWereMade, CampaignChanged, CampaignStopped
from desks.campaigns.people import Wanted
from desks.campaigns.states import CampaignState, Kind, Mode, Outcome, PersonState
from ledger.clock import now
from ledger.database import Ledger
from ledger.states import Reason
from tests.desks.campaigns.test_attempts import NUMBERS, claim, end, make

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def wish_of(campaign: Campaign, **change: object) -> Wish:
    """The campaign as it is, but for what changes."""
    names = ("name", "kind", "desk", "mode", "greeting", "questions", "hours", "pauses", "most_attempts")
    told = {name: getattr(campaign, name) for name in (*names, "earliest", "limit", "takes_tickets")}
    return Wish(**{**told, **change})


def test_whoever_waits_is_due_by_the_changed_campaign(either_ledger: Ledger) -> None:
    """Before a first call and after one that was in vain; whoever was reached keeps the limit of then."""
    with either_ledger.transaction() as session:
        campaign = make(session, NUMBERS[:2], pauses={**PAUSES, Outcome.BUSY: 10 * MINUTE})
        event = now() - 3 * HOUR
        wanted = [Wanted(number=number, happened_at=event) for number in NUMBERS[2:4]]
        people.add_people(session, campaign, wanted)
        reached, busy = claim(session), claim(session)
        assert reached
        assert busy
        attempts.note_answer(session, reached.call_id, campaign.questions[0].id, "1")
        for attempt, reason in ((reached, Reason.QUESTIONS_ENDED), (busy, Reason.BUSY)):
            end(session, attempt.call_id, reason)
        was = {one.number: one for one in people.list_people(session, campaign.id)}
        wish = wish_of(
            campaign,
            earliest=4 * HOUR,
            limit=30 * HOUR,
            most_attempts=5,
            pauses={**PAUSES, Outcome.BUSY: 300 * MINUTE},
        )
        changing.change(session, campaign.id, wish, version=campaign.version, by="li")
        session.expire_all()
        is_now = {one.number: one for one in people.list_people(session, campaign.id)}
    done = reached.person.number
    for number, one in is_now.items():
        assert one.due_until - one.happened_at == (24 if number == done else 30) * HOUR
    assert is_now[done] == was[done]
    waiting = is_now[busy.person.number]
    assert waiting.next_at - was[busy.person.number].next_at == 290 * MINUTE  # counted from the call's end
    assert is_now[NUMBERS[0]].next_at - was[NUMBERS[0]].next_at == 4 * HOUR


def test_a_running_attempt_ends_by_what_held_when_it_began(ledger: Ledger) -> None:
    """Its pause is that of then; the limit by which the person waits on and the attempts are those of now."""
    with ledger.transaction() as session:
        campaign = make(session, NUMBERS[:2], pauses={**PAUSES, Outcome.BUSY: 10 * MINUTE})
        first, second = claim(session), claim(session)
        assert first
        assert second
        wish = wish_of(campaign, limit=72 * HOUR, pauses={**PAUSES, Outcome.BUSY: 600 * MINUTE})
        changing.change(session, campaign.id, wish, version=campaign.version, by="li")
        assert people.get(session, first.person.id).due_until == first.person.due_until
        end(session, first.call_id, Reason.BUSY)
        waits = people.get(session, first.person.id)
        changing.change(
            session, campaign.id, wish_of(campaign, most_attempts=1), version=campaign.version + 1, by="li"
        )
        end(session, second.call_id, Reason.BUSY)
        assert people.get(session, second.person.id).state is PersonState.GIVEN_UP
        assert people.get(session, first.person.id).state is PersonState.GIVEN_UP
    assert waits.state is PersonState.WAITING
    assert waits.due_until - waits.happened_at == 72 * HOUR
    assert timedelta(0) <= waits.next_at - now() <= 10 * MINUTE


@pytest.mark.parametrize(
    "change",
    [
        {"kind": Kind.COMPLAINT, "questions": (), "greeting": ""},
        {"mode": Mode.PROGRESSIVE},
        {"desk": "112"},
    ],
)
def test_what_is_asked_stays_once_somebody_was_called(ledger: Ledger, change: dict[str, object]) -> None:
    """Before the first call it may be changed; after it only the rest may, while it runs."""
    with ledger.transaction() as session:
        campaign = make(session, NUMBERS[:1])
        changing.change(session, campaign.id, wish_of(campaign, **change), version=2, by="li")
        changed = registry.get(session, campaign.id)
        assert changed.prompts != campaign.prompts or changed.desk == "112"
        assert claim(session, reserve=lambda *_: "8001")
        with pytest.raises(CallsWereMade, match="must stay"):
            changing.change(session, campaign.id, wish_of(campaign), version=3, by="li")
        changing.change(session, campaign.id, wish_of(changed, name="新名字"), version=3, by="li")
        assert registry.get(session, campaign.id).name == "新名字"


def test_the_second_editor_is_told_and_every_change_is_kept(ledger: Ledger) -> None:
    """From and to by field, the newest first; nothing is noted where nothing differs; stopped is for good."""
    with ledger.transaction() as session:
        campaign = make(session, NUMBERS[:1])
        assert not changing.change(session, campaign.id, wish_of(campaign), version=2, by="li")
        changing.change(session, campaign.id, wish_of(campaign, limit=HOUR), version=2, by="li")
        with pytest.raises(CampaignChanged, match="has version 3"):
            changing.change(session, campaign.id, wish_of(campaign, name="x"), version=2, by="wang")
        changing.move(session, campaign.id, CampaignState.STOPPED, by="wang")
        with pytest.raises(CampaignStopped, match="make another"):
            changing.change(session, campaign.id, wish_of(campaign, name="x"), version=4, by="wang")
        session.flush()
        told = changes.list_changes(session, campaign.id)
    assert [(one.by, one.fields) for one in told] == [
        ("wang", {"state": ("running", "stopped")}),
        ("li", {"limit_h": ("24", "1")}),
    ]
