"""What was counted of days that are over (`ledger.statistics`): made from the other tables, at any time anew.

The sums are plain tables: their columns are the measures, of which `ledger.statistics.measures` has the
meaning.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum

from sqlalchemy import BigInteger, Column, Date, Integer, PrimaryKeyConstraint, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime

NO_HOUR = -1
BUCKETS = 25  # of waits: `ledger.statistics.measures.BOUNDS_S` and what is longer
STANDARDS = ("fast", "right", "clear", "warm")  # 快 准 清 亲
MARKS = tuple(str(key) for key in range(10))

CALL_COUNTS = ("calls", "answered", "talked", "served", "abandoned", "refused", "failed")
JUDGED_COUNTS = ("judged", "flagged", "carded")
SURVEY_COUNTS = ("asked", "cut", "marked", *(f"mark_{key}" for key in MARKS))
CALL_AMOUNTS = ("talk_us", "score_micro", *(f"lost_{name}" for name in STANDARDS))
WAIT_COUNTS = ("offered", "bridged", "in_time", "gave_up", "overflowed")
WAIT_AMOUNTS = ("wait_us", "gave_up_us")
WAIT_BUCKETS = (
    *(f"bridged_{number}" for number in range(BUCKETS)),
    *(f"gave_up_{number}" for number in range(BUCKETS)),
)
RULE_COUNTS = ("flags", "fails", "undecided", "confirmed", "rejected")

CALL_MEASURES = (*CALL_COUNTS, *JUDGED_COUNTS, *SURVEY_COUNTS, *CALL_AMOUNTS)
WAIT_MEASURES = (*WAIT_COUNTS, *WAIT_AMOUNTS, *WAIT_BUCKETS)


class Grain(IntEnum):
    """How fine a row of sums is: each day is kept in three, so that little is read for most questions."""

    FULL = 0  # by hour and operator
    HOUR = 1  # by hour, desk and team; the operator is the empty text
    DAY = 2  # by operator; the hour is NO_HOUR


class SummedDayRow(Base):
    """A local day whose sums are kept, or are being made. Any change of a call of the day removes the row.

    Triggers do that (migrations 0021 and 0024), whoever changes a call.
    """

    __tablename__ = "summed_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    zone: Mapped[str] = mapped_column(String(64))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    to_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)  # changes since then are seen
    summed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: not yet


def _sums(name: str, keys: tuple[tuple[str, int], ...], measures: tuple[str, ...]) -> Table:
    """A table of sums by day and keys; what a call has not, e.g. an operator, is the empty text."""
    grains = [Column("grain", Integer, nullable=False)] if ("hour", 0) in keys else []
    texts = [Column(key, String(length), nullable=False) for key, length in keys if key != "hour"]
    hours = [Column("hour", Integer, nullable=False) for key, _ in keys if key == "hour"]
    return Table(
        name,
        Base.metadata,
        *grains,
        Column("day", Date, nullable=False),
        *hours,
        *texts,
        *(Column(measure, BigInteger, nullable=False) for measure in measures),
        PrimaryKeyConstraint(
            *(column.name for column in grains), "day", *(key for key, _ in keys), name=f"pk_{name}"
        ),
    )


_WHO = (("desk", 64), ("team", 64), ("operator", 64))
CALL_SUMS = _sums("call_sums", (("hour", 0), *_WHO), CALL_MEASURES)
WAIT_SUMS = _sums("wait_sums", (("hour", 0), *_WHO, ("call_desk", 64)), WAIT_MEASURES)
RULE_SUMS = _sums("rule_sums", (*_WHO, ("rule", 64)), RULE_COUNTS)
