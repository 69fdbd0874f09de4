"""Calls: how far they are, how they ended, what the survey gave, what the pipeline has before it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from console.metrics.labels import DeskLabels, member
from console.metrics.repository import Findings
from ledger.backlog import STAGE_OF
from ledger.states import CallState, Place, Reason, Result
from ledger.wallboard import CallTally


def collect(found: Findings, desks: DeskLabels, at: datetime) -> Iterator[Metric]:
    """The families. What has a desk is counted when the call ends, since only then the desk is known."""
    ended = [call for call in found.calls if call.result is not None]
    received = sum(call.received for call in found.calls)
    yield CounterMetricFamily("hotline_calls_received", "INVITEs of today that got a row.", value=received)
    yield _ended(ended, desks)
    yield _answered(ended, desks)
    yield _abandoned(ended, desks)
    yield from _surveys(ended, desks)
    yield _by_state(found.calls)
    in_progress = sum(found.in_progress.values())
    yield GaugeMetricFamily("hotline_calls_in_progress", "Calls that have not ended.", value=in_progress)
    yield from _pipeline(found, at)
    yield from _transcribing(found)
    yield from _spool(found, at)
    yield _unrecorded(found)


def _ended(calls: Sequence[CallTally], desks: DeskLabels) -> Metric:
    family = CounterMetricFamily(
        "hotline_calls_ended",
        "Calls of today that have ended, by desk, by the place where they ended, by result and reason.",
        labels=["desk", "place", "result", "reason"],
    )
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for call in calls:
        kinds = member(call.place, Place), member(call.result, Result), member(call.reason, Reason)
        counts[desks.label(call.desk), *kinds] += call.received
    for labels, count in sorted(counts.items()):
        family.add_metric(labels, count)
    return family


def _answered(calls: Sequence[CallTally], desks: DeskLabels) -> Metric:
    family = CounterMetricFamily(
        "hotline_calls_answered",
        "Calls of today that were answered (200) and have ended, by desk.",
        labels=["desk"],
    )
    counts: Counter[str] = Counter()
    for call in calls:
        counts[desks.label(call.desk)] += call.answered
    for desk in desks.every:
        family.add_metric([desk], counts[desk])
    return family


def _abandoned(calls: Sequence[CallTally], desks: DeskLabels) -> Metric:
    family = CounterMetricFamily(
        "hotline_calls_abandoned",
        "Calls of today that the caller gave up, by desk and by the place where that was.",
        labels=["desk", "place"],
    )
    counts: Counter[tuple[str, str]] = Counter()
    for call in calls:
        if call.result == Result.ABANDONED:
            counts[desks.label(call.desk), member(call.place, Place)] += call.received
    for labels, count in sorted(counts.items()):
        family.add_metric(labels, count)
    return family


def _surveys(calls: Sequence[CallTally], desks: DeskLabels) -> Iterator[Metric]:
    asked = CounterMetricFamily(
        "hotline_surveys_asked", "Callers of today who were asked the survey, by desk.", labels=["desk"]
    )
    answered = CounterMetricFamily(
        "hotline_surveys_answered", "Callers of today who gave the survey a mark, by desk.", labels=["desk"]
    )
    counts: dict[str, tuple[int, int]] = dict.fromkeys(desks.every, (0, 0))
    for call in calls:
        desk = desks.label(call.desk)
        before = counts[desk]
        counts[desk] = before[0] + call.surveys_asked, before[1] + call.surveys_answered
    for desk, (count_asked, count_answered) in counts.items():
        asked.add_metric([desk], count_asked)
        answered.add_metric([desk], count_answered)
    yield asked
    yield answered


def _by_state(calls: Sequence[CallTally]) -> Metric:
    family = GaugeMetricFamily("hotline_calls", "Calls of today by how far they have come.", labels=["state"])
    counts: Counter[str] = Counter()
    for call in calls:
        counts[call.state] += call.received
    for state in CallState:
        family.add_metric([state], counts[state])
    return family


def _pipeline(found: Findings, at: datetime) -> Iterator[Metric]:
    due = GaugeMetricFamily(
        "hotline_pipeline_due_calls", "Calls that a stage of the pipeline has before it.", labels=["stage"]
    )
    oldest = GaugeMetricFamily(
        "hotline_pipeline_oldest_seconds",
        "How long ago the oldest call that a stage has before it ended; 0 without any.",
        labels=["stage"],
    )
    backlogs = {backlog.state: backlog for backlog in found.backlogs}
    for state, stage in STAGE_OF.items():
        backlog = backlogs.get(state)
        due.add_metric([stage], backlog.calls if backlog else 0)
        oldest.add_metric([stage], (at - backlog.oldest_at).total_seconds() if backlog else 0)
    yield due
    yield oldest
    yield GaugeMetricFamily(
        "hotline_pipeline_quarantined_calls",
        "Calls that the pipeline has given up; each waits for a person.",
        value=found.progress.quarantined,
    )
    yield GaugeMetricFamily(
        "hotline_pipeline_no_model_calls",
        "Calls in a language that no model here understands.",
        value=found.progress.no_model,
    )


def _transcribing(found: Findings) -> Iterator[Metric]:
    progress = found.progress
    running = sum(each.stage == STAGE_OF[CallState.RECORDED] for each in progress.running)
    for name, says, value in (
        ("running_calls", "Calls that workers are transcribing.", running),
        ("left_audio_seconds", "Recordings that are not transcribed yet.", progress.waiting_audio_s),
        (
            "audio_hours_per_hour",
            "Recordings transcribed by time over the last 15 minutes; 0 where there were none.",
            progress.audio_hours_per_hour or 0,
        ),
        (
            "left_seconds",
            "Until all is transcribed at this pace; infinite while nothing is transcribed.",
            math.inf if progress.left_s is None else progress.left_s,
        ),
    ):
        yield GaugeMetricFamily(f"hotline_transcription_{name}", says, value=value)


def _unrecorded(found: Findings) -> Metric:
    name, says = "hotline_unrecorded_calls", "Calls answered today that could not be recorded: no room."
    return CounterMetricFamily(name, says, value=found.unrecorded)


def _spool(found: Findings, at: datetime) -> Iterator[Metric]:
    oldest_at = found.spooled.oldest_at
    yield GaugeMetricFamily(
        "hotline_spooled_recordings",
        "Sealed recordings that are not in the archive yet.",
        value=found.spooled.recordings,
    )
    yield GaugeMetricFamily(
        "hotline_spooled_oldest_seconds",
        "How long ago the oldest of them was sealed; 0 without any.",
        value=(at - oldest_at).total_seconds() if oldest_at else 0,
    )
