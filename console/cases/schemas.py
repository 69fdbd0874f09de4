"""What somebody wants to be done with a case, and what pages and programs are shown of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel, Field

from console.errors import BadInput
from console.texts import FindingId, Number
from ledger.blind_reviews import Sheet
from ledger.case_states import CaseState, CaseStep
from ledger.cases import Appeal, Case, Difference, Published, Ruling, StepTaken, why_closed
from ledger.records import User
from ledger.states import Decision, Verdict

LONGEST_TEXT = 2000  # characters, of an appeal, a note or a reason
MOST_FINDINGS = 200  # that one step names
Kind = TypeVar("Kind", bound=StrEnum)
_NUMBER = re.compile(r"-?[0-9]{1,9}")  # `ledger.case_rulings`


class PageStep(StrEnum):
    """What people press."""

    TAKE = "take"
    GIVE_BACK = "give_back"
    HAND = "hand"
    FINISH = "finish"  # the review
    REOPEN = "reopen"
    ASK_SECOND = "ask_second"
    SETTLE = "settle"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    DECIDE = "decide"
    WAIVE = "waive"  # an appeal


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """One step that somebody wants to take."""

    step: PageStep
    version: int | None  # of the case as it was seen; None: whichever it has
    note: str = ""
    to: str = ""  # the name that somebody signs in with
    findings: tuple[int, ...] = ()  # of an appeal
    decisions: Mapping[int, Decision] = field(default_factory=dict)  # by finding, where both reviews differ
    rulings: tuple[Ruling, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Second:
    """The second review, once both are in."""

    user: str
    sheet: Sheet


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseView:
    """A case for somebody's eyes."""

    case: Case
    viewer_id: int
    may: frozenset[PageStep]
    is_blind: bool
    names: Mapping[int, str]  # of the people in it, as far as the viewer may know
    steps: tuple[StepTaken, ...]
    receivers: tuple[User, ...]  # to whom it can be handed
    differences: tuple[Difference, ...]
    second: Second | None
    published: Published | None
    appeal: Appeal | None
    rules: Mapping[int, str]  # of the findings that were published or appealed against, by number
    task_id: int | None  # the viewer's own blind task

    @property
    def may_change(self) -> bool:
        """Whether the viewer's decisions, marks and corrections are taken now."""
        return why_closed(self.case, self.viewer_id) is None

    @property
    def may_mark(self) -> bool:
        """Whether the viewer's marks are: while the call is appealed against they alone."""
        return why_closed(self.case, self.viewer_id, of_marks=True) is None

    def name(self, user_id: int | None) -> str:
        """Somebody in the case; empty where nobody is, or the viewer may not know."""
        return self.names.get(user_id, "") if user_id is not None else ""


class RulingDocument(BaseModel):
    """What is decided on one finding of an appeal."""

    finding: FindingId
    upheld: bool
    reason: str = Field(max_length=LONGEST_TEXT)


class DecisionDocument(BaseModel):
    """What is decided on a finding on which both reviews differ."""

    finding: FindingId
    decision: Decision


class StepDocument(BaseModel):
    """One step, as a program asks for it. `version` is that of the case as it was read."""

    step: PageStep
    version: Number
    note: str = Field(default="", max_length=LONGEST_TEXT)
    to: str = Field(default="", max_length=64)
    findings: list[FindingId] = Field(default_factory=list, max_length=MOST_FINDINGS)
    decisions: list[DecisionDocument] = Field(default_factory=list, max_length=MOST_FINDINGS)
    rulings: list[RulingDocument] = Field(default_factory=list, max_length=MOST_FINDINGS)

    def wish(self) -> Wish:
        """The same as a wish. Raises BadInput where a finding is decided twice."""
        for ids in ([each.finding for each in self.decisions], [each.finding for each in self.rulings]):
            if len(set(ids)) != len(ids):
                raise BadInput("a finding is named twice; name each once")
        return Wish(
            step=self.step,
            version=self.version,
            note=self.note.strip(),
            to=self.to,
            findings=tuple(self.findings),
            decisions={each.finding: each.decision for each in self.decisions},
            rulings=tuple(
                Ruling(finding_id=each.finding, is_upheld=each.upheld, reason=each.reason.strip())
                for each in self.rulings
            ),
        )


class TakenDocument(BaseModel):
    """A step of the past; `user` is null where time or the plan did it."""

    at: datetime
    user: str | None
    step: CaseStep
    state: CaseState
    note: str


class PublishedFindingDocument(BaseModel):
    """A failed finding as it was published."""

    finding: int
    rule: str
    points: float
    decision: Decision


class PublishedDocument(BaseModel):
    """What the operator sees."""

    at: datetime
    machine_score: float
    score: float
    findings: list[PublishedFindingDocument]


class AppealDocument(BaseModel):
    """An appeal and what was decided."""

    call_id: str
    at: datetime
    user: str | None  # who appealed; null where the reader may not know
    text: str
    findings: list[int]
    decided_at: datetime | None
    outcome: CaseStep | None
    note: str
    rulings: list[RulingDocument]


class DifferenceDocument(BaseModel):
    """A finding on which both reviews differ."""

    finding: int
    rule: str
    first_breach: bool
    second: Verdict


class CaseDocument(BaseModel):
    """How far people are with a call, and what the reader may do now."""

    call_id: str
    state: CaseState
    since: datetime | None
    version: int
    holder: str | None
    held_since: datetime | None
    appeal_until: datetime | None
    may: list[PageStep]
    steps: list[TakenDocument]
    differences: list[DifferenceDocument]
    published: PublishedDocument | None
    appeal: AppealDocument | None


class AppealsDocument(BaseModel):
    """Appeals that wait, and those that were decided last."""

    waiting: list[AppealDocument]
    decided: list[AppealDocument]


class CallOfCase(BaseModel):
    """A call in a list of cases."""

    call_id: str
    hotline: str
    received_at: datetime
    state: CaseState
    since: datetime | None
    appeal_until: datetime | None


class CallsOfCases(BaseModel):
    """Such a list."""

    calls: list[CallOfCase]


def read_wish(fields: Mapping[str, str]) -> Wish:
    """A wish from a form: `finding-ID`, `decision-ID`, `ruling-ID` with `reason-ID`. Raises BadInput."""
    step, version = fields.get("step", ""), fields.get("version", "")
    if step not in set(PageStep):
        raise BadInput(f"step must be one of {', '.join(PageStep)}, got {step!r}")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise BadInput(f"version must be a number, got {version!r}; load the page again")
    return Wish(
        step=PageStep(step),
        version=int(version),
        note=_text(fields, "note"),
        to=fields.get("to", ""),
        findings=tuple(_numbered(fields, "finding")),
        decisions={
            number: _member(fields[f"decision-{number}"], Decision)
            for number in _numbered(fields, "decision")
        },
        rulings=tuple(
            Ruling(
                finding_id=number,
                is_upheld=_member(fields[f"ruling-{number}"], Outcome) is Outcome.UPHELD,
                reason=_text(fields, f"reason-{number}"),
            )
            for number in _numbered(fields, "ruling")
        ),
    )


class Outcome(StrEnum):
    """What a form says of one finding of an appeal."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


def require_text(text: str, what: str) -> str:
    """Raises BadInput where nothing is written, or too much."""
    if not text or len(text) > LONGEST_TEXT:
        raise BadInput(f"{what} needs 1 to {LONGEST_TEXT} characters, has {len(text)}")
    return text


def _text(fields: Mapping[str, str], name: str) -> str:
    text = fields.get(name, "").strip()
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"{name} must have at most {LONGEST_TEXT} characters, has {len(text)}")
    return text


def _numbered(fields: Mapping[str, str], prefix: str) -> Sequence[int]:
    """The numbers after a prefix, in order."""
    told = [name.removeprefix(f"{prefix}-") for name in fields if name.startswith(f"{prefix}-")]
    wrong = [each for each in told if not _NUMBER.fullmatch(each)]
    if wrong or len(told) > MOST_FINDINGS:
        raise BadInput(f"{prefix} is followed by no finding's number; load the page again")
    return sorted(map(int, told))


def _member(told: str, kind: type[Kind]) -> Kind:
    if told not in set(kind):
        raise BadInput(f"must be one of {', '.join(kind)}, got {told!r}")
    return kind(told)
