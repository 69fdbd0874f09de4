"""An explanation of a verdict (`qa_scoring.explaining`) for the terminal: read from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich.markup import escape
from rich.tree import Tree

Document = dict[str, Any]
MOST_PHRASES = 8  # of a check that were not heard; the nearest are told, the others counted
SHADES: Final = {"pass": "green", "fail": "red", "cannot_tell": "yellow", "not_applicable": "dim"}
LABELS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "pass": "通过",
        "fail": "不通过",
        "cannot_tell": "无法判定",
        "not_applicable": "不适用",
        "said": "听到",
        "in_doubt": "不能确定",
        "not_heard": "未听到",
        "verdict": "结论",
        "points": "扣分",
        "when": "适用条件",
        "check": "检查",
        "looked": "查找范围",
        "bounds": "界限",
        "measured": "测得",
        "hangs_on": "取决于",
        "phrases": "说法",
        "more": "另有 {} 条说法未听到",
        "needed": "需要",
        "likeness": "相似度",
        "holds": "成立",
        "fails": "不成立",
        "who": "谁",
        "seconds": "秒",
        "nothing": "没有相近的话",
    },
    "en": {
        "pass": "pass",
        "fail": "fail",
        "cannot_tell": "cannot tell",
        "not_applicable": "not applicable",
        "said": "said",
        "in_doubt": "in doubt",
        "not_heard": "not heard",
        "verdict": "verdict",
        "points": "points off",
        "when": "applies when",
        "check": "check",
        "looked": "looked in",
        "bounds": "bounds",
        "measured": "measured",
        "hangs_on": "hangs on",
        "phrases": "phrases",
        "more": "and {} more phrases that were not heard",
        "needed": "needed",
        "likeness": "likeness",
        "holds": "holds",
        "fails": "does not hold",
        "who": "who",
        "seconds": "s",
        "nothing": "nothing is like it",
    },
}


def explanation_tree(document: Document, language: str) -> Tree:
    """The finding, then what it applies to, then the check with all below it."""
    labels = LABELS[language]
    pack = f"{document['pack']} {document['pack_version']}"
    root = Tree(f"[b]{document['rule']}[/] {escape(document['title'])}  ({pack})")
    root.add(_verdict(document, labels))
    weight = f"{document['dimension']} {document['weight']:g}"
    root.add(f"{labels['points']}: {document['points']:g} ({weight})")
    for key in ("when", "check"):
        if document[key]:
            _grow(root, document[key], labels, labels[key])
    return root


def _verdict(document: Document, labels: dict[str, str]) -> str:
    shade = SHADES[document["verdict"]]
    return f"[{shade}]{labels[document['verdict']]}[/]: {escape(document['reason'])}"


def _grow(tree: Tree, node: Document, labels: dict[str, str], title: str) -> None:
    branch = tree.add(f"[b]{title}[/] {node['kind']} → {_verdict(node, labels)}")
    for line in _lines(node, labels):
        branch.add(line)
    if node["phrases"]:
        _grow_phrases(branch.add(labels["phrases"]), node["phrases"], labels)
    for child in node["children"]:
        _grow(branch, child, labels, "")


def _lines(node: Document, labels: dict[str, str]) -> Iterator[str]:
    if node["window"] is not None:
        spans = _spans(node["window"], labels)
        yield f"{labels['looked']}: {escape(node['where'])}  {node['who']}  {spans}"
    for anchor in node["hangs_on"]:
        moments = _spans(anchor["moments"], labels)
        yield f"{labels['hangs_on']}: {anchor['side']} {escape(anchor['what'])} → {moments}"
    if node["bounds"] and not node["children"]:
        yield f"{labels['bounds']}: {_pairs(node['bounds'])}"
    if node["measured"] and not node["children"]:
        yield f"{labels['measured']}: {_pairs(node['measured'])}"


def _grow_phrases(tree: Tree, phrases: Sequence[Document], labels: dict[str, str]) -> None:
    shown = [each for each in phrases if each["heard"] != "not_heard"]
    missed = [each for each in phrases if each["heard"] == "not_heard"]
    for phrase in (*shown, *missed[:MOST_PHRASES]):
        branch = tree.add(_phrase(phrase, labels))
        for test in phrase["tests"]:
            holds = labels["holds"] if test["holds"] else labels["fails"]
            branch.add(f"{test['test']} {escape(test['asks'])}: {holds}")
    if len(missed) > MOST_PHRASES:
        tree.add(labels["more"].format(len(missed) - MOST_PHRASES))


def _phrase(phrase: Document, labels: dict[str, str]) -> str:
    group = f"{escape(phrase['group'])}: " if phrase["group"] else ""
    head = f"{group}“{escape(phrase['phrase'])}” {labels[phrase['heard']]}"
    if phrase["start_s"] is None:
        return f"{head}: {labels['nothing']}"
    needed = "" if phrase["needed"] is None else f", {labels['needed']} {phrase['needed']:.2f}"
    likeness = f"{labels['likeness']} {phrase['likeness']:.2f}{needed}"
    return f"{head}: “{escape(phrase['text'])}” {_spans([phrase], labels)} ({likeness})"


def _spans(spans: Sequence[Document], labels: dict[str, str]) -> str:
    told = ", ".join(f"{span['start_s']:.1f}–{span['end_s']:.1f}" for span in spans)
    return f"{told} {labels['seconds']}" if told else "–"


def _pairs(values: Document) -> str:
    return escape(", ".join(f"{key} {_value(value)}" for key, value in values.items()))


def _value(value: object) -> str:
    if isinstance(value, list):
        return "/".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
