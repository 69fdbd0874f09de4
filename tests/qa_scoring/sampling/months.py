"""Small frames and plans for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qa_scoring.sampling import Frame, FrameCall, SamplePlan
from qa_scoring.sampling.plan import Window

NOVEMBER = Window.model_validate({"from": date(2026, 11, 1), "to": date(2026, 12, 1)})


def plan_of(**says: Any) -> SamplePlan:
    """A plan that says this."""
    return SamplePlan.model_validate({"id": "tested", "title": "抽样", "sample": {"total": 10}, **says})


def frame_of(strata: Mapping[str, int], sizes: tuple[float, ...] = (1.0,)) -> Frame:
    """So many calls in each stratum; sizes in turn."""
    calls = [
        FrameCall(call_id=f"{stratum}-{number:05}", stratum=stratum, size=sizes[number % len(sizes)])
        for stratum, count in strata.items()
        for number in range(count)
    ]
    return Frame.of(calls)
