"""The plan: numbers, menus, desks, operators, hours and prompts of one hotline."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from ledger.errors import NotFound
from ledger.states import Result
from sip_config.canary import Canary
from sip_config.collection import Collection
from sip_config.desk import Desk, Operator
from sip_config.edge_settings import Edge, Features, Trunk
from sip_config.fields import (
    Dialable,
    Digit,
    Id,
    Language,
    PlanPart,
    Port,
    Recognisers,
    Seconds,
    Text,
    TimeZone,
)
from sip_config.handing_over import ReadBackSettings, TransferSettings
from sip_config.hours import ALWAYS, Hours
from sip_config.menu import REPEAT, Menu, Step
from sip_config.outbound import Outbound
from sip_config.prompts import PromptLibrary
from sip_config.review import Review
from sip_config.speech import Speech, Values
from sip_config.ticket_states import TicketStates

_FEWEST_RTP_PORTS = 1000  # chosen at random: audio for a call that has died must not reach the next one


def _check_version(version: int) -> int:
    if version != 1:
        raise ValueError(f"this program reads plans of version 1, here is {version}")
    return version


class Listen(PlanPart):
    """Where SIP listens, UDP and TCP, and the UDP ports of audio."""

    host: Text = "127.0.0.1"
    port: Port = 5060
    rtp_first: Annotated[int, Field(ge=1024, le=65_000)] = 16_384
    rtp_last: Annotated[int, Field(ge=1024, le=65_535)] = (
        32_767  # below the ports that Linux gives out itself
    )

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.rtp_last - self.rtp_first < _FEWEST_RTP_PORTS:
            raise ValueError(f"rtp_last must be at least {_FEWEST_RTP_PORTS} above rtp_first")
        return self


class Number(PlanPart):
    """A number that callers dial."""

    name: Text
    menu: Id
    greeting: Id
    language: Language | None = None  # until the caller chooses; None: the plan's (`prompts.language`)
    desk: Id | None = None  # where 0 leads from a menu that does not say
    ticket_state: Id | None = None  # told before the menu, where the line that calls has an open ticket

    @property
    def first_step(self) -> Step:
        """Where a caller goes after the greeting."""
        menu = Step(menu=self.menu)
        return Step(ticket_state=self.ticket_state, then=menu) if self.ticket_state else menu


class Survey(PlanPart):
    """The question after the conversation (服务质量征询): one key."""

    enabled: bool = True
    prompt: Id = "survey"
    thanks: Id = "survey-thanks"
    wait_s: Annotated[Seconds, Field(le=60)] = 6.0  # after the question's end
    lowest: Digit = "1"
    highest: Digit = "5"

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.lowest >= self.highest:
            raise ValueError(f"lowest ({self.lowest}) must be below highest ({self.highest})")
        return self


class Limits(PlanPart):
    """What no call exceeds."""

    longest_call_s: Seconds = 3600.0
    longest_menu_s: Seconds = 300.0  # then the number's desk, or the end
    longest_message_s: Seconds = 120.0  # of a voicemail
    longest_pause_s: Seconds = 300.0  # of the recording
    quiet_s: Seconds = 20.0  # without a packet of audio: then a phone is asked whether it is still there


class Keep(PlanPart):
    """How long some recordings are kept. What is left out matches all; without `days`: for ever."""

    desk: Id | None = None
    result: Result | None = None
    flagged: bool | None = None
    days: Annotated[int, Field(ge=1, le=36_500)] | None = None


class Recordings(PlanPart):
    """What becomes of recordings. Without a matching rule they are kept for ever."""

    keep: tuple[Keep, ...] = ()  # the first that matches a call counts


class PromptSettings(PlanPart):
    """Where prompts are looked for: the plan's folders, then ours."""

    language: Language = "zh"  # of the folders' own texts, and what callers hear who chose nothing
    folders: tuple[Path, ...] = ()  # in the file relative to it, once loaded absolute
    timezone: TimeZone = "Asia/Shanghai"  # of the moment in prompts that say it


class Plan(PlanPart):
    """The whole plan. Load it with `load_plan`, which also checks that everything fits together."""

    version: Annotated[int, AfterValidator(_check_version)]
    listen: Listen = Listen()
    notice: Id = "notice"  # the recording notice, which no key interrupts
    numbers: Annotated[dict[Dialable, Number], Field(min_length=1)]
    menus: Annotated[dict[Id, Menu], Field(min_length=1)]
    desks: Annotated[dict[Id, Desk], Field(min_length=1)]
    operators: Annotated[dict[Dialable, Operator], Field(min_length=1)]
    collections: dict[Id, Collection] = Field(default_factory=dict)
    ticket_states: dict[Id, TicketStates] = Field(default_factory=dict)
    trunks: dict[Id, Trunk] = Field(default_factory=dict)  # none: whoever reaches us may call the numbers
    edge: Edge = Edge()
    features: Features = Features()
    hours: dict[Id, Hours] = Field(default_factory=dict)
    canary: Canary | None = None  # None: nobody calls to try the rules
    outbound: Outbound | None = None  # None: nobody is called
    read_back: ReadBackSettings = ReadBackSettings()
    transfer: TransferSettings = TransferSettings()
    survey: Survey = Survey()
    limits: Limits = Limits()
    review: Review = Review()
    recordings: Recordings = Recordings()
    prompts: PromptSettings = PromptSettings()
    recognisers: Recognisers = Field(default_factory=dict)  # which model transcribes which language

    @cached_property
    def speech(self) -> Speech:
        """Everything that the plan can say, in all languages."""
        return Speech(self.prompts.folders, self.prompts.language, self.prompts.timezone)

    @property
    def library(self) -> PromptLibrary:
        """The prompts as callers hear them who chose no language."""
        return self.speech.prompts(self.prompts.language)

    def prompt_path(self, prompt_id: str) -> Path:
        """A prompt's audio in the plan's language. Raises MissingAsset where it has none."""
        return self.library.path(prompt_id)

    def prompt_paths(self, prompt_id: str, language: Language, values: Values) -> tuple[Path, ...]:
        """The pieces of audio of a prompt, one after the other. Raises MissingAsset, ValueError."""
        return self.speech.paths(prompt_id, language, values)

    def language_of(self, number: str) -> Language:
        """What a caller of this number hears before choosing."""
        return self.numbers[number].language or self.prompts.language

    def recogniser(self, desk_id: str | None, language: Language) -> str | None:
        """The model that hears calls in this language at a desk (None: at none); None where none is named."""
        desk = self.desks.get(desk_id or "")
        return (desk.recognisers.get(language) if desk else None) or self.recognisers.get(language)

    def desk(self, desk_id: str) -> Desk:
        """A desk. Raises NotFound."""
        if desk_id not in self.desks:
            raise NotFound(f"there is no desk {desk_id!r}; desks are {', '.join(self.desks)}")
        return self.desks[desk_id]

    def operator(self, number: str) -> Operator:
        """An operator. Raises NotFound."""
        if number not in self.operators:
            raise NotFound(f"there is no operator {number!r}; operators are {', '.join(self.operators)}")
        return self.operators[number]

    def step_for(self, *, number: str, menu: str, key: str) -> Step | None:
        """Where a key leads a caller who dialled `number` and is in `menu`; None: nowhere, a wrong key."""
        keys = self.menus[menu].keys
        desk = self.numbers[number].desk
        if key in keys:
            return keys[key]
        if key == "*":
            return REPEAT
        return Step(desk=desk) if key == "0" and desk else None

    def is_open(self, desk_id: str, at: datetime) -> bool:
        """Whether a desk is open at a moment, which must be aware."""
        hours = self.desk(desk_id).hours
        return hours in {None, ALWAYS} or self.hours[str(hours)].is_open(at)

    def local_time(self, at: datetime) -> datetime:
        """A moment, aware, as prompts say it."""
        return at.astimezone(ZoneInfo(self.prompts.timezone))

    def with_listen(self, host: str | None = None, port: int | None = None) -> Plan:
        """The same plan listening elsewhere; None keeps what the plan says."""
        given = {"host": host, "port": port}
        changed = {name: value for name, value in given.items() if value is not None}
        return self.model_copy(update={"listen": self.listen.model_copy(update=changed)})
