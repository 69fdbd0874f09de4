"""A stage that calls people: campaigns with tones for prompts, synthetic people behind one address."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import time as clock
from datetime import timedelta
from typing import Any

from ruamel.yaml import YAML

from callers.people import Manner, Person, SyntheticPeople
from desks.campaigns import history, people, registry
from desks.campaigns.campaign import PAUSES, Campaign, Wish
from desks.campaigns.history import Told
from desks.campaigns.hours import CallingHours
from desks.campaigns.languages import Spoken
from desks.campaigns.people import Wanted
from desks.campaigns.questions import Answer, Question
from desks.campaigns.states import CampaignState, Kind, Mode, PersonState
from ledger import calls
from ledger.database import Ledger
from ledger.records import Call
from tests.ivr.stage import Stage, tone, write_tone

SHOWN = "10050"
ALWAYS = CallingHours(opens=clock(0), closes=clock(23, 59, 59, 999_999))
PROMPTS_HZ = {
    "outbound-notice": 500,
    "outbound-install": 600,
    "outbound-thanks": 1600,
    "outbound-barred": 1700,
    "outbound-wait": 1800,
    "outbound-nobody": 1900,
    "ask-first": 700,
    "ask-second": 2100,
}
ENGLISH_HZ = 130  # between the tones of the others
QUESTIONS = tuple(
    Question(
        id=name,
        text=name,
        prompt=f"ask-{name}",
        answers=(
            Answer(key="1", meaning="满意", satisfied=True),
            Answer(key="2", meaning="不满意", satisfied=False),
        ),
        wait_s=2.0,
    )
    for name in ("first", "second")
)


def outbound(exchange: SyntheticPeople, **options: object) -> Callable[[dict[str, Any]], None]:
    """What changes a stage's plan so that it calls these people."""
    host, port = exchange.address

    def change(document: dict[str, Any]) -> None:
        document["prompts"]["folders"].insert(0, "calling")
        document["outbound"] = {
            "address": f"sip:{{number}}@{host}:{port}",
            "caller_id": SHOWN,
            "ring_s": 5,
            "keep_free": 0,
            **options,
        }

    return change


def write_prompts(stage: Stage) -> None:
    """The prompts of campaigns as tones, each higher in English."""
    for folder, higher_hz in ((stage.folder / "calling", 0), (stage.folder / "calling" / "en", ENGLISH_HZ)):
        folder.mkdir(exist_ok=True)
        texts = {name: {"text": name, "recorded": True} for name in PROMPTS_HZ}
        YAML().dump(texts, folder / "texts.yaml")
        for name, hz in PROMPTS_HZ.items():
            write_tone(folder / f"{name}.wav", tone(hz + higher_hz, 0.5))


def start_campaign(
    ledger: Ledger,
    numbers: Sequence[str],
    *,
    mode: Mode = Mode.MACHINE,
    most_attempts: int = 1,
    pause: timedelta = timedelta(0),
    languages: Mapping[str, Spoken] | None = None,
) -> Campaign:
    """A campaign of two questions that calls these numbers from now on; `languages` by number."""
    wish = Wish(
        name="新装回访",
        kind=Kind.NEW_INSTALL,
        desk="114",
        mode=mode,
        questions=QUESTIONS,
        hours=ALWAYS,
        most_attempts=most_attempts,
        pauses=dict.fromkeys(PAUSES, pause),
    )
    with ledger.transaction() as session:
        made = registry.add(session, wish, by="wang")
        spoken = languages or {}
        wanted = [Wanted(number=number, language=spoken.get(number)) for number in numbers]
        people.add_people(session, registry.get(session, made), wanted)
        registry.set_state(session, made, CampaignState.RUNNING)
        return registry.get(session, made)


async def until_done(ledger: Ledger, campaign: Campaign, within_s: float = 60.0) -> list[people.Person]:
    """The people once nobody waits or is called any more."""
    give_up_s = time.monotonic() + within_s
    while True:
        with ledger.reading() as session:
            found = people.list_people(session, campaign.id)
        if all(one.state not in {PersonState.WAITING, PersonState.CALLING} for one in found):
            return found
        assert time.monotonic() < give_up_s, [(one.number, one.state, one.outcome) for one in found]
        await asyncio.sleep(0.1)  # polling another process's ledger


def rows_of(ledger: Ledger, campaign: Campaign) -> list[tuple[Told, Call]]:
    """The attempts, each with its call."""
    with ledger.reading() as session:
        known = [one.id for one in people.list_people(session, campaign.id)]
        told = [one for some in history.of_people(session, known).values() for one in some]
        return [(one, calls.get_call(session, one.call_id)) for one in told]


def person(number: int, *manners: Manner, higher_hz: float = 0) -> Person:
    """A number of the test, who waits for questions in Mandarin, or for higher ones."""
    cues_hz = (PROMPTS_HZ["ask-first"] + higher_hz, PROMPTS_HZ["ask-second"] + higher_hz)
    return Person(number=f"1380000{number:04}", manners=manners, keys="12", cues_hz=cues_hz)
