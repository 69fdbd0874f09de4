"""Columns of directory files: their headings, and cells that come back as they were written.

A cell with several things has `;` between them, `:` between a number and what it leads to, and a backslash
before such a sign that belongs to a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, Final

from desks.directory.checking import NUMBER
from desks.directory.records import Entry, EntryState, Number
from ledger.errors import HotlineError


class Column(StrEnum):
    """What a column holds; its value is the English heading."""

    ID = "id"
    KEY = "key"
    VERSION = "version"
    NAME = "name"
    ALIASES = "aliases"
    NUMBERS = "numbers"
    KIND = "kind"
    DISTRICT = "district"
    ADDRESS = "address"
    REMARK = "remark"
    VALID_FROM = "valid_from"
    VALID_UNTIL = "valid_until"
    STATE = "state"


# The first heading is the one that we write; others are understood.
HEADINGS: Final[dict[Column, tuple[str, ...]]] = {
    Column.ID: ("编号", "条目编号"),
    Column.KEY: ("外部编号", "external_key", "external key"),
    Column.VERSION: ("版本",),
    Column.NAME: ("名称", "单位名称", "用户名称"),
    Column.ALIASES: ("别名", "alias", "简称"),
    Column.NUMBERS: ("号码", "电话", "电话号码", "number", "phone", "telephone"),
    Column.KIND: ("类别", "分类", "category"),
    Column.DISTRICT: ("区域", "地区", "区"),
    Column.ADDRESS: ("地址",),
    Column.REMARK: ("备注", "remarks", "note"),
    Column.VALID_FROM: ("生效时间", "生效", "valid from"),
    Column.VALID_UNTIL: ("失效时间", "失效", "valid until"),
    Column.STATE: ("状态",),
}
FIELD_COLUMNS: Final = tuple(column for column in Column if column not in {"id", "key", "version"})
STATES: Final = {
    "在册": EntryState.LISTED,
    "listed": EntryState.LISTED,
    "撤销": EntryState.REMOVED,
    "removed": EntryState.REMOVED,
}
OF_HEADING: Final = {
    heading: column for column, headings in HEADINGS.items() for heading in (column.value, *headings)
}
BETWEEN, LEADS_TO = ";；|", ":："
SIGNS_WITHIN: Final = re.compile(r"([\\;；|:：])")
WIDE: Final = str.maketrans("０１２３４５６７８９－＋＊＃（）", "0123456789-+*#()")
NOT_DIALLED: Final = re.compile(r"[\s().]")
EXTENSION: Final = re.compile(r"(?:转|分机|ext\.?)+", re.IGNORECASE)


class BadCell(HotlineError):
    """A cell cannot be read: correct it as the sentence says."""


def column_of(heading: str) -> Column | None:
    """What a heading means, in either language, in capitals or not."""
    return OF_HEADING.get(heading.strip().strip("*").lower())


def match_columns(head: Sequence[str]) -> tuple[list[Column | None], list[str]]:
    """Each heading's column, and the headings that mean nothing to us. Raises BadCell where two are one."""
    columns = [column_of(heading) for heading in head]
    for column in Column:
        same = [heading for heading, found in zip(head, columns, strict=True) if found is column]
        if len(same) > 1:
            raise BadCell(f"the columns {' and '.join(same)} are the same; leave one of them out")
    return columns, [
        heading for heading, found in zip(head, columns, strict=True) if found is None and heading
    ]


def write_cell(column: Column, entry: Entry, zone: tzinfo) -> str:
    """One field of an entry as a cell."""
    return _WRITERS[column](entry, zone)


def read_cell(column: Column, text: str, zone: tzinfo) -> Any:
    """What a cell says, as the field of an entry. Raises BadCell."""
    return _READERS[column](text.strip(), zone)


def write_list(texts: Iterable[str]) -> str:
    """Several texts in one cell."""
    return ";".join(_escaped(text) for text in texts)


def read_list(text: str) -> tuple[str, ...]:
    """The texts of a cell, without blanks around them and without empty ones."""
    parts = (_plain(part).strip() for part in parts_of(text))
    return tuple(part for part in parts if part)


def parts_of(cell: str) -> list[str]:
    """The things of a cell as they stand in it, backslashes and all."""
    return list(_split(cell, BETWEEN))


def write_numbers(numbers: Iterable[Number]) -> str:
    """Numbers with what they lead to: 总机:83332222;急诊:83332120."""
    told = ((_escaped(each.label), _escaped(each.number)) for each in numbers)
    return ";".join(f"{label}:{number}" if label else number for label, number in told)


def read_numbers(text: str) -> tuple[Number, ...]:
    """Numbers as they are dialled; whether they can be is not asked here."""
    return tuple(_number(part) for part in parts_of(text) if part.strip())


def dialled(text: str) -> str:
    """A number without what is not dialled: 0208333 2222转801 is 02083332222-801."""
    plain = NOT_DIALLED.sub("", text.translate(WIDE))
    return EXTENSION.sub("-", plain)


def _number(part: str) -> Number:
    halves = list(_split(part, LEADS_TO))
    label, number = (":".join(halves[:-1]), halves[-1]) if len(halves) > 1 else ("", halves[0])
    first, second = _plain(label).strip(), dialled(_plain(number))
    if first and not NUMBER.fullmatch(second) and NUMBER.fullmatch(dialled(first)):
        return Number(number=dialled(first), label=_plain(number).strip())  # 83332222:总机
    return Number(number=second, label=first)


def _split(text: str, signs: str) -> Iterable[str]:
    """The parts between signs that no backslash stands before; backslashes stay."""
    part: list[str] = []
    is_escaped = False
    for sign in text:
        if sign in signs and not is_escaped:
            yield "".join(part)
            part = []
            continue
        part.append(sign)
        is_escaped = sign == "\\" and not is_escaped
    yield "".join(part)


def _escaped(text: str) -> str:
    return SIGNS_WITHIN.sub(r"\\\1", text)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _moment(text: str, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise BadCell(f"{text[:30]!r} is no time; write it as 2026-11-30 08:00") from error
    if not 1900 <= read.year <= 9000:
        raise BadCell(f"{text[:30]!r} is no time of ours; give a year from 1900 to 9000")
    return read if read.tzinfo else read.replace(tzinfo=zone)


def _told(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(" ") if moment else ""


def _state(text: str) -> EntryState:
    if text.lower() not in STATES:
        raise BadCell(f"{text[:30]!r} is no state; write 在册 or 撤销")
    return STATES[text.lower()]


_WRITERS: Final[dict[Column, Callable[[Entry, tzinfo], str]]] = {
    Column.ID: lambda entry, _zone: str(entry.id or ""),
    Column.VERSION: lambda entry, _zone: str(entry.changed_seq or ""),
    Column.NAME: lambda entry, _zone: entry.name,
    Column.ALIASES: lambda entry, _zone: write_list(entry.aliases),
    Column.NUMBERS: lambda entry, _zone: write_numbers(entry.numbers),
    Column.KIND: lambda entry, _zone: entry.kind,
    Column.DISTRICT: lambda entry, _zone: entry.district,
    Column.ADDRESS: lambda entry, _zone: entry.address,
    Column.REMARK: lambda entry, _zone: entry.remark,
    Column.VALID_FROM: lambda entry, zone: _told(entry.valid_from, zone),
    Column.VALID_UNTIL: lambda entry, zone: _told(entry.valid_until, zone),
    Column.STATE: lambda entry, _zone: "在册" if entry.state is EntryState.LISTED else "撤销",
}
_READERS: Final[dict[Column, Callable[[str, tzinfo], Any]]] = {
    **{column: lambda text, _zone: text for column in FIELD_COLUMNS},
    Column.ALIASES: lambda text, _zone: read_list(text),
    Column.NUMBERS: lambda text, _zone: read_numbers(text),
    Column.VALID_FROM: _moment,
    Column.VALID_UNTIL: _moment,
    Column.STATE: lambda text, _zone: _state(text),
}
