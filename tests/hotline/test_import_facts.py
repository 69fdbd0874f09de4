"""A table of facts beside the recordings, as spreadsheets write it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile

from hotline.intake.facts_file import read_facts
from ledger.errors import SettingsError
from tests.hotline.command import assert_one_sentence, hotline
from tests.hotline.importing import calls_in, write_recording

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = ("file", "hotline", "operator", "caller", "received_at", "answered_at", "caller_channel", "用户地址")


def write_table(path: Path, *rows: Sequence[str], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """A table with its head."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEAD, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("utf-8-sig", ";")],
)
def test_every_encoding_of_excel_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """With a mark or without, in GB18030, with tabs: columns that we know are fields, the rest are facts."""
    row = (
        "来电.wav",
        "114",
        "8001",
        "13800138000",
        "2026/3/5 14:03",
        "2026-03-05T14:03:20+08:00",
        "右",
        "和平路，三号",
    )
    table = read_facts(
        write_table(tmp_path / "facts.csv", row, encoding=encoding, delimiter=delimiter), SHANGHAI
    )
    (read,) = table.rows
    assert (read.file, read.line, read.mistake) == ("来电.wav", 2, None)
    assert read.facts == {"用户地址": "和平路，三号"}
    assert read.known == {
        "hotline": "114",
        "operator": "8001",
        "caller": "13800138000",
        "received_at": datetime(2026, 3, 5, 14, 3, tzinfo=SHANGHAI),
        "answered_at": datetime(2026, 3, 5, 14, 3, 20, tzinfo=SHANGHAI),
        "caller_channel": 1,
    }


def test_a_table_with_recordings_becomes_calls(tmp_path: Path) -> None:
    """Times, caller, channel and facts are the call's; a row beats an option; no other path is needed."""
    write_recording(tmp_path / "in" / "03" / "a.wav", 1, seconds=2)
    loud_right = np.stack([np.zeros(8000), 0.5 * np.sin(np.arange(8000))], axis=1)
    soundfile.write(tmp_path / "in" / "b.wav", loud_right, 8000)
    table = write_table(
        tmp_path / "in" / "facts.csv",
        (
            r"03\a.wav",
            "112",
            "8002",
            "13800138000",
            "2026-03-05 14:03:00",
            "2026-03-05 14:03:20",
            "",
            "和平路",
        ),
        ("b.wav", "", "", "", "", "", "1", ""),
    )
    answer = hotline(
        "import", "--facts", table, "--hotline", "114", "--operator", "8001", "--fact", "来源=旧系统",
        "--at", "2026-01-02 03:04", "--json", data=tmp_path / "var",
    )  # fmt: skip
    assert answer.status == 0, answer.err
    calls = calls_in(tmp_path / "var")
    first, second = calls["a.wav"], calls["b.wav"]
    assert (first.hotline, first.desk, first.operator, first.caller) == ("112", "112", "8002", "13800138000")
    assert first.received_at == datetime(2026, 3, 5, 14, 3, tzinfo=SHANGHAI)
    assert first.answered_at == datetime(2026, 3, 5, 14, 3, 20, tzinfo=SHANGHAI)
    assert first.ended_at == datetime(2026, 3, 5, 14, 3, 22, tzinfo=SHANGHAI)
    assert first.facts == {"来源": "旧系统", "用户地址": "和平路"}
    assert (second.hotline, second.operator, second.caller) == ("114", "8001", None)
    assert second.received_at == datetime(2026, 1, 2, 3, 4, tzinfo=SHANGHAI)
    sealed = tmp_path / "var" / "recordings" / "2026-01-01" / "114" / f"{second.id}.flac"  # the day in UTC
    samples, _ = soundfile.read(sealed)
    assert np.abs(samples).max(axis=0) == pytest.approx([0.5, 0], abs=0.01)


def test_each_bad_row_is_told_with_its_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    """The file of a bad row is not imported without its facts."""
    for name in "abcdefgh":
        write_recording(tmp_path / "in" / f"{name}.wav", ord(name))
    table = write_table(
        tmp_path / "facts.csv",
        ("a.wav", "114", "", "", "", "", "", "好"),
        ("b.wav", "119", "", "", "", "", "", ""),
        ("c.wav", "114", "", "", "gestern", "", "", ""),
        ("d.wav", "114", "", "", "2026-03-05 10:00", "2026-03-05 09:00", "", ""),
        ("e.wav", "114", "", "", "", "", "links", ""),
        ("f.wav", "114", "", "", "", "", "", "", "too much"),
        ("none.wav", "114", "", "", "", "", "", ""),
        ("a.wav", "112", "", "", "", "", "", ""),
        ("", "114", "", "", "", "", "", "nobody's"),
        ("g.wav", "114", "", "", "0001-01-01 08:00", "", "", ""),
    )
    with table.open("a", encoding="utf-8") as file:
        file.write('f.wav,114,"open,,,,,\r\n\r\nh.wav,114,,,,,,last\r\n')
    answer = hotline("import", tmp_path / "in", "--facts", table, "--hotline", "114", data=tmp_path / "var")
    assert answer.status == 1
    assert "Traceback" not in answer.err
    for sentence in (
        "the plan has no number '119'; facts.csv, line 3: hotline is one of 114, 112",
        "facts.csv, line 4: 'gestern' is no time; write it like 2026-03-05 14:03:20",
        "facts.csv, line 5: answered_at is earlier than received_at; correct one of them",
        "facts.csv, line 6: caller_channel is 'links'; write 0 (left) or 1 (right)",
        "facts.csv, line 7: 'too much' stands in column 9, which has no name; name it in line 1",
        "facts.csv, line 8: there is no file none.wav; check the name",
        "facts.csv, line 9 names a.wav again; line 2 has it already",
        "facts.csv, line 10: the column file is empty; name the recording there",
        "facts.csv, line 11: '0001-01-01 08:00' is no time of ours; give a year from 1900 to 9000",
        "facts.csv, line 12: unexpected end of data; check the quotes",
    ):
        assert sentence in answer.err
    calls = calls_in(tmp_path / "var")
    assert sorted(calls) == ["a.wav", "h.wav"]
    assert calls["h.wav"].facts == {"用户地址": "last"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "line 1 has no column 'file'; name the columns there, e.g. file,hotline,operator"),
        (b"name,hotline\r\na.wav,114\r\n", "line 1 has no column 'file'"),
        (b"file,a,a\r\n", "line 1 has the column 'a' twice; rename one of them"),
        (b"file\r\n\xff\xff\xff\r\n", "is neither UTF-8 nor GB18030; save it as CSV UTF-8"),
    ],
    ids=str,
)
def test_a_table_that_is_none_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    """Before anything is imported."""
    (tmp_path / "facts.csv").write_bytes(content)
    with pytest.raises(SettingsError, match=r"facts\.csv") as told:
        read_facts(tmp_path / "facts.csv", SHANGHAI)
    assert says in str(told.value)


def test_mistakes_on_the_command_line_import_nothing(tmp_path: Path) -> None:
    """A table that is not there, a time that is none, a channel, a desk, a file of no number."""
    file = write_recording(tmp_path / "a.wav", 1)
    for options, says in (
        (
            ("--facts", tmp_path / "none.csv"),
            "none.csv cannot be read (No such file or directory); check the name",
        ),
        (("--at", "soon"), "--at: 'soon' is no time; write it like 2026-03-05 14:03:20"),
        (("--caller-channel", "2"), "--caller-channel is 2; it must be 0 (left) or 1 (right)"),
        (("--desk", "113"), "the plan has no desk '113'; --desk is one of "),
    ):
        answer = hotline("import", file, "--hotline", "114", *options, data=tmp_path / "var")
        assert_one_sentence(answer, says)
    answer = hotline("import", file, data=tmp_path / "var")
    assert answer.status == 2
    assert "nobody says which number a.wav belongs to; add --hotline 114" in answer.err
    assert calls_in(tmp_path / "var") == {}
