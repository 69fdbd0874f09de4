"""Rule cases: short conversations in YAML with the verdict that a rule must give of them.

One file a rule (`packs/cases/<rule>.yaml`). Turns without times are laid one after the other at a
plain pace, so that a case reads like a conversation; a case about time gives its times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from ledger.errors import BadPack
from ledger.records import Finding, Mark, Sound, Turn, Word
from ledger.states import Place, Role, Verdict
from qa_scoring.checks import Part, Text
from qa_scoring.conversation import Conversation
from qa_scoring.judging import judge
from qa_scoring.pack_files import STANDARD, Pack, Packs
from qa_scoring.pack_schema import Name
from qa_scoring.reading import read_file

SYLLABLE_S = 0.2
PAUSE_S = 0.4
QUIET_DB = 60.0  # the background of a case lies so far below full scale
Moment = Annotated[float, Field(ge=0.0)]


class CaseTurn(Part):
    """`- operator: 您好` with, where it matters, the pause before it or its times."""

    who: Role
    text: str  # a bar (喂|查哪里) parts words that a pause of half a second parts
    pause_s: Moment = PAUSE_S
    start_s: Moment | None = None
    end_s: Moment | None = None
    level_dbfs: Annotated[float, Field(ge=-100.0, le=0.0)] | None = None  # how loud it is

    @model_validator(mode="before")
    @classmethod
    def _role_is_the_key(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        rest = {key: value for key, value in given.items() if key not in set(Role)}
        spoken = {"who": role, "text": given[role]} if (role := _role_in(given)) else {}
        return {**rest, **spoken}


def _role_in(given: dict[Any, Any]) -> Role | None:
    return next((role for role in Role if role in given), None)


class CaseMark(Part):
    """A span of the call."""

    place: Place
    start_s: Moment
    end_s: Moment


class CaseSpec(Part):
    """One conversation and what the rule must say of it."""

    id: Name
    hotline: Text = "114"
    turns: tuple[CaseTurn, ...] = ()
    marks: tuple[CaseMark, ...] = ()
    day: date | None = None  # of the call; without: the pack that holds now judges
    facts: dict[str, str] = Field(default_factory=dict)
    why: str = ""  # what makes it tricky
    audio: Name | None = None  # a dialogue of the test phone that is recognised, in place of turns
    expect: Verdict

    @model_validator(mode="after")
    def _is_written_or_heard(self) -> Self:
        if self.audio and (self.turns or self.marks):
            raise ValueError("a case has turns or audio, not both")
        return self


class CasesFile(Part):
    """All cases of one rule."""

    rule: Name
    cases: Annotated[tuple[CaseSpec, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class RuleCase:
    """A case with the conversation that it describes."""

    rule: str
    case: str
    conversation: Conversation
    expected: Verdict
    audio: str | None = None  # whose words have to be heard before it can be judged

    def pack_of(self, packs: Packs) -> Pack:
        """The pack that judges it: of its number, on its day."""
        return packs.of(self.conversation)


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """What the rule said of a case."""

    rule: str
    case: str
    expected: Verdict
    finding: Finding

    @property
    def got(self) -> Verdict:
        """What the rule said."""
        return self.finding.verdict

    @property
    def reason(self) -> str:
        """Why it said so, in Chinese."""
        return self.finding.reason

    @property
    def is_right(self) -> bool:
        """Whether the rule said what it must."""
        return self.got is self.expected

    @property
    def document(self) -> dict[str, str | bool]:
        """For JSON."""
        return {
            "rule": self.rule,
            "case": self.case,
            "expected": self.expected.value,
            "got": self.got.value,
            "right": self.is_right,
            "reason": self.reason,
        }


def rule_cases(folder: Path | None = None) -> tuple[RuleCase, ...]:
    """Every written case of every rule in a folder (the standard ones without). Raises BadPack."""
    return tuple(case for case in _every_case(folder) if case.audio is None)


def audio_cases(folder: Path | None = None) -> tuple[RuleCase, ...]:
    """Every case that has to be heard first: its conversation has no words yet. Raises BadPack."""
    return tuple(case for case in _every_case(folder) if case.audio is not None)


def _every_case(folder: Path | None) -> tuple[RuleCase, ...]:
    cases: list[RuleCase] = []
    mistakes: list[str] = []
    for path in sorted((folder or STANDARD / "cases").glob("*.yaml")):
        _, spec, wrong = read_file(path, CasesFile)
        mistakes.extend(wrong)
        if isinstance(spec, CasesFile):
            cases.extend(written_case(spec.rule, case) for case in spec.cases)
    if mistakes:
        raise BadPack("\n".join(mistakes))
    return tuple(cases)


def run_cases(packs: Packs, folder: Path | None = None) -> list[CaseResult]:
    """Judge every case with the pack of its number. Raises BadPack where a pack lacks the rule."""
    return [run_case(packs, case) for case in rule_cases(folder)]


def run_case(packs: Packs, case: RuleCase) -> CaseResult:
    """Judge one case. Raises BadPack where its pack lacks the rule."""
    pack = case.pack_of(packs)
    if case.rule not in {rule.id for rule in pack.rules}:
        raise BadPack(
            f"the case {case.rule}/{case.case} needs a rule that the pack {pack.id!r} does not have"
        )
    findings = judge(case.conversation, pack.only(case.rule)).findings
    found = next(finding for finding in findings if finding.rule == case.rule)
    return CaseResult(rule=case.rule, case=case.case, expected=case.expected, finding=found)


def written_case(rule: str, case: CaseSpec) -> RuleCase:
    """A case as it is written, with its turns laid one after the other."""
    turns = _laid_out(case.turns)
    marks = tuple(Mark(place=mark.place, start_s=mark.start_s, end_s=mark.end_s) for mark in case.marks)
    conversation = Conversation(
        hotline=case.hotline,
        desk=case.hotline,
        duration_s=max((turn.end_s for turn in turns), default=0.0) + 1.0,
        turns=turns,
        marks=marks,
        facts=dict(case.facts),
        day=case.day,
    )
    return RuleCase(
        rule=rule, case=case.id, conversation=conversation, expected=case.expect, audio=case.audio
    )


def _laid_out(specs: tuple[CaseTurn, ...]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    now_s = 0.0
    for spec in specs:
        start_s = now_s + spec.pause_s if spec.start_s is None else spec.start_s
        words = _words(spec, start_s)
        end_s = words[-1].end_s if words else start_s
        text = spec.text.replace("|", "")
        turns.append(
            Turn(role=spec.who, start_s=start_s, end_s=end_s, text=text, words=words, sound=_sound(spec))
        )
        now_s = end_s
    return tuple(turns)


def _sound(spec: CaseTurn) -> Sound | None:
    if spec.level_dbfs is None:
        return None
    return Sound(level_dbfs=spec.level_dbfs, snr_db=spec.level_dbfs + QUIET_DB, clipped_share=0.0)


def _words(spec: CaseTurn, start_s: float) -> tuple[Word, ...]:
    """One word a stretch, at a plain pace or filling the turn's own times."""
    stretches = [stretch for stretch in spec.text.split("|") if stretch]
    pace_s = SYLLABLE_S
    if spec.end_s is not None and spec.text:
        pace_s = (spec.end_s - start_s) / len(spec.text.replace("|", ""))
    words: list[Word] = []
    for stretch in stretches:
        end_s = start_s + pace_s * len(stretch)
        words.append(Word(text=stretch, start_s=start_s, end_s=end_s, confidence=1.0))
        start_s = end_s + 0.5
    return tuple(words)
