"""What a page keeps of what somebody types."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from console.errors import BadInput
from console.texts import checked

LONGEST_TEXT = 4000  # characters, of a field
LONGEST_NAME = 64
MOST_AT_ONCE = 50  # fields


class DraftWish(BaseModel):
    """Fields that changed, by name; an empty one is forgotten."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, str]


class DraftDocument(BaseModel):
    """All that somebody has typed on a call's page and not sent."""

    fields: dict[str, str]
    at: datetime | None


def check_fields(fields: dict[str, str]) -> dict[str, str]:
    """What may be kept. Raises BadInput."""
    if len(fields) > MOST_AT_ONCE:
        raise BadInput(f"fields: at most {MOST_AT_ONCE} at once, got {len(fields)}")
    for name, text in fields.items():
        checked("the name of a field", name, LONGEST_NAME, is_needed=True)
        checked("a field", text, LONGEST_TEXT)
    return fields
