"""Files of directory entries: whatever is written comes back, and no cell is run as a formula."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from desks.directory.cells import (
    BadCell,
    Column,
    match_columns,
    read_cell,
    read_list,
    read_numbers,
    write_cell,
)
from desks.directory.checking import Fault
from desks.directory.files import BadFile, open_sheet, write_csv, write_xlsx
from desks.directory.records import Entry, Number
from ledger.working_days import SHANGHAI

SIGNS = st.text(alphabet="号码ab 1;；|:：\\,\"'=+-@转()", max_size=12)
TEXTS = SIGNS.map(str.strip)
NUMBERS = st.builds(Number, number=st.sampled_from(["114", "83332222-801", "+8620833"]), label=TEXTS)
ENTRIES = st.builds(
    Entry,
    name=TEXTS,
    aliases=st.lists(TEXTS.filter(bool), max_size=3).map(tuple),
    numbers=st.lists(NUMBERS, max_size=3).map(tuple),
    remark=TEXTS,
)


@given(entry=ENTRIES)
@settings(max_examples=100, deadline=None)
def test_every_cell_comes_back(entry: Entry) -> None:
    """Through the cell and the line of a CSV file, whatever signs a text has."""
    columns = (Column.NAME, Column.ALIASES, Column.NUMBERS, Column.REMARK)
    row = [write_cell(column, entry, SHANGHAI) for column in columns]
    sheet = open_sheet(b"".join(write_csv([*columns, "x"], [[*row, "."]])), ",")
    (line,) = sheet.lines
    assert list(line.cells[:4]) == row
    read = [read_cell(column, cell, SHANGHAI) for column, cell in zip(columns, line.cells, strict=False)]
    assert read == [entry.name, entry.aliases, entry.numbers, entry.remark]


def test_what_people_type_is_understood() -> None:
    """Full-width signs, blanks, extensions, the label behind the number."""
    assert read_numbers("总机：（020）8333 2222转801；急诊:83332120") == (
        Number(number="02083332222-801", label="总机"),
        Number(number="83332120", label="急诊"),
    )
    assert read_numbers("83332222:总机") == (Number(number="83332222", label="总机"),)
    assert read_list("一医院；市一医|") == ("一医院", "市一医")
    assert str(read_cell(Column.VALID_FROM, "2026/12/01 08:00", SHANGHAI)) == "2026-12-01 08:00:00+08:00"
    with pytest.raises(BadCell, match="is no time"):
        read_cell(Column.VALID_FROM, "明天", SHANGHAI)


def test_headings_of_both_languages() -> None:
    """What means nothing is told; what is there twice is refused."""
    columns, unknown = match_columns(["编号", "Name", "电话", "邮编"])
    assert (columns, unknown) == ([Column.ID, Column.NAME, Column.NUMBERS, None], ["邮编"])
    with pytest.raises(BadCell, match="名称 and name are the same"):
        match_columns(["名称", "name"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str) -> None:
    """And told."""
    text = f'名称{delimiter}号码\r\n"万顺,茶楼"{delimiter}83330001\r\n\r\n东山酒家{delimiter}8333\r\n'
    sheet = open_sheet(text.encode(encoding))
    assert sheet.told["encoding"] == ("gb18030" if encoding.startswith("gb") else "utf-8")
    assert [(line.number, list(line.cells)) for line in sheet.lines] == [
        (2, ["万顺,茶楼", "83330001"]),
        (4, ["东山酒家", "8333"]),
    ]


def test_a_line_that_does_not_fit_is_told_and_kept() -> None:
    """A broken quotation mark ends the reading with its line."""
    lines = list(open_sheet("名称,号码\n甲\n乙,1,2\n丙,114,\n".encode()).lines)
    assert [(line.number, line.problem and line.problem.detail) for line in lines] == [
        (2, "1/2"),
        (3, "3/2"),
        (4, None),
    ]
    with pytest.raises(BadFile, match="line 3 cannot be read"):
        list(open_sheet('名称,号码\n甲,1\n"乙,2\n丙,3\n'.encode()).lines)


@pytest.mark.parametrize("data", [b"", b"\n", b",,\n", b"PK\x03\x04 broken", b"\xff\xff\x00\xff"])
def test_what_is_no_file_of_rows_is_refused(data: bytes) -> None:
    """With one sentence."""
    with pytest.raises(BadFile):
        list(open_sheet(data).lines)


def test_nothing_is_run_as_a_formula() -> None:
    """In CSV an apostrophe stands before it; a workbook has texts. A formula of others is told."""
    row = ["=1+1", "+8620", "-x", "@a"]
    assert b"'=1+1,'+8620,'-x,'@a" in b"".join(write_csv(["a", "b", "c", "d"], [row]))
    written = write_xlsx([("号码", ["a", "b", "c", "d"], [row])])
    cells = next(load_workbook(BytesIO(written)).worksheets[0].iter_rows(min_row=2))
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in row]
    book, saved = Workbook(), BytesIO()
    for line in (["名称", "号码"], ["甲", 83330001], ["=A2", 114.0]):
        book.worksheets[0].append(line)
    book.save(saved)
    good, bad = open_sheet(saved.getvalue()).lines
    assert list(good.cells) == ["甲", "83330001"]
    assert bad.problem
    assert bad.problem.fault is Fault.FORMULA
