"""Placeholders in a prompt's text: what is spoken anew in each call, e.g. `{position:count}`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast, get_args

Kind = Literal["digits", "count", "number", "date", "time", "amount", "minutes"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NOW = "now"  # the one value that every prompt knows: the moment itself, as a date or a time
_SLOT = re.compile(r"\{([a-z][a-z0-9_]*):([a-z]+)\}")
_SOUND = re.compile(r"\w")


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A place in a text for a value, and how the value is read."""

    name: str
    kind: Kind


Piece = str | Slot


def split_text(text: str) -> tuple[Piece, ...]:
    """A text as what is fixed and what is spoken anew. Raises ValueError for braces that mean nothing."""
    pieces: list[Piece] = []
    start = 0
    for match in _SLOT.finditer(text):
        if match[2] not in KINDS:
            raise ValueError(f"{match[0]} is read as nothing known; kinds are {', '.join(KINDS)}")
        pieces += [text[start : match.start()], Slot(name=match[1], kind=cast("Kind", match[2]))]
        start = match.end()
    pieces.append(text[start:])
    _refuse_braces(pieces)
    return tuple(piece for piece in pieces if piece)


def has_sound(piece: str) -> bool:
    """Whether a fixed piece is more than punctuation."""
    return bool(_SOUND.search(piece))


def slots(pieces: Iterable[Piece]) -> list[Slot]:
    """The placeholders among some pieces."""
    return [piece for piece in pieces if isinstance(piece, Slot)]


def _refuse_braces(pieces: Iterable[Piece]) -> None:
    for piece in pieces:
        if isinstance(piece, str) and re.search(r"[{}]", piece):
            raise ValueError(
                f"{piece.strip()!r} has braces of no placeholder; write them like {{position:count}}"
            )
