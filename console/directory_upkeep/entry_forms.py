"""The form of an entry: shown filled in, and read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Annotated, Any, Final

from fastapi import Form

from console.errors import BadInput
from console.texts import checked
from console.words import N_
from desks.directory.cells import BadCell, Column, parts_of, read_cell, write_cell
from desks.directory.records import Entry, EntryState
from ledger.clock import now

LONGEST_CELL: Final = 4000  # characters: of numbers and aliases; what an entry may have is checked later
LONGEST_WHY: Final = 500
CELLS: Final = (
    *(Column.NAME, Column.ALIASES, Column.NUMBERS, Column.KIND, Column.DISTRICT, Column.ADDRESS),
    *(Column.REMARK, Column.VALID_FROM, Column.VALID_UNTIL),
)
LISTS: Final = frozenset({Column.ALIASES, Column.NUMBERS})  # a line each
A_TIME: Final = N_("时间要写成 2026-11-30 08:00 这样。")
A_MOMENT: Final = N_("生效时间要在现在之后，写成 2026-11-30 08:00 这样。")
A_REASON: Final = N_("请写明更改的理由。")


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryFields:
    """What stands in the form."""

    cells: dict[str, str]
    why: str = ""
    effective_at: str = ""
    is_removed: bool = False


class EntryForm:
    """The fields as they were sent."""

    def __init__(
        self,
        *,
        name: Annotated[str, Form()] = "",
        aliases: Annotated[str, Form()] = "",
        numbers: Annotated[str, Form()] = "",
        kind: Annotated[str, Form()] = "",
        district: Annotated[str, Form()] = "",
        address: Annotated[str, Form()] = "",
        remark: Annotated[str, Form()] = "",
        valid_from: Annotated[str, Form()] = "",
        valid_until: Annotated[str, Form()] = "",
        why: Annotated[str, Form()] = "",
        effective_at: Annotated[str, Form()] = "",
        removed: Annotated[bool, Form()] = False,
        version: Annotated[int, Form(ge=0, le=2**62)] = 0,
    ) -> None:
        given = (name, aliases, numbers, kind, district, address, remark, valid_from, valid_until)
        cells = dict(zip((column.value for column in CELLS), given, strict=True))
        self.fields = EntryFields(cells=cells, why=why, effective_at=effective_at, is_removed=removed)
        self.version = version  # of the entry when the form was shown


def filled_in(entry: Entry, zone: tzinfo) -> EntryFields:
    """The form of an entry as it is."""
    cells = {column.value: _shown(column, write_cell(column, entry, zone)) for column in CELLS}
    return EntryFields(cells=cells, is_removed=entry.state is EntryState.REMOVED)


def read_entry(fields: EntryFields, former: Entry, zone: tzinfo) -> Entry:
    """The entry as the form has it. Raises BadInput; what else is wrong is told when it is written."""
    read: dict[str, Any] = {}
    for column in CELLS:
        text = checked(column.value, fields.cells[column.value], LONGEST_CELL)
        cell = ";".join(text.splitlines()) if column in LISTS else text
        read[column.value] = _read(column, cell, zone, column.value)
    state = EntryState.REMOVED if fields.is_removed else EntryState.LISTED
    return replace(former, **read, state=state)


def read_why(text: str, words: str = A_REASON) -> str:
    """A reason. Raises BadInput."""
    return checked("why", text, LONGEST_WHY, is_needed=True, words=words)


def read_moment(name: str, text: str, zone: tzinfo) -> datetime | None:
    """A moment, or None where none is given. Raises BadInput, which names the field."""
    moment: datetime | None = _read(Column.VALID_FROM, text, zone, name)
    return moment


def read_future(text: str, zone: tzinfo) -> datetime:
    """A moment to come. Raises BadInput."""
    moment = read_moment("effective_at", text, zone)
    if moment is None or moment <= now():
        raise BadInput("effective_at must be a moment to come", A_MOMENT)
    return moment


def _read(column: Column, text: str, zone: tzinfo, name: str) -> Any:
    try:
        return read_cell(column, text, zone)
    except BadCell as error:
        raise BadInput(f"{name}: {error}", A_TIME) from error


def _shown(column: Column, cell: str) -> str:
    """Lists a line each, times as the browser's field takes them."""
    if column in LISTS:
        return "\n".join(parts_of(cell))
    return cell.replace(" ", "T")[:19] if column in {Column.VALID_FROM, Column.VALID_UNTIL} else cell
