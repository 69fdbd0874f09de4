"""What the rounds' pages show, what a blind review's form sends, and what the API answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from console.calls.schemas import CallView
from console.errors import BadInput
from console.scores import read_score
from ledger.blind_reviews import BlindReview, Sheet
from ledger.blind_rounds import Round, Task
from ledger.records import Call
from ledger.states import RoundKind, Verdict
from qa_scoring.agreement import Report
from qa_scoring.agreement.reporting import MARKS
from qa_scoring.pack_schema import Dimension

LONGEST_COMMENT = 2000  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A call that the visitor is to judge; it does not tell whether for the second time."""

    task: Task
    round: Round
    call: Call


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far somebody is in a round."""

    user: str
    done: int
    due: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundView:
    """A round and how far it is; never what was judged."""

    round: Round
    is_closed: bool
    is_open: bool
    calls: int
    people: tuple[Progress, ...]

    @property
    def done(self) -> int:
        """Reviews that are in."""
        return sum(person.done for person in self.people)

    @property
    def due(self) -> int:
        """Reviews that there will be."""
        return sum(person.due for person in self.people)


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskView:
    """One call to be judged, as the form shows it."""

    task: Task
    round: Round
    call: CallView  # without anything that was found
    sheet: Sheet | None  # what was submitted already, where it may be changed
    is_final: bool  # what is submitted cannot be changed


@dataclass(frozen=True, kw_only=True, slots=True)
class Disputed:
    """A call on which those who judged it differ: its reviews, and the rules on which they do."""

    call_id: str
    reviews: tuple[BlindReview, ...]  # the expert's last
    rules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a closed round gave."""

    report: Report  # raters by the names that they sign in with
    names: Mapping[str, str]  # what others see in place of these
    disputed: tuple[Disputed, ...]
    left_out: int  # calls that the visitor is blind for in another round


class PersonDocument(BaseModel):
    """How far somebody is."""

    user: str
    done: int
    due: int


class RoundDocument(BaseModel):
    """A round for programs."""

    id: int
    title: str
    kind: RoundKind
    seed: int
    made_by: str
    opens_at: datetime
    closes_at: datetime | None
    closed: bool
    calls: int
    people: list[PersonDocument]


class OpenTaskDocument(BaseModel):
    """A call that the visitor is to judge."""

    task: int
    round: int
    call_id: str
    rules: list[str]


class RoundsDocument(BaseModel):
    """The visitor's own work, and for leads all rounds."""

    open: list[OpenTaskDocument]
    rounds: list[RoundDocument]


class AgreementDocument(BaseModel):
    """A closed round's agreement: the report as `hotline agreement --json` prints it."""

    round: RoundDocument
    agreement: dict[str, Any]


def round_document(view: RoundView) -> RoundDocument:
    """A round for programs."""
    found = view.round
    return RoundDocument(
        id=found.id,
        title=found.title,
        kind=found.kind,
        seed=found.seed,
        made_by=found.made_by,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        closed=view.is_closed,
        calls=view.calls,
        people=[PersonDocument(user=one.user, done=one.done, due=one.due) for one in view.people],
    )


def read_sheet(given: Mapping[str, str], task: Task) -> Sheet:
    """A review from a form's fields. Raises BadInput."""
    comment = given.get("comment", "").strip()
    if len(comment) > LONGEST_COMMENT:
        raise BadInput(f"comment must have at most {LONGEST_COMMENT} characters, has {len(comment)}")
    return Sheet(
        verdicts={rule: _verdict(given, rule) for rule in task.rules},
        marks={str(standard): _mark(given, standard) for standard in Dimension},
        score=read_score(given.get("score", "")),
        comment=comment,
    )


def _verdict(given: Mapping[str, str], rule: str) -> Verdict:
    told = given.get(f"verdict-{rule}", "")
    if told not in set(Verdict):
        raise BadInput(f"the verdict on {rule} must be one of {', '.join(Verdict)}, got {told!r}")
    return Verdict(told)


def _mark(given: Mapping[str, str], standard: Dimension) -> int:
    told = given.get(f"mark-{standard}", "")
    if told not in {str(mark) for mark in MARKS}:
        raise BadInput(f"the mark for {standard} must be {MARKS[0]} to {MARKS[-1]}, got {told!r}")
    return int(told)
