"""Why a rule judged as it did, step by step: for people who have to answer for it.

A rule is judged as ever, and each node of its tree told with the window that it looked at, the bounds that
it has, and for each phrase where it fits best, how alike, how alike it had to be, and which tests of its
context it passed. Everything is plain data, ready for JSON; times are seconds from the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ledger.errors import NotFound
from ledger.records import Evidence
from ledger.states import Role
from qa_scoring.checks import PhraseSpec
from qa_scoring.conversation import Conversation, Span
from qa_scoring.judging import Bench
from qa_scoring.pack_files import Pack
from qa_scoring.pack_schema import RuleSpec
from qa_scoring.reading import nearest
from qa_scoring.rules.phrase_tests import heard_of
from qa_scoring.rules.scene import Scene
from qa_scoring.rules.trees import Judged
from qa_scoring.rules.windows import FoundBy, moments_of, named
from qa_scoring.saying import Say

Document = dict[str, Any]


def explain(conversation: Conversation, pack: Pack, rule_id: str) -> Document:
    """The rule's finding of the call, and every step to it. Raises NotFound."""
    rule = rule_of(pack, rule_id)
    bench = Bench(Scene(conversation, pack))
    finding = bench.finding(rule)
    reached = conversation.reached_operator
    when = bench.when(rule) if reached else None
    return {
        "rule": rule.id,
        "title": rule.title,
        "pack": pack.id,
        "pack_version": pack.version,
        "verdict": finding.verdict.value,
        "reason": finding.reason,
        "weight": rule.weight,
        "per_hit": rule.per_hit,
        "points": finding.points,
        "dimension": rule.dimension.value,
        "evidence": _moment(finding.evidence) if finding.evidence else None,
        "more": [_moment(each) for each in finding.more],
        "when": _node(bench, when) if when else None,
        "check": _node(bench, bench.tree(rule)) if reached else None,
    }


def rule_of(pack: Pack, rule_id: str) -> RuleSpec:
    """A rule of a pack. Raises NotFound."""
    rules = {rule.id: rule for rule in pack.rules}
    if rule_id not in rules:
        hint = nearest(rule_id, rules) or f"; rules are {', '.join(rules)}"
        raise NotFound(f"the pack {pack.id!r} has no rule {rule_id!r}{hint}")
    return rules[rule_id]


def _node(bench: Bench, judged: Judged) -> Document:
    """A node: what it asks, what it looked at, what it says; and those below it."""
    spans = judged.stretch.spans if judged.stretch else ()
    return {
        "kind": judged.kind,
        "verdict": judged.verdict.value,
        "reason": judged.reason,
        "who": judged.look.who.value if judged.look and judged.check.windowed else None,
        "where": judged.stretch.told if judged.stretch else None,
        "window": [_span(span) for span in spans] if judged.stretch else None,
        "hangs_on": list(_anchors(bench.scene, judged, bench.found_by)),
        "bounds": _bounds(judged),
        "measured": {key: value for key, value in judged.opinion.words.items() if key != "why" and value},
        "evidence": _moment(judged.opinion.evidence) if judged.opinion.evidence else None,
        "hits": [_moment(hit) for hit in judged.moments],
        "phrases": [] if judged.children else _phrases(bench.scene, judged),
        "children": [_node(bench, child) for child in judged.children],
    }


def _anchors(scene: Scene, judged: Judged, found_by: FoundBy) -> Iterator[Document]:
    """The moments that the window hangs on."""
    where = judged.look.where if judged.look and judged.check.windowed else None
    for side in ("before", "after", "around") if where else ():
        anchor = getattr(where, side)
        if anchor:
            moments = moments_of(scene, anchor, found_by)
            yield {
                "side": side,
                "what": named(anchor),
                "within_s": anchor.within_s,
                "which": anchor.which.value,
                "verdict": moments.verdict.value,
                "moments": [_span(span) for span in moments.spans],
            }


def _bounds(judged: Judged) -> Document:
    """The check's own numbers and settings, without its phrases."""
    examples = {"tone": {"harsh", "plain"}}
    given = judged.check.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=examples)
    return {key: value for key, value in given.items() if not _is_phrases(value)}


def _is_phrases(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _phrases(scene: Scene, judged: Judged) -> list[Document]:
    """Each phrase with where it fits best, the best first; of `say` with the group that it belongs to."""
    spans = judged.stretch.spans if judged.stretch else (scene.whole,)
    who = judged.stretch.who if judged.stretch else (Role.OPERATOR,)
    titled: list[tuple[str | None, PhraseSpec]] = [(None, spec) for spec in judged.check.phrases()]
    if isinstance(judged.check, Say):
        titled = [(group.title, spec) for group in judged.check.groups for spec in group.any]
    told = [{"group": title, **heard_of(scene, who, spans, spec)} for title, spec in titled]
    return sorted(told, key=lambda one: -one["likeness"])


def _moment(evidence: Evidence) -> Document:
    return asdict(evidence)


def _span(span: Span) -> Document:
    return {"start_s": round(span.start_s, 3), "end_s": round(span.end_s, 3)}
