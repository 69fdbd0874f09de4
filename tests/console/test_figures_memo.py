"""What is large is counted once a minute, what is small each time."""

from __future__ import annotations

from datetime import date

import pytest

from console.figures import memo
from console.figures.memo import KEPT_S, MOST_KEPT, Memo, RequestMemo

CELL = ({"day": date(2026, 11, 30)}, {"calls": 1})


def test_only_what_is_large_is_remembered_and_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """One request's large count serves the next until it is stale; a small one its own request only."""
    clock = [100.0]
    monkeypatch.setattr(memo.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(memo, "LARGE", 3)
    shared = Memo()
    first, second = RequestMemo(shared), RequestMemo(shared)
    first["small"], first["large"] = [CELL], [CELL] * 3
    assert (first.get("small"), first.get("large")) == ([CELL], [CELL] * 3)
    assert (second.get("small"), second.get("large")) == (None, [CELL] * 3)
    clock[0] += KEPT_S
    assert second.get("large") is None
    for number in range(MOST_KEPT + 1):
        shared.keep(number, [CELL])
    assert (shared.get(0), shared.get(MOST_KEPT)) == (None, [CELL])
