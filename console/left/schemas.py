"""What callers left, as the page shows it and as programs are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from ledger.messages import CallBack, Voicemail


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What waits at somebody's desks, the oldest first."""

    call_backs: list[CallBack]
    voicemails: list[Voicemail]
    opening: frozenset[
        str
    ]  # calls that the user may open: who is held to teams sees none that nobody answered


class VoicemailDocument(BaseModel):
    """A message: a span of the call's recording, in seconds from the answer."""

    id: int
    call_id: str
    desk: str
    start_s: float
    end_s: float
    left_at: datetime


class CallBackDocument(BaseModel):
    """A wish to be called back at a number."""

    id: int
    call_id: str
    desk: str
    number: str
    asked_at: datetime


class LeftDocument(BaseModel):
    """What waits at one's desks, the oldest first."""

    call_backs: list[CallBackDocument]
    voicemails: list[VoicemailDocument]


class SettleWish(BaseModel):
    """That it is settled: a body that no other site's form can send."""

    settled: Literal[True]


class Settled(BaseModel):
    """What somebody has settled."""

    id: int
