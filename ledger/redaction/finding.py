"""Secrets in a call's turns: cards, telephone numbers, addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from rapidfuzz.distance import Levenshtein

from ledger.records import Secret, Turn
from ledger.redaction.addresses import addresses_in, leads_inside
from ledger.redaction.digits import Run, runs_of, value_of, variants, without_doubtful_ends
from ledger.redaction.numbers import Found, classify, is_strict
from ledger.redaction.stream import Row, Sign, rows_of
from ledger.states import Role, SecretKind

FINDER: Final = 1  # one more whenever another set of secrets is found; `hotline secrets` finds again
CONTEXT: Final = 24  # signs before a number in which its kind is told
MISHEARD: Final = 2  # digits of the service's own answer that a recogniser may get wrong
SHARED: Final = 5  # signs of a caller's address in what an operator says: it is read back


def find_secrets(turns: Sequence[Turn], answer: str = "") -> tuple[Secret, ...]:
    """All secrets in order of time; one that is told in several turns has a piece in each.

    `answer` is the number that the service gives out (the fact `directory_number`): said by the operator it
    is no secret.
    """
    rows = list(rows_of(turns))
    found = [piece for row in rows for piece in _numbers(row, "".join(filter(str.isdigit, answer)))]
    told = [
        row.text[first:last]
        for row in rows
        if row.role is not Role.OPERATOR
        for first, last in addresses_in(row.text)
    ]
    found += [piece for row in rows for piece in _addresses(row, told)]
    return tuple(sorted(found, key=lambda secret: (secret.turn, secret.first)))


def _numbers(row: Row, answer: str) -> Iterator[Secret]:
    text = row.text
    for heard in runs_of(text):
        run, found = _best(heard, row.before + text, len(row.before))
        for kind, first, last in found:
            digits = _between(run, first, last)
            if row.role is Role.CALLER or not _is_answer(value_of(digits), answer):
                yield from _pieces(kind, row.signs[digits[0].first : digits[-1].last])


def _best(run: Run, text: str, offset: int) -> tuple[Run, list[Found]]:
    """The reading that is exactly a number, else what is secret in the one without doubtful ends."""
    for variant in variants(run):
        found = _classify(variant, text, offset)
        if is_strict(value_of(variant), found):
            return variant, found
    inner = without_doubtful_ends(run)
    return inner, _classify(inner, text, offset)


def _classify(run: Run, text: str, offset: int) -> list[Found]:
    first, last = offset + run[0].first, offset + run[-1].last
    return classify(value_of(run), text[max(0, first - CONTEXT) : first], text[last : last + 2])


def _between(run: Run, first: int, last: int) -> Run:
    """The run's digits from one figure to before another; 三个八 is one of three figures."""
    reached, chosen = 0, []
    for digit in run:
        if first < reached + len(digit.text) and reached < last:
            chosen.append(digit)
        reached += len(digit.text)
    return chosen


def _is_answer(number: str, answer: str) -> bool:
    """Whether it is the service's answer, whole, with an area code, or said more than once."""
    if len(answer) < 3:
        return False
    if answer in number and len(number) <= 2 * len(answer) + 4:
        return True
    pieces = max(1, round(len(number) / len(answer)))
    return Levenshtein.distance(number, answer * pieces) <= MISHEARD * pieces


def _addresses(row: Row, told: Sequence[str]) -> Iterator[Secret]:
    """A public place on a street that an operator names is no secret."""
    text = row.text
    for first, last in addresses_in(text):
        said = text[first:last]
        if row.role is not Role.OPERATOR or leads_inside(said) or _is_read_back(said, told):
            yield from _pieces(SecretKind.ADDRESS, row.signs[first:last])


def _is_read_back(said: str, told: Sequence[str]) -> bool:
    pieces = {said[at : at + SHARED] for at in range(len(said) - SHARED + 1)}
    return any(piece in text for piece in pieces for text in told)


def _pieces(kind: SecretKind, signs: Sequence[Sign]) -> Iterator[Secret]:
    for turn, of_turn in groupby(signs, key=lambda sign: sign.turn):
        inside = list(of_turn)
        yield Secret(
            kind=kind,
            turn=turn,
            first=inside[0].at,
            last=inside[-1].at + 1,
            start_s=min(sign.start_s for sign in inside),
            end_s=max(sign.end_s for sign in inside),
        )
