"""A table of facts (CSV): a row a recording, as spreadsheets write it."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from ledger.errors import SettingsError
from ledger.plain_text import text_of
from ledger.records import Facts
from recorder.foreign import shown

CHANNELS = {"0": 0, "left": 0, "左": 0, "1": 1, "right": 1, "右": 1}
TIME_FORMS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")  # Excel's
DELIMITERS = ",;\t"
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LONGEST_TEXT = 64  # characters of a number, as the ledger keeps it


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table."""

    line: int  # where it begins, counted from 1
    place: str  # e.g. "facts.csv, line 7"
    file: str
    known: dict[str, Any] = field(default_factory=dict)  # fields of an order
    facts: Facts = field(default_factory=dict)
    mistake: str | None = None  # one sentence; then nothing else is sure


@dataclass(frozen=True, kw_only=True)
class FactsFile:
    """All rows, in the table's order."""

    folder: Path
    rows: tuple[Row, ...]


def read_facts(path: Path, zone: tzinfo) -> FactsFile:
    """Read UTF-8, UTF-16 with a mark, or GB18030; times without a zone are in `zone`.

    Raises SettingsError where the table cannot be read at all; the mistake of a row stays with it.
    """
    name = shown(path.name)
    lines = _decode(path).splitlines(keepends=True)
    delimiter = max(DELIMITERS, key=lines[0].count) if lines else DELIMITERS[0]
    numbered = _numbered(lines, delimiter)
    head = next(numbered, _Cells(line=1, cells=[]))
    columns = _columns(head.cells, name)
    rows = tuple(_row(columns, cells, name, zone) for cells in numbered if cells.is_filled)
    return FactsFile(folder=path.parent, rows=rows)


def parse_time(text: str, zone: tzinfo) -> datetime:
    """An aware time from ISO 8601 or as spreadsheets write it. Raises ValueError with a sentence."""
    for parse in (datetime.fromisoformat, *(_strict(form) for form in TIME_FORMS)):
        try:
            moment = parse(text)
        except ValueError:
            continue
        if not 1900 <= moment.year <= 9000:
            raise ValueError(f"{text!r} is no time of ours; give a year from 1900 to 9000")
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    raise ValueError(f"{text!r} is no time; write it like 2026-03-05 14:03:20")


def _strict(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added by the caller


def _decode(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"--facts {shown(path)} cannot be read ({error.strerror}); check the name and the rights"
        ) from error
    text = _from_utf_16(data) if data.startswith(UTF_16_MARKS) else text_of(data)
    if text is None:
        raise SettingsError(f"--facts {shown(path)} is neither UTF-8 nor GB18030; save it as CSV UTF-8")
    return text


def _from_utf_16(data: bytes) -> str | None:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        return None


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """One row before anything is made of it."""

    line: int
    cells: list[str]
    mistake: str | None = None

    @property
    def is_filled(self) -> bool:
        return any(cell.strip() for cell in self.cells)


def _numbered(lines: Sequence[str], delimiter: str) -> Iterator[_Cells]:
    """Rows with the number of their first line. A quote out of place costs its own line and no other."""
    begin = 0
    while begin < len(lines):
        reader = csv.reader(lines[begin:], strict=True, delimiter=delimiter)
        read = 0
        try:
            for cells in reader:
                yield _Cells(line=begin + read + 1, cells=cells)
                read = reader.line_num
            begin = len(lines)
        except csv.Error as error:
            begin += read
            rough = [cell.strip().strip('"') for cell in lines[begin].split(delimiter)]
            yield _Cells(line=begin + 1, cells=rough, mistake=f"{error}; check the quotes")
            begin += 1


def _columns(head: Sequence[str], name: str) -> list[str]:
    columns = [cell.strip() for cell in head]
    ours = {"file", *PARSERS}
    known = [column.lower() if column.lower() in ours else column for column in columns]
    twice = [column for column, count in Counter(known).items() if column and count > 1]
    if twice:
        raise SettingsError(f"{name}, line 1 has the column {twice[0]!r} twice; rename one of them")
    if "file" not in known:
        raise SettingsError(
            f"{name}, line 1 has no column 'file'; name the columns there, e.g. file,hotline,operator"
        )
    return known


def _row(columns: list[str], row: _Cells, name: str, zone: tzinfo) -> Row:
    place = f"{name}, line {row.line}"
    values = dict(zip(columns, (cell.strip() for cell in row.cells), strict=False))
    file = values.pop("file", "")
    try:
        _check_shape(columns, row, file)
        known = {column: PARSERS[column](values[column], zone) for column in PARSERS if values.get(column)}
        _check_times(known)
    except ValueError as error:
        return Row(line=row.line, place=place, file=file, mistake=f"{place}: {error}")
    facts = {column: value for column, value in values.items() if value and column not in PARSERS}
    return Row(line=row.line, place=place, file=file, known=known, facts=facts)


def _check_shape(columns: list[str], row: _Cells, file: str) -> None:
    if row.mistake:
        raise ValueError(row.mistake)
    if not file:
        raise ValueError("the column file is empty; name the recording there")
    for number, cell in enumerate(row.cells, 1):
        if cell.strip() and (number > len(columns) or not columns[number - 1]):
            raise ValueError(
                f"{cell.strip()!r} stands in column {number}, which has no name; name it in line 1"
            )


def _check_times(known: dict[str, Any]) -> None:
    if "received_at" in known and known.get("answered_at", known["received_at"]) < known["received_at"]:
        raise ValueError("answered_at is earlier than received_at; correct one of them")


def _text(value: str, _zone: tzinfo) -> str:
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"{value[:20]}... has {len(value)} characters; at most {LONGEST_TEXT} are kept")
    return value


def _channel(value: str, _zone: tzinfo) -> int:
    if value.lower() not in CHANNELS:
        raise ValueError(f"caller_channel is {value!r}; write 0 (left) or 1 (right)")
    return CHANNELS[value.lower()]


PARSERS: dict[str, Callable[[str, tzinfo], Any]] = {  # columns that are fields; any other one is a fact
    "hotline": _text,
    "desk": _text,
    "operator": _text,
    "caller": _text,
    "received_at": parse_time,
    "answered_at": parse_time,
    "caller_channel": _channel,
}
