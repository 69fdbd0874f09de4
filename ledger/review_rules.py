"""What the plan says of reviews: who looks twice, who publishes, how long one may appeal."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ledger.working_days import WorkingDays

_DIGEST_RANGE = 1 << 256


class WhySecond(StrEnum):
    """Why the plan wants a second review: the note of the step."""

    FATAL = "fatal"
    LOW_SCORE = "low_score"
    DRAWN = "drawn"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewRules:
    """The plan's section `review`, as the ledger's cases need it."""

    second_share: float = 0.1  # of reviews that are done a second time, blind; 0 to 1
    second_key: str = "second-review"  # of the draw: who knows it knows which calls are drawn
    second_when_fatal: bool = True  # always where a fatal finding stands
    second_below: float | None = 60.0  # always below this reviewed score; None: whatever the score
    publisher_differs: bool = False  # who publishes did not review
    decider_differs: bool = True  # who decides on an appeal had no part in what it is against
    appeal_days: int = 5  # working days after that of the publication
    calendar: WorkingDays = field(default_factory=WorkingDays)
    publishes_at_once: bool = False  # what needs neither a second review nor other eyes
    claim_minutes: float | None = 120.0  # a taken call that nobody touches goes back; None: never

    def draws(self, call_id: str) -> bool:
        """Whether the call is drawn for a second review: the same whenever and wherever it is asked."""
        digest = hmac.digest(self.second_key.encode(), call_id.encode(), hashlib.sha256)
        return int.from_bytes(digest) < self.second_share * _DIGEST_RANGE

    def why_second(self, call_id: str, *, score: float, is_fatal: bool) -> WhySecond | None:
        """Why a reviewed call is to be reviewed a second time; None: it is not."""
        if is_fatal and self.second_when_fatal:
            return WhySecond.FATAL
        if self.second_below is not None and score < self.second_below:
            return WhySecond.LOW_SCORE
        return WhySecond.DRAWN if self.draws(call_id) else None

    def appeal_until(self, published_at: datetime) -> datetime:
        """The moment after which nobody may appeal any more."""
        return self.calendar.end_after(published_at, self.appeal_days)
