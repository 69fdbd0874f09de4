"""The rules that may be chosen for a call: those of the pack that judged it, else of its desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.rules import NAMES
from ledger.errors import BadPack
from ledger.records import Call, Scorecard
from qa_scoring.pack_files import Pack, load_packs
from qa_scoring.pack_schema import RuleSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class Norm:
    """A rule that a breach may be of."""

    id: str
    title: str  # the claim, as the pack says it
    dimension: str
    points: float  # that a breach takes off
    most_points: float | None  # of all breaches together; None: any
    is_fatal: bool


def norms_of(call: Call, card: Scorecard | None) -> tuple[Norm, ...]:
    """By dimension in the order of the pack."""
    return tuple(_norm(rule) for rule in _pack(call, card).rules)


def find_norm(norms: tuple[Norm, ...], told: str, english: Mapping[str, str]) -> Norm | None:
    """The rule of that id, short name (in either language) or title."""
    told = told.strip()
    for norm in norms:
        name = NAMES.get(norm.id, norm.title)
        if told in {norm.id, norm.title, name, english.get(name, name)}:
            return norm
    return None


def _pack(call: Call, card: Scorecard | None) -> Pack:
    packs = load_packs()
    try:
        return packs.by_id(card.pack if card else "")
    except BadPack:  # one of an earlier release, or none yet
        return packs.for_desk(call.desk or "", call.hotline)


def _norm(rule: RuleSpec) -> Norm:
    return Norm(
        id=rule.id,
        title=rule.title,
        dimension=rule.dimension,
        points=rule.weight,
        most_points=rule.most_points if rule.per_hit else rule.weight,
        is_fatal=rule.fatal,
    )
