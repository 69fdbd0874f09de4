"""The measured error of every rule as a table and as a JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from rich.table import Table

from hotline.auditing import Content, Evidence
from ledger.rule_audits import Standing
from ledger.states import EvidenceSource, RuleState
from qa_scoring.auditing import RuleError, Share
from qa_scoring.pack_files import Pack, Packs

NO_NUMBER = "–"


@dataclass(frozen=True, kw_only=True)
class PackStanding:
    """A pack that has the rule, and how the rule stands there."""

    pack: Pack
    state: RuleState
    standing: Standing | None  # None: it was never decided

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "id": self.pack.id,
            "version": self.pack.version,
            "precision_floor": self.pack.precision_floor,
            "state": self.state.value,
            "decided_from": self.standing.source if self.standing else None,
            "decided_by": self.standing.decided_by if self.standing else None,
            "since": self.standing.since.isoformat(timespec="seconds") if self.standing else None,
        }


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One content of one rule: where it holds, and its error by source."""

    rule: str
    rule_hash: str
    packs: tuple[PackStanding, ...]
    errors: Mapping[EvidenceSource, RuleError]
    other_contents: Mapping[EvidenceSource, int]  # fails that are left out: they are another content's

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "rule": self.rule,
            "content": self.rule_hash,
            "packs": [each.document for each in self.packs],
            "sources": {
                source.value: {**error.document, "left_out_of_other_contents": self.other_contents[source]}
                for source, error in self.errors.items()
            },
        }


@dataclass(frozen=True, kw_only=True)
class ErrorReport:
    """Every rule of every pack, equal contents together."""

    entries: tuple[Entry, ...]

    @classmethod
    def of(
        cls,
        packs: Packs,
        evidence: Sequence[Evidence],
        standings: Sequence[Standing],
        *,
        rule: str | None = None,
    ) -> Self:
        """In the order of the packs; only one rule where that is asked."""
        known = {(each.pack, each.rule, each.rule_hash): each for each in standings}
        holders: dict[Content, list[PackStanding]] = {}
        for pack in packs.packs:
            for content in pack.fingerprints.items():
                standing = known.get((pack.id, *content))
                state = standing.state if standing else RuleState.ON_TRIAL
                holder = PackStanding(pack=pack, state=state, standing=standing)
                holders.setdefault(content, []).append(holder)
        return cls(
            entries=tuple(
                Entry(
                    rule=content[0],
                    rule_hash=content[1],
                    packs=tuple(own),
                    errors={each.source: each.error_of(content) for each in evidence},
                    other_contents={each.source: each.other_contents(content) for each in evidence},
                )
                for content, own in holders.items()
                if rule in {None, content[0]}
            )
        )

    @property
    def why_not(self) -> tuple[str, ...]:
        """Why some shares have no number, each reason once."""
        errors = [error for entry in self.entries for error in entry.errors.values()]
        shares = [share for each in errors for share in (each.precision, each.recall, each.cannot_tell)]
        return tuple(dict.fromkeys(share.why_not or "no cases" for share in shares if share.value is None))

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {"rules": [entry.document for entry in self.entries]}


def report_table(report: ErrorReport) -> Table:
    """A row for each rule and source."""
    table = Table("rule", "packs", "stands", "source", "precision", "recall", "cannot tell", "misses")
    for entry in report.entries:
        for source, error in entry.errors.items():
            table.add_row(
                entry.rule,
                " ".join(each.pack.id for each in entry.packs),
                " ".join(dict.fromkeys(each.state for each in entry.packs)),
                source,
                *(_share(share) for share in (error.precision, error.recall, error.cannot_tell)),
                str(len(error.misses)),
            )
    return table


def misses_table(report: ErrorReport) -> Table:
    """A row for each call that a rule misjudged."""
    table = Table("rule", "source", "call", "truth", "said", "reason")
    for entry in report.entries:
        for source, error in entry.errors.items():
            for miss in error.misses:
                table.add_row(miss.rule, source, miss.where, miss.truth, miss.got, miss.reason)
    return table


def _share(share: Share) -> str:
    """`97.1% (34/35; 85.5 to 99.5)`."""
    value, interval = share.value, share.interval
    if value is None or interval is None:
        return NO_NUMBER
    return f"{value:.1%} ({share.hits}/{share.of}; {100 * interval.low:.1f} to {100 * interval.high:.1f})"
