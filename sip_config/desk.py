"""A desk (服务台) and its operators (话务员)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sip_config.fields import Dialable, Id, PlanPart, Seconds, SipUri, Text


class Operator(PlanPart):
    """Somebody who takes calls on a SIP phone."""

    name: Text
    address: SipUri  # e.g. sip:8001@127.0.0.1:5081
    team: str = ""  # 班组


class Desk(PlanPart):
    """Operators who serve one kind of call, and what a caller hears until one is free."""

    name: Text  # e.g. 114查号台
    operators: Annotated[tuple[Dialable, ...], Field(min_length=1)]
    ring_s: Annotated[Seconds, Field(le=180)] = 20.0  # how long one operator's phone rings
    longest_wait_s: Seconds = 120.0  # then `nobody` is said and the call ends
    wait_prompt: Id = "connecting"
    hold_music: Id = "hold-music"
    nobody: Id = "all-busy"
    hours: Id | None = None  # None: always open
    closed: Id = "closed"  # said outside the hours, then the call ends
