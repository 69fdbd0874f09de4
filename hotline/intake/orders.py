"""An order: one file with what is known of it. Or the sentence that says why it is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from hotline.intake.facts_file import FactsFile, Row
from hotline.intake.files import Found, find_files
from ledger.errors import SettingsError
from ledger.records import Facts
from recorder.foreign import shown
from sip_config import Plan


@dataclass(frozen=True, kw_only=True)
class Order:
    """One file to import."""

    file: Path
    hotline: str
    desk: str
    operator: str | None = None
    caller: str | None = None
    received_at: datetime | None = None
    answered_at: datetime | None = None
    caller_channel: int = 0
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A file, or a row, that is not imported."""

    file: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the command line says of all files; a row of the table says it better."""

    hotline: str | None
    desk: str | None
    operator: str | None
    received_at: datetime | None
    caller_channel: int
    facts: Facts


@dataclass(frozen=True, kw_only=True)
class Orders:
    """All that is to be brought, in order of names."""

    orders: tuple[Order, ...]
    refusals: tuple[Refusal, ...]
    passed_over: tuple[str, ...]  # files of folders that are no recordings


def collect_orders(paths: Sequence[Path], table: FactsFile | None, wish: Wish, plan: Plan) -> Orders:
    """Files, folders with all that lies in them, and the rows of a table brought together.

    Without paths the table's own files are brought. Raises SettingsError for what the command line has wrong.
    """
    _check_wish(wish, plan)
    found = find_files(paths or ([table.folder] if table else []))
    refusals = [Refusal(file=file, sentence=sentence) for file, sentence in found.refused]
    rows: dict[Path, Row] = {}
    spoiled: set[Path] = set()
    if table:
        rows, spoiled = _match(table, found, refusals)
    files = found.files if paths else [file for file in found.files if file in rows]
    orders = []
    for file in files:
        if file in spoiled:
            continue
        try:
            orders.append(_order(file, rows.get(file), wish, plan))
        except SettingsError as error:
            refusals.append(Refusal(file=shown(file), sentence=str(error)))
    passed_over = found.passed_over if paths else ()
    return Orders(orders=tuple(orders), refusals=tuple(refusals), passed_over=tuple(passed_over))


def _match(table: FactsFile, found: Found, refusals: list[Refusal]) -> tuple[dict[Path, Row], set[Path]]:
    """Which row speaks of which file. Rows without a file, or with a mistake, become refusals."""
    rows: dict[Path, Row] = {}
    spoiled: set[Path] = set()
    for row in table.rows:
        file = found.named(row.file) if row.file else None
        sentence = row.mistake
        if not sentence and file is None:
            sentence = f"{row.place}: there is no file {row.file}; check the name"
        if not sentence and file in rows:
            sentence = f"{row.place} names {row.file} again; line {rows[file].line} has it already"
        elif file is not None and row.mistake:
            spoiled.add(file)
        if sentence:
            refusals.append(Refusal(file=shown(file) if file else row.file, sentence=sentence))
        elif file is not None:
            rows[file] = row
    return rows, spoiled


def _check_wish(wish: Wish, plan: Plan) -> None:
    if wish.caller_channel not in {0, 1}:
        raise SettingsError(f"--caller-channel is {wish.caller_channel}; it must be 0 (left) or 1 (right)")
    if wish.hotline:
        _desk_of(wish.hotline, wish.desk, plan, "--hotline", "--desk")


def _order(file: Path, row: Row | None, wish: Wish, plan: Plan) -> Order:
    """Raises SettingsError where the file's number or desk is not in the plan."""
    plain = Order(
        file=file,
        hotline=wish.hotline or "",
        desk=wish.desk or "",
        operator=wish.operator,
        received_at=wish.received_at,
        caller_channel=wish.caller_channel,
        facts=wish.facts,
    )
    order = plain if row is None else replace(plain, **row.known, facts={**wish.facts, **row.facts})
    if not order.hotline:
        raise SettingsError(f"nobody says which number {shown(file.name)} belongs to; add --hotline 114")
    column = f"{row.place}: hotline" if row and "hotline" in row.known else "--hotline"
    desk_column = f"{row.place}: desk" if row and "desk" in row.known else "--desk"
    return replace(order, desk=_desk_of(order.hotline, order.desk or None, plan, column, desk_column))


def _desk_of(hotline: str, desk: str | None, plan: Plan, says_hotline: str, says_desk: str) -> str:
    if hotline not in plan.numbers:
        known = ", ".join(plan.numbers)
        raise SettingsError(f"the plan has no number {hotline!r}; {says_hotline} is one of {known}")
    if desk and desk not in plan.desks:
        raise SettingsError(f"the plan has no desk {desk!r}; {says_desk} is one of {', '.join(plan.desks)}")
    return desk or plan.numbers[hotline].desk or hotline
