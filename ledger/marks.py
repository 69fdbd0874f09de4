"""What the marks of a call say of its spans."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.records import Mark
from ledger.states import Place

SpanS = tuple[float, float]  # start and end in seconds from the answer


def bridged_spans(marks: Iterable[Mark]) -> tuple[SpanS, ...]:
    """When the caller and an operator heard each other and were recorded: without the pauses."""
    kept = sorted(marks, key=lambda mark: mark.start_s)
    spans = [(mark.start_s, mark.end_s) for mark in kept if mark.place is Place.OPERATOR]
    for pause in kept:
        if pause.place is Place.PAUSED:
            spans = [part for span in spans for part in _without(span, (pause.start_s, pause.end_s))]
    return tuple(spans)


def _without(span: SpanS, pause: SpanS) -> list[SpanS]:
    if pause[1] <= span[0] or span[1] <= pause[0]:
        return [span]
    parts = [(span[0], pause[0]), (pause[1], span[1])]
    return [part for part in parts if part[1] > part[0]]
