"""Desks: who waits, how long people waited today, what the operators do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from console.metrics.labels import NONE, DeskLabels, member
from console.metrics.repository import Findings
from ledger.operators import OperatorRecord
from ledger.states import OperatorState, QueueOutcome
from ledger.wallboard import WaitTally


def collect(found: Findings, desks: DeskLabels, at: datetime) -> Iterator[Metric]:
    """The families."""
    yield from _waiting(found, desks, at)
    yield _waits(found, desks)
    yield from _service_levels(found, desks)
    yield _operators(found.operators)
    yield _desk_operators(found.operators, desks)
    yield from _phones(found.operators, at)


def _waiting(found: Findings, desks: DeskLabels, at: datetime) -> Iterator[Metric]:
    callers = GaugeMetricFamily("hotline_queue_callers", "Callers who wait now, by desk.", labels=["desk"])
    longest = GaugeMetricFamily(
        "hotline_queue_longest_wait_seconds",
        "How long the one has waited who waits longest now, by desk; 0 without any.",
        labels=["desk"],
    )
    waits_s: dict[str, list[float]] = {desk: [] for desk in desks.every if desk != NONE}
    for caller in found.waiting:
        waits_s[desks.label(caller.desk)].append(max(0.0, (at - caller.joined_at).total_seconds()))
    for desk, waited in waits_s.items():
        callers.add_metric([desk], len(waited))
        longest.add_metric([desk], max(waited, default=0))
    yield callers
    yield longest


def _waits(found: Findings, desks: DeskLabels) -> Metric:
    family = HistogramMetricFamily(
        "hotline_queue_wait_seconds",
        "Waits that ended today, from joining the desk's queue to leaving it, by desk and outcome.",
        labels=["desk", "outcome"],
    )
    merged: dict[tuple[str, str], list[WaitTally]] = {}
    for wait in found.waits:
        labels = desks.label(wait.desk), member(wait.outcome, QueueOutcome)
        merged.setdefault(labels, []).append(wait)
    for labels, waits in sorted(merged.items()):
        family.add_metric(
            labels, _buckets(waits, found.bounds_s), sum_value=sum(wait.total_s for wait in waits)
        )
    return family


def _buckets(waits: Sequence[WaitTally], bounds_s: Sequence[float]) -> list[tuple[str, float]]:
    """Cumulative counts by upper bound."""
    counts = [sum(wait.within[place] for wait in waits) for place in range(len(bounds_s))]
    bounds = [str(float(bound_s)) for bound_s in bounds_s]
    return [*zip(bounds, counts, strict=True), ("+Inf", sum(wait.waits for wait in waits))]


def _service_levels(found: Findings, desks: DeskLabels) -> Iterator[Metric]:
    aim = GaugeMetricFamily(
        "hotline_desk_service_level_seconds",
        "Within how many seconds an answer counts as in time, by desk, as the plan says.",
        labels=["desk"],
    )
    in_time = CounterMetricFamily(
        "hotline_queue_answered_in_time",
        "Waits of today that ended with an operator within the desk's service level.",
        labels=["desk"],
    )
    bridged = {wait.desk: wait.in_time for wait in found.waits if wait.outcome == QueueOutcome.BRIDGED}
    for desk in desks.desks:
        aim.add_metric([desk.id], desk.service_level_s)
        in_time.add_metric([desk.id], bridged.get(desk.id, 0))
    yield aim
    yield in_time


def _operators(operators: Sequence[OperatorRecord]) -> Metric:
    family = GaugeMetricFamily("hotline_operators", "Operators by what they do now.", labels=["state"])
    counts = Counter(one.state for one in operators)
    for state in OperatorState:
        family.add_metric([state], counts[state])
    return family


def _desk_operators(operators: Sequence[OperatorRecord], desks: DeskLabels) -> Metric:
    family = GaugeMetricFamily(
        "hotline_desk_operators",
        "Operators by desk and by what they do now; who sits at two desks is counted at both.",
        labels=["desk", "state"],
    )
    for desk in desks.desks:
        counts = Counter(one.state for one in operators if one.number in desk.operators)
        for state in OperatorState:
            family.add_metric([desk.id, state], counts[state])
    return family


def _phones(operators: Sequence[OperatorRecord], at: datetime) -> Iterator[Metric]:
    registering = [one for one in operators if one.registers]
    registered = sum(one.registered_until is not None and one.registered_until > at for one in registering)
    yield GaugeMetricFamily(
        "hotline_phones_expected", "Operators whose phones register at the edge.", value=len(registering)
    )
    yield GaugeMetricFamily(
        "hotline_phones_registered", "Those of them whose phone is registered now.", value=registered
    )
