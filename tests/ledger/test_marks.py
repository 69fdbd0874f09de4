"""Spans of a call, by its marks."""

from __future__ import annotations

import pytest

from ledger.marks import SpanS, bridged_spans
from ledger.records import Mark
from ledger.states import Place

OPERATOR = Mark(place=Place.OPERATOR, start_s=10.0, end_s=20.0)


@pytest.mark.parametrize(
    ("pauses", "spans"),
    [
        ((), ((10.0, 20.0),)),
        (((12.0, 15.0),), ((10.0, 12.0), (15.0, 20.0))),
        (((12.0, 13.0), (14.0, 15.0)), ((10.0, 12.0), (13.0, 14.0), (15.0, 20.0))),
        (((12.0, 20.0),), ((10.0, 12.0),)),
        (((9.0, 21.0),), ()),
    ],
)
def test_what_was_not_recorded_is_no_conversation(
    pauses: tuple[SpanS, ...], spans: tuple[SpanS, ...]
) -> None:
    """A pause parts the bridged span in two: a silence across it is nobody's."""
    marks = [Mark(place=Place.PAUSED, start_s=start_s, end_s=end_s) for start_s, end_s in pauses]
    assert bridged_spans([OPERATOR, *marks]) == spans
