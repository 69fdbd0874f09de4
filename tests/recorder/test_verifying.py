"""Any single change to a chain of recordings is found and named."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ledger.database import Ledger
from ledger.tables import ChainRow
from recorder.facts import SEALED_CALL_COLUMNS, SEALED_RECORDING_COLUMNS
from recorder.problems import Problem
from tests.recorder.chaining import NOON, Archive

CALLS = ("call-a", "call-b", "call-c", "call-d", "call-e")
DELETED = "call-b"
COLUMNS = {
    "chain": tuple(column.name for column in ChainRow.__table__.columns),
    "recordings": SEALED_RECORDING_COLUMNS,
    "sealed_facts": ("day", "number", "call_id", "document"),
    "calls": SEALED_CALL_COLUMNS,
    "transcripts": ("recording_sha256",),
}
NAMES = {"chain": "call_id", "recordings": "call_id", "sealed_facts": "call_id", "calls": "id"}
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def original() -> Iterator[Path]:
    """Five recordings over three days, one of them deleted; never changed itself."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-chain-"))
    ledger = Ledger(f"sqlite:///{folder / 'ledger.sqlite3'}")
    ledger.migrate()
    archive = Archive(ledger=ledger, folder=folder / "recordings")
    for count, call_id in enumerate(CALLS):
        archive.seal(call_id, NOON + timedelta(hours=9 * count))
    archive.delete(DELETED, NOON + timedelta(days=1))
    assert archive.verify().is_clean
    ledger.close()
    yield folder
    shutil.rmtree(folder)


class Tampering:
    """A copy of the archive, the hands that change it, and what verifying then says."""

    def __init__(self, original: Path, folder: Path) -> None:
        self._folder = Path(shutil.copytree(original, folder / "copy"))
        self._database = self._folder / "ledger.sqlite3"

    def run(self, statement: str, *values: object) -> list[Any]:
        """SQL, past all that the ledger would check itself; an impossible change is no example."""
        with closing(sqlite3.connect(self._database)) as database, database:
            try:
                return database.execute(statement, values).fetchall()
            except sqlite3.IntegrityError:
                assume(False)
                raise

    def files(self) -> list[Path]:
        """The recordings."""
        return sorted((self._folder / "recordings").rglob("*.flac"))

    def verify(self) -> list[Problem]:
        """What is found now."""
        ledger = Ledger(f"sqlite:///{self._database}")
        try:
            return Archive(ledger=ledger, folder=self._folder / "recordings").verify().problems
        finally:
            ledger.close()


def tampered(original: Path, change: Callable[[Tampering], set[str]]) -> None:
    """Change a copy; the problems must name one of what `change` returns."""
    with tempfile.TemporaryDirectory() as folder:
        hands = Tampering(original, Path(folder))
        names = change(hands)
        said = [problem.says for problem in hands.verify()]
    assert any(name in says for name in names for says in said), (names, said)


def other(draw: st.DataObject, value: Any, *, is_time: bool) -> Any:
    """Another value of the same kind: one letter, or one more."""
    if isinstance(value, str) and value:
        places = [at for at, letter in enumerate(value) if letter.isdigit() or not is_time]
        at = draw.draw(st.sampled_from(places))
        letters = "0123456789" if is_time else "0123456789abcdefX"
        letter = draw.draw(st.sampled_from([letter for letter in letters if letter != value[at]]))
        return value[:at] + letter + value[at + 1 :]
    if isinstance(value, int | float):
        return value + draw.draw(st.sampled_from([-1, 1]))
    return draw.draw(st.sampled_from(["x", 1]))


@quick
@given(draw=st.data())
def test_a_changed_column_is_found(original: Path, draw: st.DataObject) -> None:
    """Any value of the chain, the recordings, the facts and what is sealed of a call."""
    table, column = draw.draw(
        st.sampled_from([(table, column) for table, columns in COLUMNS.items() for column in columns])
    )

    def change(hands: Tampering) -> set[str]:
        name = NAMES.get(table, "call_id")
        rows = hands.run(f"SELECT rowid, {name}, {column} FROM {table}")
        row, call_id, value = draw.draw(st.sampled_from(rows))
        assume(table not in {"calls", "transcripts"} or call_id != DELETED)  # nothing of it is sealed now
        is_time = column in {"day", "at", "sealed_at", "received_at", "answered_at", "ended_at"}
        changed = other(draw, value, is_time=is_time)
        hands.run(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", changed, row)
        return {str(call_id), "no. 0", "the table chain holds", "the ledger holds"}

    tampered(original, change)


@quick
@given(draw=st.data())
def test_a_flipped_byte_of_audio_is_found(original: Path, draw: st.DataObject) -> None:
    """Any byte, any bit."""

    def change(hands: Tampering) -> set[str]:
        file = draw.draw(st.sampled_from(hands.files()))
        data = bytearray(file.read_bytes())
        data[draw.draw(st.integers(0, len(data) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
        file.write_bytes(data)
        return {f"sealed other audio than {file.parent.parent.name}/114/{file.name}"}

    tampered(original, change)


@quick
@given(draw=st.data())
def test_a_removed_row_or_file_is_found(original: Path, draw: st.DataObject) -> None:
    """A file, a recording's row, its facts, an entry of the chain, a tombstone, an opening, a call."""
    table = draw.draw(st.sampled_from(["file", "recordings", "sealed_facts", "chain", "calls"]))

    def change(hands: Tampering) -> set[str]:
        if table == "file":
            file = draw.draw(st.sampled_from(hands.files()))
            file.unlink()
            return {file.stem}
        name = NAMES[table]
        row, call_id = draw.draw(st.sampled_from(hands.run(f"SELECT rowid, {name} FROM {table}")))
        assume(table != "calls" or call_id != DELETED)
        hands.run(f"DELETE FROM {table} WHERE rowid = ?", row)
        return {str(call_id), "should: no. "}

    tampered(original, change)


@quick
@given(draw=st.data())
def test_what_was_put_in_is_found(original: Path, draw: st.DataObject) -> None:
    """A copy of a row under another name, or a file that nobody recorded."""
    table = draw.draw(st.sampled_from(["file", "recordings", "sealed_facts", "chain"]))

    def change(hands: Tampering) -> set[str]:
        if table == "file":
            file = draw.draw(st.sampled_from(hands.files()))
            shutil.copy(file, file.with_stem("call-forged"))
            return {f"{file.with_stem('call-forged').name} is no recording"}
        columns = COLUMNS[table]
        row = dict(
            zip(
                columns,
                draw.draw(st.sampled_from(hands.run(f"SELECT {', '.join(columns)} FROM {table}"))),
                strict=True,
            )
        )
        row |= {"call_id": "call-forged"} | (
            {"number": draw.draw(st.integers(3, 9))} if "number" in row else {}
        )
        marks = ", ".join("?" * len(row))
        hands.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())
        return {"call-forged"}

    tampered(original, change)


@quick
@given(draw=st.data())
def test_what_was_exchanged_is_found(original: Path, draw: st.DataObject) -> None:
    """Two files, two rows' files, two entries' places: everything is still there, but not where it was."""
    what = draw.draw(st.sampled_from(["files", "paths", "facts", "entries"]))

    def change(hands: Tampering) -> set[str]:
        if what == "files":
            one, two = draw.draw(st.permutations(hands.files()))[:2]
            first, second = one.read_bytes(), two.read_bytes()
            one.write_bytes(second)
            two.write_bytes(first)
            return {one.name}
        table, key = {"paths": ("recordings", "path"), "facts": ("sealed_facts", "document")}.get(
            what, ("chain", "number")
        )
        rows = hands.run(f"SELECT rowid, call_id, {key} FROM {table} WHERE call_id IS NOT NULL")
        one, two = draw.draw(st.permutations(rows))[:2]
        assume(one[2] != two[2])
        if what == "entries":
            hands.run(f"UPDATE {table} SET {key} = 99 WHERE rowid = ?", two[0])
        hands.run(f"UPDATE {table} SET {key} = ? WHERE rowid = ?", two[2], one[0])
        hands.run(f"UPDATE {table} SET {key} = ? WHERE rowid = ?", one[2], two[0])
        return {str(one[1])}

    tampered(original, change)
