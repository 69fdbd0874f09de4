"""What an entry must be before it is written by hand, by import or by proposal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desks.directory.records import Entry
from ledger.errors import HotlineError

LONGEST: Final = {"name": 200, "kind": 64, "district": 64, "address": 200, "remark": 500}  # characters
LONGEST_ALIAS, LONGEST_LABEL, LONGEST_NUMBER = 200, 64, 32
MOST_ALIASES, MOST_NUMBERS = 50, 100
# Digits as they are dialled, with + before or an extension behind: 95588, 4008001234, 83332222-801, +86208…
NUMBER: Final = re.compile(r"\+?[0-9*#]{3,20}(-[0-9]{1,8})?")


class Fault(StrEnum):
    """What is wrong with an entry or a line of a file."""

    NO_NAME = "no_name"
    NO_NUMBER = "no_number"
    TOO_LONG = "too_long"  # the detail names the field
    BAD_SIGNS = "bad_signs"  # signs that are no characters, or line breaks
    BAD_NUMBER = "bad_number"
    BAD_TIME = "bad_time"
    TIMES_CROSSED = "times_crossed"  # it ends before it begins
    FORMULA = "formula"
    WRONG_CELLS = "wrong_cells"  # more or fewer than the head has
    BAD_ID = "bad_id"
    NO_ENTRY = "no_entry"  # with that id
    SEVERAL_ENTRIES = "several_entries"  # with that name and number
    STALE = "stale"  # the entry changed since the file was exported
    SAME_NUMBER = "same_number"  # at another name
    TWICE = "twice"  # another line of the file is of the same entry
    KEY_TAKEN = "key_taken"  # the external key belongs to another entry
    MEANWHILE = "meanwhile"  # the entry changed since it was shown
    BAD_STATE = "bad_state"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A fault, and of what."""

    fault: Fault
    detail: str = ""


class BadEntry(HotlineError):
    """The entry cannot be so: correct the field that is named."""

    http_status = 422

    def __init__(self, problem: Problem) -> None:
        told = f" ({problem.detail})" if problem.detail else ""
        super().__init__(f"the entry cannot be so: {problem.fault.replace('_', ' ')}{told}; correct it")
        self.problem = problem


def problem_of(entry: Entry) -> Problem | None:
    """The first thing that is wrong, or None."""
    checks = (_names, _texts, _numbers, _times)
    return next((found for check in checks if (found := check(entry)) is not None), None)


def require_good(entry: Entry) -> None:
    """Raises BadEntry."""
    found = problem_of(entry)
    if found:
        raise BadEntry(found)


def _names(entry: Entry) -> Problem | None:
    if not entry.name.strip():
        return Problem(fault=Fault.NO_NAME)
    if not entry.numbers:
        return Problem(fault=Fault.NO_NUMBER)
    return None


def _texts(entry: Entry) -> Problem | None:
    fields = [(name, getattr(entry, name), longest) for name, longest in LONGEST.items()]
    fields += [("aliases", alias, LONGEST_ALIAS) for alias in entry.aliases]
    fields += [("numbers", each.label, LONGEST_LABEL) for each in entry.numbers]
    if len(entry.aliases) > MOST_ALIASES or len(entry.numbers) > MOST_NUMBERS:
        return Problem(
            fault=Fault.TOO_LONG, detail="aliases" if len(entry.aliases) > MOST_ALIASES else "numbers"
        )
    for name, text, longest in fields:
        if len(text) > longest:
            return Problem(fault=Fault.TOO_LONG, detail=name)
        if not text.isprintable():
            return Problem(fault=Fault.BAD_SIGNS, detail=name)
    return None


def _numbers(entry: Entry) -> Problem | None:
    bad = next((each.number for each in entry.numbers if not _is_number(each.number)), None)
    return None if bad is None else Problem(fault=Fault.BAD_NUMBER, detail=bad[:LONGEST_NUMBER])


def _is_number(text: str) -> bool:
    return len(text) <= LONGEST_NUMBER and NUMBER.fullmatch(text) is not None


def _times(entry: Entry) -> Problem | None:
    if entry.valid_from and entry.valid_until and entry.valid_until <= entry.valid_from:
        return Problem(fault=Fault.TIMES_CROSSED)
    return None
