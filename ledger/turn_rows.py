"""Turns and secrets as a transcript's row keeps them."""

from __future__ import annotations

from typing import Any

from ledger.records import Secret, Sound, Turn, Word
from ledger.states import Clearness, Role, SecretKind


def to_turn(data: dict[str, Any]) -> Turn:
    """A turn as a record."""
    words = tuple(map(_to_word, data["words"]))
    sound = Sound(**data["sound"]) if data.get("sound") else None
    return Turn(**{**data, "role": Role(data["role"]), "words": words, "sound": sound})


def to_secret(data: dict[str, Any]) -> Secret:
    """A secret as a record."""
    return Secret(**{**data, "kind": SecretKind(data["kind"])})


def _to_word(data: dict[str, Any]) -> Word:
    told = data.get("clearness")
    return Word(**{**data, "clearness": Clearness(told) if told else None})
