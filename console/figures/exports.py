"""Tables of figures as XLSX and CSV."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from fastapi.responses import Response
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from console.figures.definitions import Unit
from console.figures.tables import Table, Value
from console.spreadsheets import BOM, csv_line, harmless

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
DAY_S = 86_400  # Excel's times are parts of a day
LONGEST_SHEET_NAME = 31
NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
WIDEST, NARROWEST = 60, 9  # columns, in signs
_NUMBER_FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.SECONDS: "[h]:mm:ss.0",
    Unit.SHARE: "0.0%",
    Unit.SCORE: "0.0",
    Unit.MARK: "0.00",
}


def send_xlsx(tables: Iterable[Table], name: str) -> Response:
    """A workbook to be saved under a name."""
    return _sent(xlsx_of(tables), XLSX_TYPE, f"{name}.xlsx")


def send_csv(table: Table, name: str) -> Response:
    """One table to be saved under a name."""
    return _sent(csv_of(table), CSV_TYPE, f"{name}.csv")


def _sent(body: bytes, media_type: str, file_name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name}"',
        "Cache-Control": "no-store",
    }
    return Response(body, media_type=media_type, headers=headers)


def xlsx_of(tables: Iterable[Table]) -> bytes:
    """A sheet for each table: numbers as numbers, times as times, the header frozen. No cell is a formula."""
    written = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(written, {**options, "strings_to_numbers": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {unit: book.add_format({"num_format": told}) for unit, told in _NUMBER_FORMATS.items()}
        for table in tables:
            sheet = book.add_worksheet(table.title.translate(NOT_IN_SHEET_NAMES)[:LONGEST_SHEET_NAME])
            _fill(sheet, table, head, formats)
    return written.getvalue()


def csv_of(table: Table) -> bytes:
    """One table as UTF-8 with a byte order mark; seconds as numbers; what looks like a formula is none."""
    head = csv_line(harmless(column.title) for column in table.columns)
    rows = (csv_line(_plain(value) for value in row) for row in table.rows)
    return (BOM + head + "".join(rows)).encode()


def _fill(sheet: Worksheet, table: Table, head: Format, formats: dict[Unit, Format]) -> None:
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.title, head)
        texts = [column.title, *(row[place] for row in table.rows)]
        widths = (sum(1 + (ord(sign) > 0x2E7F) for sign in str(one)) for one in texts if isinstance(one, str))
        sheet.set_column(place, place, min(WIDEST, max(NARROWEST, *widths, 0) + 2))
    for number, row in enumerate(table.rows, 1):
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            elif value is not None:
                amount = value / DAY_S if column.unit is Unit.SECONDS else value
                sheet.write_number(number, place, amount, formats.get(column.unit) if column.unit else None)


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
