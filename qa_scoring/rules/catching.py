"""Catching phrases of several speakers in several windows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ledger.states import Role
from qa_scoring.checks import PhraseSpec
from qa_scoring.conversation import Span
from qa_scoring.phrases import DOUBT_WIDTH
from qa_scoring.rules.listening import Catch, Degree, catch_all, catch_best, surety
from qa_scoring.rules.scene import Scene
from qa_scoring.rules.slots import catch_slotted, nearest_specs
from qa_scoring.wordings import has_slots


def catches_within(
    scene: Scene,
    who: Iterable[Role],
    spans: Iterable[Span],
    specs: Sequence[PhraseSpec],
    doubt: float = DOUBT_WIDTH,
) -> list[Catch]:
    """Everything that was said or may have been, in time order, none twice. The spans lie apart."""
    spans = tuple(spans)
    catches = (catch for role in who for span in spans for catch in _catches(scene, role, specs, span, doubt))
    return sorted(catches, key=lambda catch: catch.hit.start_s)


def best_within(
    scene: Scene, who: Iterable[Role], spans: Iterable[Span], specs: Sequence[PhraseSpec]
) -> Catch | None:
    """The surest and most alike of all; None where nothing at all is alike."""
    who, spans = tuple(who), tuple(spans)
    slotted, plain = _sorted_out(specs)
    found = [catch for role in who for span in spans for catch in _slotted(scene, role, slotted, span)]
    found.extend(_bests(scene, who, spans, plain))
    if not found and slotted:
        misses = _bests(scene, who, spans, nearest_specs(slotted))
        found.extend(replace(catch, degree=Degree.NOT_HEARD) for catch in misses)
    return max(found, key=surety, default=None)


def _bests(
    scene: Scene, who: Iterable[Role], spans: Sequence[Span], specs: Sequence[PhraseSpec]
) -> Iterator[Catch]:
    found = (catch_best(scene, role, specs, span) for role in who for span in spans if specs)
    return (catch for catch in found if catch)


def _catches(
    scene: Scene, who: Role, specs: Sequence[PhraseSpec], span: Span, doubt: float
) -> Iterable[Catch]:
    slotted, plain = _sorted_out(specs)
    catches = catch_all(scene, who, plain, span, doubt)
    if not slotted:
        return catches
    kept: list[Catch] = []
    catches.extend(_slotted(scene, who, slotted, span, doubt))
    for catch in sorted(catches, key=surety, reverse=True):
        if all(catch.hit.last < other.hit.first or other.hit.last < catch.hit.first for other in kept):
            kept.append(catch)
    return kept


def _slotted(
    scene: Scene, who: Role, specs: Iterable[PhraseSpec], span: Span, doubt: float = DOUBT_WIDTH
) -> Iterator[Catch]:
    for spec in specs:
        yield from catch_slotted(scene, who, spec, span, doubt)


def _sorted_out(specs: Iterable[PhraseSpec]) -> tuple[list[PhraseSpec], list[PhraseSpec]]:
    slotted: list[PhraseSpec] = []
    plain: list[PhraseSpec] = []
    for spec in specs:
        (slotted if has_slots(spec.text) else plain).append(spec)
    return slotted, plain
