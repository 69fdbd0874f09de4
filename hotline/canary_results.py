"""What canary calls have shown: settled once they are scored or overdue, with an alarm where one is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import structlog

from ledger import canaries
from ledger.canaries import Canary
from ledger.database import Ledger
from ledger.states import CanaryOutcome

log = structlog.get_logger(__name__)


def settle(ledger: Ledger) -> None:
    """Judge the canaries that are through or overdue, and raise the alarm where something is wrong."""
    with ledger.reading() as session:
        if not canaries.is_any_placed(session):
            return
    with ledger.transaction() as session:
        settled = canaries.settle(session)
    for canary in settled:
        told = {"dialogue": canary.dialogue, "call_id": canary.call_id, "outcome": canary.outcome}
        if canary.is_right:
            log.info("canary_right", **told)
        else:
            log.error("canary_wrong", **told, missed=list(canary.missed), problem=canary.problem)


@dataclass(frozen=True, kw_only=True)
class Round:
    """What some canaries have shown."""

    canaries: tuple[Canary, ...]

    @classmethod
    def of(cls, found: Sequence[Canary]) -> Self:
        """A round."""
        return cls(canaries=tuple(found))

    @property
    def is_right(self) -> bool:
        """Whether every canary was whole, as written, and judged as meant."""
        return all(canary.is_right for canary in self.canaries)

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "right": self.is_right,
            "whole": sum(canary.outcome is CanaryOutcome.WHOLE for canary in self.canaries),
            "calls": [_document(canary) for canary in self.canaries],
            "rules": self._rules(),
        }

    def _rules(self) -> dict[str, dict[str, int]]:
        """Of each rule of which the truth is known: how often it was right."""
        whole = [each for each in self.canaries if each.outcome is CanaryOutcome.WHOLE and not each.problem]
        names = dict.fromkeys(rule for canary in whole for rule in canary.truth)
        return {
            rule: {
                "judged": sum(rule in canary.truth for canary in whole),
                "missed": sum(rule in canary.missed for canary in whole),
            }
            for rule in names
        }


def _document(canary: Canary) -> dict[str, Any]:
    return {
        "call_id": canary.call_id,
        "dialogue": canary.dialogue,
        "hotline": canary.hotline,
        "placed_at": canary.placed_at.isoformat(timespec="seconds"),
        "outcome": canary.outcome.value,
        "problem": canary.problem or None,
        "missed": list(canary.missed),
        "truth": {rule: verdict.value for rule, verdict in canary.truth.items()},
        "right": canary.is_right,
    }
