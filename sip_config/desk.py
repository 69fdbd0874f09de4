"""A desk (服务台), its operators (话务员), and the queue before them."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from sip_config.fields import Dialable, Id, Language, PlanPart, Recognisers, Seconds, SipUri, Text
from sip_config.menu import Step

Strategy = Literal["longest_idle", "round_robin", "fewest_calls", "skill"]
Tool = Literal["directory", "tickets", "knowledge", "enquiries"]  # below a call on the operator's page


class Operator(PlanPart):
    """Somebody who takes calls on a SIP phone."""

    name: Text
    address: SipUri | None = None  # e.g. sip:8001@127.0.0.1:5081; None: the phone registers at the edge
    team: str = ""  # 班组
    languages: tuple[Language, ...] = ("zh",)
    skills: dict[Id, Annotated[int, Field(ge=1, le=10)]] = Field(default_factory=dict)  # id: how good
    may_dial: tuple[Dialable, ...] = ()  # numbers of the plan that this phone may call, besides feature codes


class Tier(PlanPart):
    """Operators who are asked only when a caller has waited so long."""

    operators: Annotated[tuple[Dialable, ...], Field(min_length=1)]
    after_s: Seconds


class Announcement(PlanPart):
    """What a waiting caller is told now and then."""

    prompt: Id = "queue-position"  # may say {position:count} and {wait:minutes}
    every_s: Annotated[Seconds, Field(ge=5)] = 30.0


class Desk(PlanPart):
    """Operators who serve one kind of call, and what a caller hears until one is free."""

    name: Text  # e.g. 114查号台
    operators: Annotated[tuple[Dialable, ...], Field(min_length=1)]  # the first tier
    tiers: tuple[Tier, ...] = ()  # the further ones
    strategy: Strategy = "longest_idle"
    ring_s: Annotated[Seconds, Field(le=180)] = 20.0  # how long one operator's phone rings
    misses_before_away: Annotated[int, Field(ge=1, le=20)] = 2  # rings in a row without an answer
    tools: tuple[Tool, ...] = get_args(Tool)  # in this order on the operator's page
    reasons: dict[Id, Text] = Field(default_factory=dict)  # with which a conversation is wrapped up (小结)
    wrap_up_s: Annotated[float, Field(ge=0, le=3600)] = 0.0  # after a conversation, before the next one
    weight: Annotated[float, Field(gt=0, le=100)] = 1.0  # how fast a waiting caller gains rank
    most_waiting: Annotated[int, Field(ge=1, le=10_000)] | None = None  # then `when_full`
    when_full: Step | None = None  # None: `nobody` is said and the call ends
    longest_wait_s: Seconds = 120.0  # then `when_late`
    when_late: Step | None = None  # None: `nobody` is said and the call ends
    wait_prompt: Id = "connecting"
    hold_music: Id = "hold-music"
    announce: Announcement | None = None
    nobody: Id = "all-busy"
    keeps_place_s: Annotated[float, Field(ge=0, le=3600)] = 60.0  # who is cut off and calls again so soon
    service_level_s: Seconds = 15.0  # answered within it counts as good service
    hours: Id | None = None  # None: always open
    closed: Id = "closed"  # said outside the hours, then the call ends
    recognisers: Recognisers = Field(default_factory=dict)  # of this desk's calls instead of the plan's

    @property
    def everyone(self) -> tuple[str, ...]:
        """The operators of all tiers, each once."""
        further = (number for tier in self.tiers for number in tier.operators)
        return tuple(dict.fromkeys((*self.operators, *further)))

    @model_validator(mode="after")
    def _tiers_rise(self) -> Self:
        waits_s = [tier.after_s for tier in self.tiers]
        if waits_s != sorted(waits_s):
            raise ValueError("tiers must stand in the order of their after_s")
        return self
