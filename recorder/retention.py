"""Retention: which recordings have been kept long enough, and deleting them and all that came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ledger import retained
from ledger.clock import now
from ledger.database import Ledger
from ledger.retained import Kept
from ledger.states import ChainKind, Result
from recorder.chain import append

BY = "retention"  # who deletes, in tombstones

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """How long some recordings are kept. None matches all; no days: for ever."""

    desk: str | None = None
    result: Result | None = None
    flagged: bool | None = None
    days: int | None = None

    def __str__(self) -> str:
        which = [self.desk, self.result, {True: "flagged", False: "not flagged", None: None}[self.flagged]]
        kept = "for ever" if self.days is None else f"{self.days} days"
        return f"{', '.join(filter(None, which)) or 'all'}: {kept}"

    def matches(self, call: Kept) -> bool | None:
        """Whether it is about this call; None where that shows only once the call is judged."""
        if self.desk not in {None, call.desk} or self.result not in {None, call.result}:
            return False
        if self.flagged is None or call.flagged is None:
            return True if self.flagged is None else None
        return self.flagged == call.flagged


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A recording that has been kept long enough."""

    call: Kept
    rule: Rule


class Retention:
    """The rules of one installation; the first that matches a call is the one that counts."""

    def __init__(self, ledger: Ledger, rules: Sequence[Rule]) -> None:
        self._ledger, self._rules = ledger, rules

    def due(self) -> list[Due]:
        """What is to be deleted now, the oldest first."""
        days = [rule.days for rule in self._rules if rule.days is not None]
        if not days:
            return []
        moment = now()
        with self._ledger.reading() as session:
            return list(
                self._due_of(retained.kept_calls(session, moment - timedelta(days=min(days))), moment)
            )

    def _due_of(self, kept: Iterator[Kept], moment: datetime) -> Iterator[Due]:
        for call in kept:
            rule = self._rule_of(call)
            if rule and rule.days is not None and call.received_at < moment - timedelta(days=rule.days):
                yield Due(call=call, rule=rule)

    def _rule_of(self, call: Kept) -> Rule | None:
        """None: no rule, or one of which nobody can tell yet whether it matches: the call stays."""
        for rule in self._rules:
            matches = rule.matches(call)
            if matches or matches is None:
                return rule if matches else None
        return None

    def delete(self, due: Due) -> bool:
        """Delete all of a call in one transaction, under its tombstone; its file goes with the next sweep.

        False where it was held, claimed or deleted meanwhile.
        """
        call_id = due.call.call_id
        with self._ledger.transaction() as session:
            if not retained.may_go(session, call_id):
                return False
            retained.forget(session, call_id)
            why = {"by": BY, "why": "kept long enough", "rule": str(due.rule)}
            append(session, ChainKind.DELETED, call_id, None, why)
        log.info("recording_deleted", call_id=call_id, rule=str(due.rule))
        return True
