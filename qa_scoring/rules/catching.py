"""Catching phrases of several speakers in several windows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.states import Role
from qa_scoring.checks import PhraseSpec
from qa_scoring.conversation import Span
from qa_scoring.rules.listening import DOUBT_WIDTH, Catch, catch_all, catch_best, surety
from qa_scoring.rules.scene import Scene


def catches_within(
    scene: Scene,
    who: Iterable[Role],
    spans: Iterable[Span],
    specs: Sequence[PhraseSpec],
    doubt: float = DOUBT_WIDTH,
) -> list[Catch]:
    """Everything that was said or may have been, in time order. The spans lie apart."""
    spans = tuple(spans)
    catches = [
        catch for role in who for span in spans for catch in catch_all(scene, role, specs, span, doubt)
    ]
    return sorted(catches, key=lambda catch: catch.hit.start_s)


def best_within(
    scene: Scene, who: Iterable[Role], spans: Iterable[Span], specs: Sequence[PhraseSpec]
) -> Catch | None:
    """The surest and most alike of all; None where nothing at all is alike."""
    spans = tuple(spans)
    found = (catch_best(scene, role, specs, span) for role in who for span in spans)
    return max((catch for catch in found if catch), key=surety, default=None)
