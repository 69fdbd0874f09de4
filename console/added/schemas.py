"""What a monitor sends of a finding that the machine missed, and what programs are told of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from console.errors import BadInput
from console.texts import Number, checked, whole_number
from ledger.added_findings import AddedFinding

LONGEST_WHY = 2000  # characters
LONGEST_RULE = 200  # characters, of its id or its name


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """A breach as somebody sends it."""

    rule: str  # an id, or a name as the pages show it
    start_s: float
    end_s: float
    why: str
    first_turn: int | None  # the turns whose words were marked; None: a span without words
    last_turn: int | None


class HeardWish(BaseModel):
    """A breach, from a program."""

    model_config = ConfigDict(extra="forbid")

    rule: str  # an id of the call's pack, or `other`
    start_s: float
    end_s: float
    why: str
    first_turn: Number | None = None
    last_turn: Number | None = None


class AddedDocument(BaseModel):
    """A breach that a person added."""

    id: int
    rule: str
    start_s: float
    end_s: float
    text: str
    why: str
    points: float  # that its rule takes off
    dimension: str
    user: str
    at: datetime
    withdrawn_at: datetime | None


def added_document(added: AddedFinding) -> AddedDocument:
    """An added finding for programs."""
    missed = added.missed
    return AddedDocument(
        id=added.id,
        rule=missed.rule,
        start_s=missed.start_s,
        end_s=missed.end_s,
        text=missed.text,
        why=missed.why,
        points=missed.points,
        dimension=missed.dimension,
        user=added.user,
        at=added.at,
        withdrawn_at=added.withdrawn_at,
    )


def read_heard(
    *, rule: str, start_s: str, end_s: str, why: str, first_turn: str = "", last_turn: str = ""
) -> Heard:
    """A breach from a form. Raises BadInput."""
    return check_heard(
        Heard(
            rule=rule,
            start_s=_seconds("start_s", start_s),
            end_s=_seconds("end_s", end_s),
            why=why,
            first_turn=_turn("first_turn", first_turn),
            last_turn=_turn("last_turn", last_turn),
        )
    )


def check_heard(heard: Heard) -> Heard:
    """The same of what was read. Raises BadInput."""
    if not (math.isfinite(heard.start_s) and math.isfinite(heard.end_s)):
        raise BadInput("start_s and end_s must be seconds of the recording")
    if not 0 <= heard.start_s < heard.end_s:
        raise BadInput(f"end_s: the span must end after it begins, got {heard.start_s:g} to {heard.end_s:g}")
    why = checked("why", heard.why, LONGEST_WHY, is_needed=True)
    return replace(heard, why=why, rule=checked("rule", heard.rule, LONGEST_RULE, is_needed=True))


def _seconds(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise BadInput(f"{name} must be seconds of the recording, got {text[:20]!r}") from error


def _turn(name: str, text: str) -> int | None:
    if not text:
        return None
    found = whole_number(text)
    if found is None:
        raise BadInput(f"{name} must be the number of a turn, got {text[:20]!r}")
    return found
