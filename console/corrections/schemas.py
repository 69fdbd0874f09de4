"""What a monitor heard in a turn, and what programs are told of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from console.errors import BadInput
from console.reviews.schemas import read_seen
from console.texts import Number, checked, whole_number

LONGEST_TURN = 4000  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A correction as somebody sends it."""

    transcript_id: int
    turn: int
    text: str | None  # None: the machine's text shall hold again
    seen: int | None  # the id of the turn's newest correction that the page showed; 0: none
    unmasked: bool


class CorrectionWish(BaseModel):
    """A correction, from a program; no text: the machine's shall hold again."""

    model_config = ConfigDict(extra="forbid")

    transcript: Number
    turn: Number
    text: str | None
    seen: Number | None = None
    unmasked: bool = False  # the text was written with nothing hidden: needs the right to secrets


class CorrectionDocument(BaseModel):
    """A corrected turn; `id` is what the next correction has to have seen."""

    id: int
    transcript: int
    turn: int
    machine: str
    text: str
    user: str
    at: datetime


def read_correction(given: dict[str, str]) -> Wish:
    """A correction from a form. Raises BadInput."""
    return check_correction(
        Wish(
            transcript_id=_number("transcript", given.get("transcript", "")),
            turn=_number("turn", given.get("turn", "")),
            text=None if given.get("back") else given.get("text", ""),
            seen=read_seen(given.get("seen")),
            unmasked=given.get("unmasked") == "true",
        )
    )


def check_correction(wish: Wish) -> Wish:
    """The same of what was read. Raises BadInput."""
    if wish.text is None:
        return wish
    return replace(wish, text=checked("text", wish.text, LONGEST_TURN, is_needed=True))


def _number(name: str, text: str) -> int:
    found = whole_number(text)
    if found is None:
        raise BadInput(f"{name} must be a number, got {text[:20]!r}")
    return found
