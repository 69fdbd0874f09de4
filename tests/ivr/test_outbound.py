"""Call-backs over real SIP: twelve people of all manners, and lines that die in the middle."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter

from bench.campaign.people import EXPECTED
from callers.people import Manner, SyntheticPeople
from desks.campaigns import figures
from desks.campaigns.languages import Spoken
from desks.campaigns.states import Outcome, PersonState
from ledger import lines
from ledger.signatures import pid_of
from ledger.states import CallState, FactKey, Origin, Place, Reason
from recorder.capture import Capture
from tests.ivr.calling_out import (
    ENGLISH_HZ,
    SHOWN,
    outbound,
    person,
    rows_of,
    start_campaign,
    until_done,
    write_prompts,
)
from tests.ivr.stage import Stage

CROWD = tuple(manner for manner in Manner if manner is not Manner.TALKS)
LINES = {"HOTLINE_LINES": "4"}
NOBODY = {"8001": "sip:8001@127.0.0.1:9"}  # an operator whose phone is not there


def places_of(stage: Stage) -> list[int]:
    """How many callers each line offers the edge to take."""
    with stage.ledger.reading() as session:
        return [line.places for line in lines.list_lines(session)]


def test_a_campaign_ends_for_each_person_as_the_manner_says(stage: Stage) -> None:
    """Every attempt has its call, answered ones their capture, answers are kept, and the figures add up.

    One who answers speaks English and answers only what is asked in it; one speaks Cantonese, for which there
    are no prompts, and is asked in the plan's own language.
    """
    english, cantonese = (CROWD.index(manner) for manner in (Manner.ANSWERS, Manner.WRONG_KEYS))
    crowd = [
        person(place, manner, higher_hz=ENGLISH_HZ if place == english else 0)
        for place, manner in enumerate(CROWD)
    ]
    speaks = {crowd[english].number: Spoken.ENGLISH, crowd[cantonese].number: Spoken.CANTONESE}

    async def scenario() -> None:
        write_prompts(stage)
        async with SyntheticPeople(crowd, quiet_s=0.25) as exchange:
            change = outbound(exchange, share=1.0)
            await asyncio.to_thread(stage.start, NOBODY, change, behind_edge=True, **LINES)
            campaign = start_campaign(stage.ledger, [one.number for one in crowd], languages=speaks)
            await asyncio.to_thread(stage.wait_for, lambda: 1 in places_of(stage))
            found = await until_done(stage.ledger, campaign)
        manners = {one.number: one.manners[0] for one in crowd}
        assert {one.number: one.outcome for one in found} == {
            number: EXPECTED[manner] for number, manner in manners.items()
        }
        visits = {visit.number: visit for visit in exchange.visits}
        assert len(exchange.visits) == len(crowd)
        assert {visit.shown for visit in exchange.visits} == {SHOWN}
        for one, row in rows_of(stage.ledger, campaign):
            assert (row.origin, row.caller, row.hotline) == (Origin.OUTBOUND, one.number, SHOWN)
            assert row.sip_call_id
            answered = visits[one.number].answered
            assert row.state is (CallState.ENDED if answered else CallState.UNRECORDED)
            assert Capture.of_call(stage.folder / "capture", row.id).exists() == answered
            spoken = "en" if speaks.get(one.number) is Spoken.ENGLISH else "zh"
            assert row.facts.get(FactKey.LANGUAGE) == (spoken if answered else None)
            places = [mark.place for mark in row.marks]
            assert not answered or places[0] is Place.NOTICE
        answers = {manners[one.number]: one.answers for one in found if one.answers}
        whole = {"first": "1", "second": "2"}
        assert answers == {
            Manner.ANSWERS: whole,
            Manner.WRONG_KEYS: whole,
            Manner.LEAVES_IN_THE_MIDDLE: {"first": "1"},
        }
        with stage.ledger.reading() as session:
            told = figures.figures_of(session, campaign.id)
        assert places_of(stage) == [2, 2, 2, 2]  # while they called it was one less each
        assert (told.people, told.reached, told.in_time, told.attempts) == (12, 3, 3, 12)
        assert (told.asked, told.satisfied) == (3, 1)
        assert told.states == {PersonState.REACHED: 3, PersonState.DECLINED: 1, PersonState.GIVEN_UP: 8}
        assert told.reasons[Outcome.NO_RESPONSE] == 3

    asyncio.run(scenario())


def test_a_line_that_is_killed_loses_nobody_and_calls_nobody_without_a_record(stage: Stage) -> None:
    """Its call ends as `line_died` where its capture ends; the person is called again and reached."""
    crowd = [person(place, Manner.SILENT, Manner.ANSWERS) for place in range(2)]
    crowd += [person(place, Manner.ANSWERS) for place in range(2, 4)]

    async def scenario() -> None:
        write_prompts(stage)
        async with SyntheticPeople(crowd, quiet_s=0.25) as exchange:
            change = outbound(exchange, share=1.0)
            await asyncio.to_thread(stage.start, NOBODY, change, behind_edge=True, HOTLINE_LINES="2")
            campaign = start_campaign(stage.ledger, [one.number for one in crowd], most_attempts=3)
            while not (running := [row for _, row in rows_of(stage.ledger, campaign) if row.answered_at]):
                await asyncio.sleep(0.05)  # polling another process's ledger
            os.kill(pid_of(str(running[0].line)), signal.SIGKILL)
            found = await until_done(stage.ledger, campaign)
        assert {one.state for one in found} == {PersonState.REACHED}
        told = rows_of(stage.ledger, campaign)
        killed = [(one, row) for one, row in told if row.ending and row.ending.reason is Reason.LINE_DIED]
        assert [one.outcome for one, _ in killed] == [Outcome.CUT_OFF]
        assert killed[0][1].id == running[0].id
        assert Counter(one.number for one, _ in told) == Counter(visit.number for visit in exchange.visits)

    asyncio.run(scenario())
