"""One phrase looked at closely: where it fits best, how alike, and which tests of its context it passes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ledger.states import Role
from qa_scoring.checks import PhraseSpec
from qa_scoring.conversation import Span
from qa_scoring.rules.catching import best_within, catches_within
from qa_scoring.rules.listening import Catch, Degree
from qa_scoring.rules.scene import Scene
from qa_scoring.wordings import has_slots

BARE: dict[str, Any] = {  # without any test of the context
    "alone": None,
    "own_word": False,
    "not_within": (),
    "answered_by": (),
}


def heard_of(scene: Scene, who: Sequence[Role], spans: Sequence[Span], spec: PhraseSpec) -> dict[str, Any]:
    """A phrase's best place in the windows. `heard` tells what it counts as, all tests taken together."""
    best = best_within(scene, who, spans, [spec.model_copy(update=BARE)])
    counts = best_within(scene, who, spans, [spec])
    needed = _needed(spec, best)
    return {
        "phrase": spec.text,
        "heard": (counts.degree if counts else Degree.NOT_HEARD).name.lower(),
        "text": best.hit.text if best else "",
        "start_s": round(best.hit.start_s, 3) if best else None,
        "end_s": round(best.hit.end_s, 3) if best else None,
        "likeness": round(best.hit.likeness, 3) if best else 0.0,
        "needed": round(needed, 3) if needed is not None else None,
        "compared_with": best.phrase if best else "",
        "tests": list(_tests(scene, who, spans, spec)) if best else [],
    }


def _needed(spec: PhraseSpec, best: Catch | None) -> float | None:
    if spec.likeness is not None or best is None or has_slots(spec.text):
        return spec.likeness
    return best.hit.phrase.needed_likeness


def _tests(
    scene: Scene, who: Sequence[Role], spans: Sequence[Span], spec: PhraseSpec
) -> Iterator[dict[str, Any]]:
    """Each test by itself: whether the phrase is caught anywhere when it alone is asked."""
    for name, value in _asked(spec):
        alone = spec.model_copy(update={**BARE, name: value})
        caught = catches_within(scene, who, spans, [alone])
        bare = catches_within(scene, who, spans, [spec.model_copy(update=BARE)])
        if bare:
            shown = value[0] if isinstance(value, tuple) else str(value).lower()
            yield {"test": name, "asks": shown, "holds": len(caught) == len(bare)}


def _asked(spec: PhraseSpec) -> Iterable[tuple[str, Any]]:
    if spec.own_word:
        yield "own_word", True
    if spec.alone:
        yield "alone", spec.alone
    if spec.answered_by:
        yield "answered_by", spec.answered_by
    yield from (("not_within", (context,)) for context in spec.not_within)
