"""How many calls of each stratum: whole numbers that add up, within what there is and the minimum."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from qa_scoring.sampling.plan import Allocation, Amount, BadSamplePlan, Window

WEEK = re.compile(r"week=(\d{4})-W(\d{2})")
WEEK_DAYS = 7


def allocate(amount: Amount, calls: Mapping[str, int], window: Window) -> dict[str, int]:
    """Sample sizes by stratum, for strata with so many calls. Raises BadSamplePlan."""
    if amount.operator_week:
        weekly = {stratum: amount.operator_week * _share_of_week(stratum, window) for stratum in calls}
        return {
            stratum: min(calls[stratum], max(amount.minimum, int(wished + 0.5)))
            for stratum, wished in weekly.items()
        }
    least = {stratum: min(count, amount.minimum) for stratum, count in calls.items()}
    total = min(sum(calls.values()), _total(amount, sum(calls.values())))
    if total < sum(least.values()):
        raise BadSamplePlan(
            f"sample: {total} calls are too few for {len(calls)} strata with a minimum of {amount.minimum}; "
            f"draw at least {sum(least.values())}, or name fewer strata"
        )
    return apportion(total, _weights(amount, calls), least=least, most=calls)


def apportion(
    total: int, weights: Mapping[str, float], *, least: Mapping[str, int], most: Mapping[str, int]
) -> dict[str, int]:
    """`total` by weights within bounds, by largest remainders; equal ones go to the first by name."""
    shares = _bounded_shares(total, weights, least, most)
    whole = {name: int(share + 1e-9) for name, share in shares.items()}
    missing = total - sum(whole.values())
    order = sorted(shares, key=lambda name: (whole[name] - shares[name], name))
    for name in [name for name in order if whole[name] < most[name]][:missing]:
        whole[name] += 1
    return whole


def _bounded_shares(
    total: int, weights: Mapping[str, float], least: Mapping[str, int], most: Mapping[str, int]
) -> dict[str, float]:
    """Shares `clip(factor * weight)` that add up to the total; the factor by bisection."""
    low, high = 0.0, (total + max(most.values()) + 1) / min(weights.values())
    shares: dict[str, float] = {}
    for _ in range(200):
        factor = (low + high) / 2
        shares = {name: min(most[name], max(least[name], factor * weights[name])) for name in weights}
        if sum(shares.values()) < total:
            low = factor
        else:
            high = factor
    return shares


def _total(amount: Amount, calls: int) -> int:
    return amount.total or max(1, round((amount.share or 0.0) * calls))


def _weights(amount: Amount, calls: Mapping[str, int]) -> dict[str, float]:
    if amount.allocation is Allocation.PROPORTIONAL:
        return {stratum: float(count) for stratum, count in calls.items()}
    unknown = [stratum for stratum in calls if stratum not in amount.spreads]
    if unknown and amount.other_spread is None:
        raise BadSamplePlan(
            f"sample: spreads names no spread of {unknown[0]!r} (and of {len(unknown) - 1} more); "
            "add it, or give other_spread"
        )
    other = amount.other_spread or 0.0
    return {stratum: count * amount.spreads.get(stratum, other) for stratum, count in calls.items()}


def _share_of_week(stratum: str, window: Window) -> float:
    found = WEEK.search(stratum)
    assert found is not None
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    first, end = max(monday, window.first), min(monday + timedelta(days=WEEK_DAYS), window.end)
    return max(0, (end - first).days) / WEEK_DAYS
