"""Files of rows, read and written: CSV in UTF-8 or GB18030, and XLSX."""

from __future__ import annotations

import csv
import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Any, Final

from desks.directory.checking import Fault, Problem
from ledger.errors import HotlineError
from ledger.plain_text import decoded

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
BOM: Final = "\ufeff"  # Excel takes a file without it for the machine's old code page
RUN_AS_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")  # OWASP; with apostrophes of ours before it
MADE_HARMLESS: Final = re.compile(r"'+[=+\-@\t\r]")
MOST_ROWS: Final = 1_000_000
MOST_UNPACKED_BYTES: Final = 1_000_000_000  # of a workbook: what a bomb would exceed
ZIP_SIGN: Final = b"PK\x03\x04"


class BadFile(HotlineError):
    """The file cannot be read: save it as CSV or XLSX and upload it again."""

    http_status = 422


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a file below its head: cells as texts, or what is wrong with them."""

    number: int  # in the file, from 1
    cells: Sequence[str]
    problem: Problem | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A file that was opened."""

    head: Sequence[str]
    lines: Iterator[Line]
    sha256: str
    most_lines: int = 0  # as far as can be told before they are read; 0: it cannot be
    told: dict[str, str] = field(default_factory=dict)  # how it was read: encoding, delimiter, sheet


def open_sheet(data: bytes, delimiter: str = "") -> Sheet:
    """A file's head, and its lines as they are asked for. Raises BadFile, as the lines do."""
    if not data.strip():
        raise BadFile("the file is empty; choose one with a head and lines")
    if data.startswith(ZIP_SIGN):
        return _open_workbook(data)
    return _open_csv(data, delimiter)


def csv_line(cells: Iterable[str]) -> str:
    """One line with its end; what a spreadsheet would run as a formula has an apostrophe before it."""
    written = StringIO()
    csv.writer(written).writerow([_harmless(cell) for cell in cells])
    return written.getvalue()


def write_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, piece by piece."""
    yield (BOM + csv_line(head)).encode()
    for row in rows:
        yield csv_line(row).encode()


def write_xlsx(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]]) -> bytes:
    """A workbook of texts: title, head and rows of each sheet. No cell is a formula."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - a second's start for whoever writes none

    written = BytesIO()
    with Workbook(written, {"constant_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for title, head, rows in sheets:
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for place, heading in enumerate(head):
                sheet.write_string(0, place, heading, bold)
                sheet.set_column(place, place, 18)
            for number, row in enumerate(rows, 1):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell)
    return written.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if RUN_AS_FORMULA.match(text) else text


def _as_written(text: str) -> str:
    return text[1:] if MADE_HARMLESS.match(text) else text


def _open_csv(data: bytes, delimiter: str) -> Sheet:
    found = decoded(data)
    if found is None:
        raise BadFile("the file is neither UTF-8 nor GB18030 nor XLSX; save it as one of them")
    text, encoding = found
    first = text.partition("\n")[0]
    used = delimiter or max(DELIMITERS, key=first.count)
    if used not in DELIMITERS:
        raise BadFile(f"{used!r} is no delimiter; choose a comma, a semicolon, a tab or a bar")
    lines = _csv_lines(text, used)
    head = _head_of(lines)
    told = {"encoding": encoding, "delimiter": DELIMITERS[used]}
    fitted = _fitted(lines, len(head))
    return Sheet(
        head=head, lines=fitted, sha256=_sha256(data), most_lines=max(text.count("\n") - 1, 1), told=told
    )


def _csv_lines(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begun = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Line(number=begun, cells=[_as_written(cell) for cell in cells])
            begun = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"line {begun} cannot be read ({error}); correct its quotation marks") from error


def _fitted(lines: Iterable[Line], width: int) -> Iterator[Line]:
    """Lines with as many cells as the head has."""
    for count, line in enumerate(lines):
        if count >= MOST_ROWS:
            raise BadFile(f"the file has more than {MOST_ROWS} lines; split it")
        cells = list(line.cells)
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) == width or line.problem:
            yield Line(number=line.number, cells=cells, problem=line.problem)
            continue
        wrong = Problem(fault=Fault.WRONG_CELLS, detail=f"{len(cells)}/{width}")
        yield Line(number=line.number, cells=(cells + [""] * width)[:width], problem=wrong)


def _open_workbook(data: bytes) -> Sheet:
    from openpyxl import load_workbook  # noqa: PLC0415 - a second's start for whoever reads none

    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            unpacked_bytes = sum(part.file_size for part in packed.infolist())
        if unpacked_bytes <= MOST_UNPACKED_BYTES:
            sheet = load_workbook(BytesIO(data), read_only=True).worksheets[0]
    except Exception as error:  # whatever a library says of a broken file
        raise _unreadable(error) from error
    if unpacked_bytes > MOST_UNPACKED_BYTES:
        raise BadFile("the workbook is too large when it is unpacked; split it, or save it as CSV")
    lines = _sheet_lines(sheet)
    cells = list(_head_of(lines))
    while cells and not cells[-1]:
        cells.pop()
    told = {"encoding": "xlsx", "sheet": sheet.title}
    padded = (_padded(line, len(cells)) for line in lines)
    return Sheet(
        head=cells,
        lines=_fitted(padded, len(cells)),
        sha256=_sha256(data),
        most_lines=sheet.max_row or 0,  # not every program writes it
        told=told,
    )


def _head_of(lines: Iterator[Line]) -> Sequence[str]:
    head = next(lines, None)
    if head is None:
        raise BadFile("the file is empty; choose one with a head and lines")
    return head.cells


def _padded(line: Line, width: int) -> Line:
    """Empty cells at the end of a sheet's row are not kept by every program."""
    more = [""] * (width - len(line.cells))
    return Line(number=line.number, cells=[*line.cells, *more], problem=line.problem)


def _unreadable(error: Exception) -> BadFile:
    return BadFile(f"the workbook cannot be read ({type(error).__name__}); save it anew")


def _sheet_lines(sheet: Any) -> Iterator[Line]:
    rows = enumerate(sheet.iter_rows(), 1)
    while True:
        try:
            number, row = next(rows)
        except StopIteration:
            return
        except Exception as error:  # whatever a library says of a broken file
            raise _unreadable(error) from error
        cells = [_text(cell.value) for cell in row]
        if any(cell.strip() for cell in cells):
            formula = next((cell for cell in row if cell.value is not None and cell.data_type == "f"), None)
            problem = Problem(fault=Fault.FORMULA, detail=str(formula.value)[:40]) if formula else None
            yield Line(number=number, cells=cells, problem=problem)


def _text(value: Any) -> str:
    """A cell as a person reads it: a number that was typed without a point has none."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
