"""What people and programs send as text and as the number of a row."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from fastapi import Depends, Path, Request
from pydantic import Field

from console.errors import BadInput
from console.words import N_

HIGHEST_ID: Final = 2**31 - 1  # of rows: what every database holds
MOST_PAGES: Final = 999_999  # of a list
A_MONTH = N_("月份要写成 2026-11 这样。")

RowId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
Number = Annotated[int, Field(ge=0, le=HIGHEST_ID)]  # in a body: of a row or a turn, a version, a mark
FindingId = Annotated[int, Field(ge=-HIGHEST_ID, le=HIGHEST_ID)]  # in a body; below 0: a person added it


async def _fields(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


Fields = Annotated[dict[str, str], Depends(_fields)]  # of a form whose fields' names say of what they are


def checked(name: str, text: str, longest: int, *, is_needed: bool = False, words: str | None = None) -> str:
    """The text without blanks around it. Raises BadInput where it is too long or no text at all.

    The words say in Chinese what it must be.
    """
    if len(text) > longest:
        raise BadInput(f"{name} must have at most {longest} characters, has {len(text)}", words)
    if is_needed and not text.strip():
        raise BadInput(f"{name} must not be empty; it has 1 to {longest} characters", words)
    check_signs(name, text, words)
    return text.strip()


def check_signs(name: str, text: str, words: str | None = None) -> None:
    """Raises BadInput where a text has signs that no database keeps."""
    if "\0" in text or not _is_encodable(text):
        raise BadInput(f"{name} has signs that are no characters; type it again", words)


def whole_number(text: str, *, most: int = HIGHEST_ID) -> int | None:
    """A whole number from 0 in digits alone; None for any other text, and beyond `most`."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_ID))
    return int(text) if is_number and int(text) <= most else None


def page_number(text: str) -> int:
    """Which page of a list, the first is 1. Raises BadInput."""
    found = whole_number(text, most=MOST_PAGES)
    if not found:
        raise BadInput(f"page must be a number from 1, got {text[:20]!r}")
    return found


def checked_month(text: str) -> date:
    """The first day of a month such as 2026-11. Raises BadInput."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise BadInput(f"month must be a month such as 2026-11, got {text[:20]!r}", A_MONTH) from error
    check_year(day, "month", A_MONTH)
    return day


def checked_day(text: str, name: str) -> date:
    """A day such as 2026-11-22. Raises BadInput."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{name} must be a day such as 2026-11-22, got {text[:20]!r}") from error
    check_year(day, name)
    return day


def check_year(day: date, name: str, words: str | None = None) -> None:
    """Months and periods before and after it must be days too. Raises BadInput with the words."""
    if not 1990 <= day.year <= 9000:
        raise BadInput(f"{name} must be in the years 1990 to 9000, got {day.year}", words)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
