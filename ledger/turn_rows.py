"""Turns and secrets as a transcript's row keeps them."""

from __future__ import annotations

from typing import Any

from ledger.records import Secret, Turn, Word
from ledger.states import Role, SecretKind


def to_turn(data: dict[str, Any]) -> Turn:
    """A turn as a record."""
    words = tuple(Word(**word) for word in data["words"])
    return Turn(**{**data, "role": Role(data["role"]), "words": words})


def to_secret(data: dict[str, Any]) -> Secret:
    """A secret as a record."""
    return Secret(**{**data, "kind": SecretKind(data["kind"])})
