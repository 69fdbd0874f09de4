"""A finding that people decided on becomes a case of its rule: the stretch of the call that it rests on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotline.case_files import Entry, append, names_in, write_new
from hotline.facts import day_of, facts_of
from ledger.errors import Conflict, NotFound, SettingsError
from ledger.judged_findings import JudgedFinding
from ledger.records import Call, Mark, Turn
from ledger.states import Decision, Verdict
from qa_scoring import CaseResult, run_cases
from qa_scoring.pack_files import Packs

AROUND_S = 20.0  # of the evidence, before and after
GAP_S = 0.4  # words of a turn that lie further apart become turns of their own, so that their times are kept


@dataclass(frozen=True, kw_only=True)
class WrittenCase:
    """A case that was added to its rule's file."""

    path: Path
    case: str
    result: CaseResult  # what the rule says of it now
    is_whole: bool  # the whole call: no stretch of it alone gives the verdict

    @property
    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {"path": str(self.path), "whole_call": self.is_whole, **self.result.document}


def write_case(
    judged: JudgedFinding, packs: Packs, folder: Path, *, expect: Verdict | None, why: str
) -> WrittenCase:
    """Add a finding to `folder`/cases/RULE.yaml as a case.

    Raises SettingsError where nobody can tell what is right, NotFound where there are no words, Conflict
    where the finding is a case already, BadPack, StorageError.
    """
    wanted = expect or _expected(judged)
    if not judged.transcript.turns:
        raise NotFound(f"call {judged.call.id} has no words, so no case can be made of it")
    path = folder / "cases" / f"{judged.finding.rule}.yaml"
    name = f"finding-{judged.finding.id}"
    if name in names_in(path, judged.finding.rule):
        raise Conflict(f"{path} has the case {name} already; change it there")
    entry, result, is_whole = _smallest(judged, packs, name, wanted, why or judged.comment)
    append(path, judged.finding.rule, entry)
    return WrittenCase(path=path, case=name, result=result, is_whole=is_whole)


def _expected(judged: JudgedFinding) -> Verdict:
    """What people have decided."""
    finding = judged.finding
    if judged.decision is Decision.REJECTED and finding.verdict is Verdict.FAIL:
        return Verdict.PASS
    if judged.decision is Decision.CONFIRMED:
        return finding.verdict
    raise SettingsError(
        f"finding {finding.id} is {finding.verdict} and {judged.decision or 'not decided on'}; "
        "say with --expect what the rule must find"
    )


def _smallest(
    judged: JudgedFinding, packs: Packs, name: str, wanted: Verdict, why: str
) -> tuple[Entry, CaseResult, bool]:
    """The stretch around the evidence if the rule says there what it said of the call; else the call."""
    for turns, is_whole in ((_around(judged), False), (judged.transcript.turns, True)):
        entry = _entry(judged, packs, turns, name=name, wanted=wanted, why=why)
        result = _judged_now(judged.finding.rule, entry, packs)
        if is_whole or result.got is judged.finding.verdict:
            return _without_idle_facts(judged.finding.rule, entry, result, packs), result, is_whole
    raise AssertionError("the whole call is always tried")


def _around(judged: JudgedFinding) -> tuple[Turn, ...]:
    evidence = judged.finding.evidence
    if evidence is None:
        return judged.transcript.turns
    first_s, last_s = evidence.start_s - AROUND_S, evidence.end_s + AROUND_S
    near = tuple(turn for turn in judged.transcript.turns if first_s <= turn.end_s and turn.start_s <= last_s)
    return near or judged.transcript.turns


def _entry(
    judged: JudgedFinding, packs: Packs, turns: Sequence[Turn], *, name: str, wanted: Verdict, why: str
) -> Entry:
    call = judged.call
    begins_s = 0.0 if turns == judged.transcript.turns else max(0.0, turns[0].start_s - 1.0)
    ends_s = turns[-1].end_s
    marks = [] if not call.marks else list(_shifted_marks(call.marks, begins_s, ends_s + 1.0))
    facts = {str(key): str(value) for key, value in facts_of(call).items()}  # no members of enums
    is_dated = any(pack.spec.is_dated for pack in packs.packs)
    return {
        "id": name,
        "expect": wanted.value,
        "hotline": _judged_as(call, packs),
        **({"day": day_of(call)} if is_dated else {}),
        **({"why": why} if why else {}),
        "turns": [said for turn in turns for said in _said(turn, begins_s)],
        **({"marks": marks} if marks else {}),
        **({"facts": facts} if facts else {}),
    }


def _judged_as(call: Call, packs: Packs) -> str:
    """The desk where a pack names it, else the number that was dialled: a case has but one of them."""
    named = {desk for pack in packs.packs for desk in pack.desks}
    return call.desk if call.desk and call.desk in named else call.hotline


def _said(turn: Turn, begins_s: float) -> Iterator[Entry]:
    """A turn in stretches without a long pause, each with its times."""
    if not turn.words:
        yield _stretch(turn.role.value, turn.text, turn.start_s - begins_s, turn.end_s - begins_s)
        return
    words = [turn.words[0]]
    for word in turn.words[1:]:
        if word.start_s - words[-1].end_s > GAP_S:
            yield _stretch_of(turn, words, begins_s)
            words = []
        words.append(word)
    yield _stretch_of(turn, words, begins_s)


def _stretch_of(turn: Turn, words: Sequence[Any], begins_s: float) -> Entry:
    text = "".join(word.text for word in words)
    return _stretch(turn.role.value, text, words[0].start_s - begins_s, words[-1].end_s - begins_s)


def _stretch(role: str, text: str, start_s: float, end_s: float) -> Entry:
    return {role: text, "start_s": round(start_s, 2), "end_s": round(end_s, 2)}


def _shifted_marks(marks: Sequence[Mark], begins_s: float, ends_s: float) -> Iterator[Entry]:
    for mark in marks:
        start_s, end_s = max(mark.start_s, begins_s), min(mark.end_s, ends_s)
        if start_s < end_s:
            yield {
                "place": mark.place.value,
                "start_s": round(start_s - begins_s, 2),
                "end_s": round(end_s - begins_s, 2),
            }


def _without_idle_facts(rule: str, entry: Entry, result: CaseResult, packs: Packs) -> Entry:
    """Without facts that nothing hangs on: a case tells no more of a person than it must."""
    facts: Mapping[str, str] = entry.get("facts", {})
    for key in facts:
        fewer = {name: value for name, value in entry["facts"].items() if name != key}
        tried = {**{k: v for k, v in entry.items() if k != "facts"}, **({"facts": fewer} if fewer else {})}
        again = _judged_now(rule, tried, packs)
        if (again.got, again.reason) == (result.got, result.reason):
            entry = {**entry, "facts": fewer}
    if not entry.get("facts", True):
        del entry["facts"]
    return entry


def _judged_now(rule: str, entry: Entry, packs: Packs) -> CaseResult:
    """What the rule says of a case. Raises BadPack where no pack of its desk has the rule."""
    with tempfile.TemporaryDirectory() as folder:
        write_new(Path(folder) / f"{rule}.yaml", rule, entry)
        (result,) = run_cases(packs, Path(folder))
    return result
