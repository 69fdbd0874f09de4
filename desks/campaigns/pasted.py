"""Numbers as people paste or upload them: one a line, or CSV with number, ticket, moment, note and language.

Nothing is lost: what cannot be read is told with its line, and what cannot be called is not called.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from desks.campaigns.languages import read_language
from desks.campaigns.people import LONGEST_NOTE, Wanted
from ledger.clock import now

MOST_LINES = 20_000
_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_BETWEEN = re.compile(r"[\s()（）-]+")  # within a number
_TICKET = re.compile(r"[0-9]{8}-[0-9]{4,8}")
_HEAD = re.compile(r"(?i)number|phone|tel|号码|电话")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９＋－，；", "0123456789+-,;")


@dataclass(frozen=True, kw_only=True, slots=True)
class BadLine:
    """A line that names nobody whom we can call."""

    line: int  # the first is 1
    text: str
    why: str  # Chinese, without the line's content


@dataclass(frozen=True, kw_only=True, slots=True)
class Pasted:
    """What a text held."""

    people: tuple[Wanted, ...]
    bad: tuple[BadLine, ...]


def read_numbers(text: str, zone: tzinfo) -> Pasted:
    """People and bad lines of a text: `number[,ticket[,moment[,note[,language]]]]`.

    A moment without zone is local; a language is a code or a word (`desks.campaigns.languages`).
    """
    people: list[Wanted] = []
    bad: list[BadLine] = []
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not line.strip() or (number == 1 and _HEAD.search(line) and not re.search(r"\d{3}", line)):
            continue
        why = "一次最多两万行，请分几次添加" if number > MOST_LINES else ""
        found = None if why else _read(line, zone)
        if isinstance(found, Wanted) and (found.number, found.ticket) in seen:
            found = "号码重复"
        if isinstance(found, Wanted):
            seen.add((found.number, found.ticket))
            people.append(found)
        else:
            bad.append(BadLine(line=number, text=line.strip()[:80], why=found or why))
    return Pasted(people=tuple(people), bad=tuple(bad))


def _read(line: str, zone: tzinfo) -> Wanted | str:
    """The person of a line, or why it names none."""
    straight = line.translate(_FULL_WIDTH)
    try:
        fields = next(csv.reader(io.StringIO(straight.replace(";", ",").replace("\t", ","))), [])
    except csv.Error:
        return "这一行不是 CSV"
    number, ticket, moment, note, spoken = [*(field.strip() for field in fields), *[""] * 5][:5]
    digits = _BETWEEN.sub("", number)
    if not _NUMBER.fullmatch(digits):
        return "不是可以拨打的号码"
    if ticket and not _TICKET.fullmatch(ticket):
        return "工单号应为 日期-序号，如 20261130-0001"
    happened_at = _moment(moment, zone) if moment else None
    if isinstance(happened_at, str):
        return happened_at
    language = read_language(spoken)
    if spoken and language is None:
        return "语言应为 普通话、粤语 或 英语"
    note = note[:LONGEST_NOTE]
    return Wanted(number=digits, ticket=ticket, note=note, happened_at=happened_at, language=language)


def _moment(text: str, zone: tzinfo) -> datetime | str:
    wrong = "时间应写成 2026-11-30 09:00"
    try:
        at = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return wrong
    if at.year < 1900:
        return wrong
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    return at if at <= now() else "时间不能晚于现在"
