"""Canary calls and rules that do not deduct: what must raise an alarm."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from console.metrics.repository import Findings
from console.rules import rule_ids
from ledger.states import CanaryOutcome, RuleState

OTHER = "other"  # a rule that is in no pack any more


def collect(found: Findings, at: datetime) -> Iterator[Metric]:
    """The families. Canaries are counted over the last 24 hours."""
    yield _outcomes(found)
    yield GaugeMetricFamily(
        "hotline_canary_otherwise_calls",
        "Canary calls of the last 24 hours that went otherwise than written.",
        value=found.canaries.otherwise,
    )
    yield _missed(found)
    whole_at = found.canaries.whole_at
    yield GaugeMetricFamily(
        "hotline_canary_whole_seconds",
        "How long ago the newest canary call was placed that was scored in time; infinite without any.",
        value=(at - whole_at).total_seconds() if whole_at else math.inf,
    )
    yield _standings(found)


def _outcomes(found: Findings) -> Metric:
    family = GaugeMetricFamily(
        "hotline_canary_calls", "Canary calls of the last 24 hours by how far they came.", labels=["outcome"]
    )
    for outcome in CanaryOutcome:
        family.add_metric([outcome], found.canaries.outcomes.get(outcome, 0))
    return family


def _missed(found: Findings) -> Metric:
    family = GaugeMetricFamily(
        "hotline_canary_missed",
        "Canary calls of the last 24 hours that a rule judged otherwise than their truth.",
        labels=["rule"],
    )
    known = set(rule_ids())
    counts = Counter[str]()
    for rule, count in found.canaries.missed.items():
        counts[rule if rule in known else OTHER] += count
    for rule, count in sorted(counts.items()):
        family.add_metric([rule], count)
    return family


def _standings(found: Findings) -> Metric:
    family = GaugeMetricFamily(
        "hotline_rule_standings", "Rules by how far they are trusted, of all packs.", labels=["state"]
    )
    newest = {(each.pack, each.rule): each for each in sorted(found.standings, key=lambda one: one.since)}
    counts = Counter(standing.state for standing in newest.values())
    for state in RuleState:
        family.add_metric([state], counts[state])
    return family
