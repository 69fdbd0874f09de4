"""What the operators' pages show, what is sent to them, and what the API answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, Field

from console.errors import BadInput
from console.texts import checked
from ledger.operators import OperatorRecord
from ledger.states import OperatorState

SETTABLE = (OperatorState.IDLE, OperatorState.AWAY, OperatorState.OFF)
LONGEST_REASON = 64  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatorView:
    """One operator as the pages show it."""

    record: OperatorRecord
    name: str  # empty where the plan does not know the number any more
    desks: tuple[str, ...]  # their names
    state_s: float  # how long the state has lasted
    calls_today: int
    is_registered: bool | None  # None: the phone has a fixed address


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants an operator to be."""

    number: str
    state: OperatorState
    reason: str  # why away; empty for the other states


class OperatorDocument(BaseModel):
    """One operator for programs."""

    number: str
    name: str
    desks: list[str]
    state: OperatorState
    since: datetime
    until: datetime | None
    away_reason: str
    after_call: OperatorState | None  # what was asked for while a call has the operator
    misses: int
    calls_today: int
    registered: bool | None  # null: the phone has a fixed address
    call_id: str | None


class OperatorsDocument(BaseModel):
    """All operators."""

    operators: list[OperatorDocument]


class WishDocument(BaseModel):
    """The body of `PUT /api/operators/{number}/state`."""

    state: str
    reason: str = Field(default="")


class PauseDocument(BaseModel):
    """The body of `PUT /api/operators/{number}/pause`."""

    paused: bool


def read_wish(*, number: str, state: str, reason: str) -> Wish:
    """A wish from a form or a program. Raises BadInput."""
    if state not in SETTABLE:
        raise BadInput(f"state must be one of {', '.join(SETTABLE)}, got {state!r}")
    told = checked("reason", " ".join(reason.split()), LONGEST_REASON)
    return Wish(number=number, state=OperatorState(state), reason=told)
