"""Rows to be loaded, by table, and the calls that they come from."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final

from hotline.desk_year import totals
from ledger.states import CallState, FactKey, Origin, Reason, Result
from ledger.tables import Base, CallRow

OPERATORS: Final = {
    "8001": "一班",
    "8002": "一班",
    "8003": "二班",
    "8004": "二班",
    "8005": "三班",
    "8006": "三班",
}
AREA_CODE: Final = "0395"
_MARKS: Final = ("5", "5", "5", "5", "5", "5", "4", "4", "4", "3", "2", "1")  # 5: very satisfied


class Rows:
    """Collects them; a table's rows all have the same columns."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.of: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self._calls = 0

    def add(self, table: type[Base], **columns: Any) -> None:
        """One row."""
        self.of[table].append(columns)

    def number(self) -> str:
        """A line of the town."""
        return f"{AREA_CODE}{self.chance.randrange(2_000_000, 9_000_000)}"

    def call_in(self, caller: str, at: datetime) -> str:
        """Somebody calls the desk, is served, and may say in the survey how well; the call's id."""
        facts: dict[str, str] = {FactKey.SURVEY_ASKED: "yes"} if self.chance.random() < 0.86 else {}
        if facts and self.chance.random() < 0.71:
            facts[FactKey.SURVEY_MARK] = self.chance.choice(_MARKS)
        length = timedelta(seconds=int(self.chance.lognormvariate(4.3, 0.5)))
        operator = self.chance.choice(list(OPERATORS))
        waited_s = round(self.chance.expovariate(1 / 7), 1)
        return self._call(
            caller=caller,
            at=at,
            ended_at=at + timedelta(seconds=waited_s) + length,
            origin=Origin.SIP,
            answered_at=at,
            result=Result.SERVED,
            reason=Reason.CALLER_HUNG_UP,
            operator=operator,
            queue_wait_s=waited_s,
            facts=facts,
        )

    def call_out(
        self, number: str, at: datetime, reason: Reason, *, is_answered: bool
    ) -> tuple[str, datetime]:
        """The machine calls somebody back; the call's id and when it ended."""
        seconds = self.chance.randint(35, 80) if is_answered else self.chance.randint(4, 45)
        ended_at = at + timedelta(seconds=seconds)
        call_id = self._call(
            caller=number,
            at=at,
            ended_at=ended_at,
            origin=Origin.OUTBOUND,
            answered_at=at + timedelta(seconds=6) if is_answered else None,
            result=Result.SERVED if is_answered else Result.REFUSED,
            reason=reason,
            operator=None,
            queue_wait_s=None,
            facts={},
        )
        return call_id, ended_at

    def _call(self, *, at: datetime, operator: str | None, facts: dict[str, str], **columns: Any) -> str:
        self._calls += 1
        call_id = f"synthetic-{self._calls:06}"
        mark = facts.get(FactKey.SURVEY_MARK)
        self.add(
            CallRow,
            id=call_id,
            hotline=totals.DESK,
            state=CallState.UNRECORDED,
            received_at=at,
            desk=totals.DESK,
            operator=operator,
            team=OPERATORS.get(operator or ""),
            facts=facts,
            survey_mark=int(mark) if mark else None,
            **columns,
        )
        return call_id
