"""Numbers of tickets (YYYYMMDD-NNNN), and numbers of lines by which tickets are found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.sql import text

from ledger.working_days import SHANGHAI

FAULT_NUMBER = "fault_number"  # the fact of a call that keeps the line that was keyed in and confirmed
TAIL_DIGITS = 7  # as many as the shortest number of a line: an area code before it may be there or not
NUMBER = re.compile(r"\d{8}-\d{4,6}")
LONGEST_LINE = 32
LONGEST_NUMBER = 15  # digits of a telephone number (E.164)
_RUN = re.compile(r"\+?\d[\d ()-]*\d")
_BEGUN = re.compile(r"0\d{2,3}\d{7,8}|1[3-9]\d{9}")  # with its area code, or a mobile number
_NO_DIGIT = re.compile(r"[ ()-]")
_NEXT = text(
    "INSERT INTO ticket_days (day, last) VALUES (:day, 1)"
    " ON CONFLICT (day) DO UPDATE SET last = ticket_days.last + 1 RETURNING last"
)


def next_number(session: Session, at: datetime) -> str:
    """The next of the moment's day, without gaps: whoever opens another waits until this one is there."""
    day = at.astimezone(SHANGHAI).date()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    last = session.scalar(_NEXT, {"day": day.isoformat() if is_sqlite else day})
    return f"{day:%Y%m%d}-{last:04d}"


def digits_of(line: str) -> str:
    """A number without signs between its digits, and without the country's code."""
    digits = "".join(sign for sign in line if sign.isascii() and sign.isdigit())
    for code in ("0086", "86"):
        if digits.startswith(code) and len(digits) >= len(code) + 10:
            return digits[len(code) :][:LONGEST_LINE]
    return digits[:LONGEST_LINE]


def numbers_in(text: str) -> list[str]:
    """Telephone numbers in what somebody wrote, digits and a leading +; several may stand side by side."""
    runs = ([_NO_DIGIT.sub("", part) for part in run.split()] for run in _RUN.findall(text))
    found = (number for parts in runs for number in _joined(parts))
    return [number for number in found if TAIL_DIGITS <= len(number.lstrip("+")) <= LONGEST_NUMBER]


def _joined(parts: list[str]) -> Iterator[str]:
    """138 0000 0001 is one number, 0395 3151206 and 139 12345678 are; a house's number is none."""
    short = ""
    for part in parts:
        if len(part) < TAIL_DIGITS:
            short += part
            continue
        if _BEGUN.fullmatch(short + part):
            yield short + part
        else:
            yield from (short, part)
        short = ""
    yield short


def tail_of(line: str) -> str:
    """The last digits, by which a line is found; empty where there are too few to tell lines apart."""
    digits = digits_of(line)
    return digits[-TAIL_DIGITS:] if len(digits) >= TAIL_DIGITS else ""


def are_same(one: str, other: str) -> bool:
    """Whether two numbers are one line: the longer may have the area code that the other lacks."""
    first, second = digits_of(one), digits_of(other)
    if min(len(first), len(second)) < TAIL_DIGITS:
        return False
    return first.endswith(second) or second.endswith(first)
