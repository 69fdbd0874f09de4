"""What is asked: each question with the keys that answer it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from ledger.errors import SettingsError

KEYS = "12345678"  # 9 asks not to be called again, 0 and the signs mean nothing here


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer."""

    key: str
    meaning: str  # Chinese, for pages
    satisfied: bool | None = None  # what the key says of satisfaction; None: nothing
    settled: bool | None = None  # and of whether the matter is settled, which closes a ticket


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question, asked `tries` times where a wrong key or none is pressed."""

    id: str
    text: str  # Chinese, for pages and operators
    prompt: str  # the prompt's id
    answers: tuple[Answer, ...]
    tries: int = 2
    wait_s: float = 6.0  # for the key, after the prompt's end

    def answer(self, key: str | None) -> Answer | None:
        """What a key answers; None where it answers nothing."""
        return next((answer for answer in self.answers if answer.key == key), None)

    @property
    def document(self) -> dict[str, Any]:
        """For the ledger and for programs."""
        return asdict(self)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """What `document` gave."""
        answers = tuple(Answer(**answer) for answer in document["answers"])
        return cls(**{**document, "answers": answers})


def check_questions(questions: Sequence[Question]) -> None:
    """Raises SettingsError for questions that cannot be asked or answered."""
    if not questions:
        raise SettingsError("a campaign asks something: name at least one question")
    if len({question.id for question in questions}) < len(questions):
        raise SettingsError("each question needs an id of its own")
    for question in questions:
        keys = [answer.key for answer in question.answers]
        if not keys or len(set(keys)) < len(keys) or any(key not in KEYS or len(key) != 1 for key in keys):
            raise SettingsError(
                f"question {question.id!r}: each answer needs a key of its own, one of 1 to 8"
            )


def is_satisfied(questions: Sequence[Question], answers: Mapping[str, str]) -> bool | None:
    """Whether every answer that tells of satisfaction is a good one; None where no answer tells."""
    return _all(answer.satisfied for answer in _given(questions, answers))


def is_settled(questions: Sequence[Question], answers: Mapping[str, str]) -> bool | None:
    """Whether every answer that tells of it says that the matter is settled; None where none tells."""
    return _all(answer.settled for answer in _given(questions, answers))


def _given(questions: Sequence[Question], answers: Mapping[str, str]) -> Iterator[Answer]:
    given = (question.answer(answers.get(question.id)) for question in questions)
    return (answer for answer in given if answer)


def _all(told: Iterable[bool | None]) -> bool | None:
    known = [one for one in told if one is not None]
    return all(known) if known else None
