"""Wordings beside the truth: short calls in which one thing is said in so many ways, judged as text.

The labelled calls say each thing some ten times; how a rule fares with words that nobody thought of is seen
only in hundreds. `wordings/tune.yaml` was looked at while packs were written (the tuned taboos are the
examples of their rule itself); `wordings/judge.yaml` is by somebody who had seen no pack, and only counted.
A line is the one turn that differs; the scene around it belongs to the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from bench.scoring.counting import Counted, case_of, counted
from ledger.states import Verdict
from qa_scoring import load_packs
from qa_scoring.cases import CaseSpec, RuleCase, run_case, written_case

FOLDER: Final = Path(__file__).parent / "wordings"
NUMBER: Final = "号码是八五七三六二九零"
TRUTHS: Final = {"breach": Verdict.FAIL, "keep": Verdict.PASS}
Turns = list[dict[str, Any]]


def _caller(text: str) -> dict[str, Any]:
    return {"caller": text}


def _operator(text: str, pause_s: float = 0.4) -> dict[str, Any]:
    return {"operator": text, "pause_s": pause_s}


ASKED: Final = _caller("查一下市中医院")
SCENES: Final[Mapping[str, Callable[[str], Turns]]] = {
    "forbidden-words": lambda line: [
        _operator("您好请讲"),
        ASKED,
        _operator(line),
        _caller("好"),
        _operator("谢谢您的来电再见"),
    ],
    "hold-notice": lambda line: [ASKED, _operator(line), _operator(f"让您久等了{NUMBER}", 9.0)],
    "apology-after-wait": lambda line: [ASKED, _operator("请稍等"), _operator(f"{line}{NUMBER}", 9.0)],
    "closing": lambda line: [
        _operator("您好"),
        ASKED,
        _operator(NUMBER),
        _caller("好谢谢"),
        _operator(line),
    ],
    "offer-more-help": lambda line: [
        _operator("您好请讲"),
        ASKED,
        _operator(NUMBER),
        _caller("好"),
        _operator(line),
        _caller("没有了"),
        _operator("谢谢您的来电再见"),
    ],
    "greeting": lambda line: [_operator(line), ASKED, _operator("好的请稍等")],
}


def judged(half: str, *, every: int = 1) -> Counted:
    """Every n-th line of a half (`tune` or `judge`) judged by the standard packs."""
    packs = load_packs()
    return counted(
        SCENES,
        (
            case_of(line, run_case(packs, case).finding, case.expected)
            for line, case in islice(_cases(half), 0, None, every)
        ),
    )


def _cases(half: str) -> Iterator[tuple[str, RuleCase]]:
    document = YAML(typ="safe").load(FOLDER / f"{half}.yaml")
    for rule, lists in document.items():
        for kind, truth in TRUTHS.items():
            for hotline, line in _lines(lists[kind]):
                turns = SCENES[rule](line)
                spec = {"id": "line", "hotline": hotline, "turns": turns, "expect": truth}
                yield line, written_case(rule, CaseSpec.model_validate(spec))


def _lines(given: list[str] | dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Lines with their number: 114's, or by number."""
    by_hotline = given if isinstance(given, dict) else {"114": given}
    for hotline, lines in by_hotline.items():
        yield from ((hotline, line) for line in lines)
