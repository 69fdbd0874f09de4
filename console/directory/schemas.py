"""What the directory shows and what it answers to programs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, Field

from desks.directory.records import Field as EntryField
from desks.directory.records import Standing

MOST_RESULTS: Final = 50
LONGEST_QUERY: Final = 100  # characters


class NumberDocument(BaseModel):
    """A telephone number, and what it leads to."""

    number: str
    label: str


class EntryDocument(BaseModel):
    """An entry of the directory."""

    id: int
    name: str
    aliases: list[str]
    kind: str
    district: str
    address: str
    numbers: list[NumberDocument]
    remark: str
    valid_from: datetime | None
    valid_until: datetime | None = Field(description="The first moment when it is no more.")
    standing: Standing
    version: int = Field(description="Of its last change: who changes it says which one was read.")
    asked: int = Field(description="How often callers were given it.")


class MatchDocument(BaseModel):
    """A word of the query, and what it found."""

    word: str
    field: EntryField
    text: str
    first: int = Field(description="Characters of the text that fit, half open.")
    past: int


class HitDocument(EntryDocument):
    """An entry that fits a query."""

    fit: str = Field(description="whole, beginning, words, place or alike: the best first.")
    number: NumberDocument | None = Field(description="The one asked for: the first, or by its label.")
    matches: list[MatchDocument]


class AnswerDocument(BaseModel):
    """What a search gave."""

    took_ms: float = Field(description="At the server.")
    is_behind: bool = Field(description="Many changes are not searched yet: the index is being built anew.")
    entries: list[HitDocument]
