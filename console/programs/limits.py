"""How often somebody may ask under `/api`: a token bucket for each caller, in this process's memory."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from console.errors import TooManyRequests

MOST_KEPT = 10_000  # callers; those that asked longest ago are forgotten first, which fills their buckets


@dataclass(slots=True)
class Bucket:
    """What is left to a caller, and when that was so."""

    left: float
    at_s: float


class RateLimits:
    """Buckets that hold a minute's requests and fill steadily. Safe for several threads."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: str) -> None:
        """Count one request. Raises TooManyRequests."""
        with self._lock:
            bucket = self._filled(caller)
            if bucket.left < 1:
                raise TooManyRequests(math.ceil((1 - bucket.left) * 60 / self._per_minute))
            bucket.left -= 1

    def _filled(self, caller: str) -> Bucket:
        moment = self._clock()
        bucket = self._buckets.pop(caller, None) or Bucket(left=self._per_minute, at_s=moment)
        gained = (moment - bucket.at_s) * self._per_minute / 60
        bucket.left, bucket.at_s = min(self._per_minute, bucket.left + gained), moment
        self._buckets[caller] = bucket
        while len(self._buckets) > MOST_KEPT:
            self._buckets.popitem(last=False)
        return bucket
