"""Imports: shown before anything is written, applied as shown, undone whole; a round trip changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from desks.directory import applying, entries, exporting, history, imports, showing
from desks.directory.changes import change, change_many
from desks.directory.checking import Fault
from desks.directory.files import BadFile, open_sheet
from desks.directory.import_records import ImportLine, ImportState, LineKind, Mode
from desks.directory.imports import ImportWish, NotShown
from desks.directory.records import Entry, EntryState, Number
from desks.directory.synthetic import make
from desks.directory.undoing import undo_batch
from ledger.database import Ledger
from ledger.records import User
from ledger.working_days import SHANGHAI
from tests.desks.directory.test_changes import SHOP, deed, editor_of
from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]

HEAD = "名称,号码,区域,备注"


def fill(ledger: Ledger, *wanted: Entry) -> tuple[User, tuple[Entry, ...]]:
    """Entries that are there before."""
    with ledger.transaction() as session:
        user = editor_of(session)
        return user, change_many(session, deed(user), wanted).entries if wanted else ()


def show(ledger: Ledger, user: User, text: str | bytes, mode: Mode = Mode.CHANGES) -> int:
    """Upload a file."""
    wish = ImportWish(user=user, title="资料.csv", why="每周传递", mode=mode)
    return showing.show(ledger, wish, open_sheet(text.encode() if isinstance(text, str) else text), SHANGHAI)


def shown(ledger: Ledger, import_id: int, *kinds: LineKind) -> list[ImportLine]:
    """Lines of the preview."""
    with ledger.reading() as session:
        return imports.lines_of(session, import_id, kinds or list(LineKind))


def named(name: str, number: str, **fields: str) -> Entry:
    """An entry with one number."""
    return replace(SHOP, name=name, numbers=(Number(number=number),), **fields)  # type: ignore[arg-type]


def test_what_is_added_and_changed_is_shown_then_applied_then_undone(either_ledger: Ledger) -> None:
    """Field by field; nothing is written before, and the same line does nothing."""
    user, (old, same) = fill(either_ledger, SHOP, named("不变", "83330009"))
    lines = (
        "万顺茶楼,83330001,东山区,已装修",
        "新店,总机:83330002;传真:83330003,南城区,",
        "不变,83330009,东山区,",
    )
    text = "\n".join([HEAD, *lines])
    import_id = show(either_ledger, user, text)
    changed, added = shown(either_ledger, import_id)
    assert (changed.kind, changed.line, changed.entry_id) == (LineKind.CHANGED, 2, old.id)
    assert [(each.field, each.before, each.after) for each in changed.differences] == [
        ("remark", "", "已装修")
    ]
    assert (added.kind, added.line, added.name) == (LineKind.ADDED, 3, "新店")
    with either_ledger.reading() as session:
        assert imports.get(session, import_id).same == 1
        assert [entry.remark for entry in entries.read_all(session)] == ["", ""]
    applied = applying.apply(either_ledger, user, import_id)
    assert (applied.done, applied.meanwhile) == (2, 0)
    with either_ledger.reading() as session:
        first, second, third = entries.read_all(session)
        assert (first.remark, second, third.name) == ("已装修", same, "新店")
        assert third.numbers == (
            Number(number="83330002", label="总机"),
            Number(number="83330003", label="传真"),
        )
        batch = history.get_batch(session, applied.batch_id or 0)
        assert (batch.title, batch.why, batch.changes) == ("资料.csv", "每周传递", 2)
    with pytest.raises(NotShown):
        applying.apply(either_ledger, user, import_id)
    undo_batch(either_ledger, user, applied.batch_id or 0, "导错")
    with either_ledger.reading() as session:
        first, _, third = entries.read_all(session)
        assert (first.remark, third.state) == ("", EntryState.REMOVED)


def test_conflicts_and_bad_lines_are_told_each_with_its_line(ledger: Ledger) -> None:
    """None is lost, and none is applied unless somebody accepts what can be."""
    user, (old, _other) = fill(ledger, SHOP, named("别家", "83330002"))
    lines = (
        ("编号,版本,名称,号码,失效时间", None),
        (f"{old.id},0,万顺茶楼,83330001,", Fault.STALE),
        (",,新店,83330002,", Fault.SAME_NUMBER),
        (",,双份,83330010,", Fault.TWICE),
        (",,双份,83330010,", Fault.TWICE),
        (",,坏号,八三三,", Fault.BAD_NUMBER),
        ("x,,坏编号,83330011,", Fault.BAD_ID),
        ("999,,没有,83330012,", Fault.NO_ENTRY),
        (",,坏时间,83330013,明天", Fault.BAD_TIME),
        (",,,83330014,", Fault.NO_NAME),
        (",,无号码,,", Fault.NO_NUMBER),
        (",,缺格", Fault.WRONG_CELLS),
    )
    text = "\n".join(line for line, _ in lines).replace("万顺茶楼,83330001", "万顺茶楼,83330008")
    import_id = show(ledger, user, text)
    told = shown(ledger, import_id)
    assert [(line.line, line.fault) for line in told] == [
        (n, fault) for n, (_, fault) in enumerate(lines, 1) if fault
    ]
    assert told[1].detail == "83330002 别家"
    with ledger.transaction() as session:
        imports.accept(session, user, import_id, [line.id for line in told[:4]], accepted=True)
        assert imports.count_acceptable(session, import_id) == 0
        imports.accept(session, user, import_id, None, accepted=False)
        assert imports.count_acceptable(session, import_id) == 2
        imports.accept(session, user, import_id, None, accepted=True)
    assert applying.apply(ledger, user, import_id).done == 2
    with ledger.reading() as session:
        assert [(entry.name, entry.numbers[0].number) for entry in entries.read_all(session)] == [
            ("万顺茶楼", "83330008"),
            ("别家", "83330002"),
            ("新店", "83330002"),
        ]


def test_a_number_that_moves_within_the_file_is_no_conflict(ledger: Ledger) -> None:
    """One gives it up, the other takes it; two that take it are told."""
    user, (first, second) = fill(ledger, SHOP, named("别家", "83330002"))
    text = f"编号,号码\n{first.id},83330005\n{second.id},83330001\n"
    assert {line.kind for line in shown(ledger, show(ledger, user, text))} == {LineKind.CHANGED}
    text = "名称,号码\n甲店,83330007\n乙店,83330007\n"
    assert [line.fault for line in shown(ledger, show(ledger, user, text))] == [Fault.SAME_NUMBER] * 2


def test_a_whole_set_removes_what_it_does_not_name(either_ledger: Ledger) -> None:
    """But nothing of which a line may be that cannot be read."""
    user, _ = fill(
        either_ledger, SHOP, named("已撤", "83330002"), named("坏行", "83330003"), named("坏行", "83330004")
    )
    text = f"{HEAD}\n万顺茶楼,83330001,东山区,\n坏行,?,东山区,\n"
    import_id = show(either_ledger, user, text, Mode.WHOLE)
    removed = shown(either_ledger, import_id, LineKind.REMOVED)
    assert [(line.line, line.name) for line in removed] == [(0, "已撤")]
    applied = applying.apply(either_ledger, user, import_id)
    with either_ledger.reading() as session:
        assert entries.count(session) == 3
    undo_batch(either_ledger, user, applied.batch_id or 0, "导错")
    with either_ledger.reading() as session:
        assert entries.count(session) == 4


def test_what_has_changed_since_it_was_shown_is_told(either_ledger: Ledger) -> None:
    """The entry stays as somebody else made it; the rest is applied."""
    user, (old,) = fill(either_ledger, SHOP)
    text = f"{HEAD}\n万顺茶楼,83330001,东山区,甲\n新店,83330002,东山区,\n另店,83330003,东山区,\n"
    import_id = show(either_ledger, user, text)
    with either_ledger.transaction() as session:
        change(session, deed(user), replace(old, remark="乙"))
        change(session, deed(user), named("新店", "83330002"))
    applied = applying.apply(either_ledger, user, import_id)
    assert (applied.done, applied.meanwhile) == (1, 2)
    late = shown(either_ledger, import_id, LineKind.CONFLICT)
    assert [(line.line, line.fault) for line in late] == [(2, Fault.MEANWHILE), (3, Fault.MEANWHILE)]
    with either_ledger.reading() as session:
        assert [(entry.name, entry.remark) for entry in entries.read_all(session)] == [
            *(("万顺茶楼", "乙"), ("新店", ""), ("另店", "")),
        ]


def test_one_that_was_broken_off_goes_on(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line is applied once, in one batch."""
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    user, _ = fill(ledger)
    text = HEAD + "".join(f"\n店{n},8333000{n},东山区," for n in range(5))
    import_id = show(ledger, user, text)
    take = applying._next

    def break_off(session: object, of: int, last: int) -> Sequence[ImportLine]:
        some = take(session, of, last)  # type: ignore[arg-type]
        if some[0].line == 4:
            raise SystemExit
        return some

    with monkeypatch.context() as patch:
        patch.setattr(applying, "_next", break_off)
        with pytest.raises(SystemExit):
            applying.apply(ledger, user, import_id)
    assert applying.apply(ledger, user, import_id).done == 3
    with ledger.reading() as session:
        (batch,) = history.list_batches(session)
        assert (batch.changes, entries.count(session)) == (5, 5)
        assert imports.get(session, import_id).state is ImportState.APPLIED


def test_another_systems_keys_lead_to_the_entry(ledger: Ledger) -> None:
    """The first file brings the key, the next changes name and number by it."""
    user, (old,) = fill(ledger, SHOP)
    first = show(ledger, user, "外部编号,名称,号码\nA1,万顺茶楼,83330001\nA2,新店,83330002\n")
    applying.apply(ledger, user, first)
    second = show(ledger, user, "外部编号,名称,号码\nA1,万顺酒楼,83339999\nA2,新店,83330002\n")
    (line,) = shown(ledger, second)
    assert (line.kind, line.entry_id, line.name) == (LineKind.CHANGED, old.id, "万顺酒楼")
    with ledger.transaction() as session:
        change(session, deed(user), replace(entries.get(session, old.id or 0), state=EntryState.REMOVED))
    third = show(ledger, user, "外部编号,名称,号码\nA1,万顺茶楼,83330001\n")
    assert [one.kind for one in shown(ledger, third)] == [LineKind.ADDED]
    applying.apply(ledger, user, third)
    with ledger.reading() as session:
        assert entries.get(session, old.id or 0).state is EntryState.LISTED


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_round_trip_changes_nothing(ledger: Ledger, kind: str) -> None:
    """Of a thousand invented entries and some with signs of their own, in a whole set."""
    user, _ = fill(
        ledger,
        *make(1000, seed=3),
        replace(SHOP, name="=1+1", aliases=("a;b", "c\\"), remark="+x'", address="'=x"),
        replace(SHOP, name=' "甲:乙', numbers=(Number(number="1234", label="总:机;"),)),
    )
    with ledger.reading() as session:
        written = (
            b"".join(exporting.as_csv(session, SHANGHAI))
            if kind == "csv"
            else exporting.as_xlsx(session, SHANGHAI, in_english=True)
        )
    import_id = show(ledger, user, written, Mode.WHOLE)
    assert shown(ledger, import_id) == []
    with ledger.reading() as session:
        assert imports.get(session, import_id).same == 1002


def test_a_file_that_names_no_entry_is_refused(ledger: Ledger) -> None:
    """With the columns that it needs."""
    user, _ = fill(ledger)
    with pytest.raises(BadFile, match="编号, 外部编号 or 名称"):
        show(ledger, user, "电话,地址\n1,2\n")
