"""Parts: the lines, what the edge dropped, and what the newest check found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from console.metrics.labels import bounded
from console.metrics.repository import Findings
from ledger.states import LineState


def collect(found: Findings, at: datetime) -> Iterator[Metric]:
    """The families."""
    yield _states(found)
    yield _places(found)
    yield _calls(found)
    yield _silence(found, at)
    yield _starts(found)
    yield _edge(found)
    yield from _check(found)


def _states(found: Findings) -> Metric:
    family = GaugeMetricFamily(
        "hotline_line_state", "1 for the state that a line is in, 0 for the others.", labels=["line", "state"]
    )
    for line in found.lines:
        for state in LineState:
            family.add_metric([line.name, state], line.state is state)
    return family


def _places(found: Findings) -> Metric:
    family = GaugeMetricFamily(
        "hotline_line_places", "How many callers a line takes at once.", labels=["line"]
    )
    for line in found.lines:
        family.add_metric([line.name], line.places)
    return family


def _calls(found: Findings) -> Metric:
    family = GaugeMetricFamily("hotline_line_calls", "How many calls a line has now.", labels=["line"])
    for line in found.lines:
        family.add_metric([line.name], found.in_progress.get(line.name, 0))
    return family


def _silence(found: Findings, at: datetime) -> Metric:
    family = GaugeMetricFamily(
        "hotline_line_silence_seconds", "How long ago a line gave its last sign of life.", labels=["line"]
    )
    for line in found.lines:
        family.add_metric([line.name], max(0.0, (at - line.seen_at).total_seconds()))
    return family


def _starts(found: Findings) -> Metric:
    family = CounterMetricFamily(
        "hotline_line_starts",
        "How often a process of this line has started; 1 is no restart.",
        labels=["line"],
    )
    for line in found.lines:
        family.add_metric([line.name], line.starts)
    return family


def _edge(found: Findings) -> Metric:
    family = CounterMetricFamily(
        "hotline_edge_dropped",
        "Requests that the edge dropped or refused today, by verdict.",
        labels=["verdict"],
    )
    for verdict, count in sorted(bounded(found.edge).items()):
        family.add_metric([verdict], count)
    return family


def _check(found: Findings) -> Iterator[Metric]:
    """Of `hotline reconcile`, which runs every night; without any result there are no values."""
    families = {
        "unexplained": (
            "hotline_unexplained_invites",
            "INVITEs of which nobody can say what became of them.",
        ),
        "broken_seals": ("hotline_broken_seals", "Recordings that were changed, removed or put in."),
    }
    for key, (name, says) in families.items():
        family = GaugeMetricFamily(name, f"{says} As the newest check says.", labels=[])
        if found.check:
            family.add_metric([], found.check.document[key])
        yield family
    checked_at = found.check.at.timestamp() if found.check else 0
    said = "When calls and recordings were last reconciled; 0: never."
    yield GaugeMetricFamily("hotline_reconciled_timestamp_seconds", said, value=checked_at)
