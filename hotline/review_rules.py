"""What the plan says of reviews, as the ledger's cases need it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ledger.review_rules import ReviewRules
from ledger.working_days import WorkingDays
from sip_config import Plan
from sip_config.hours import ALWAYS

DAYS_OF_A_WEEK = range(7)


def review_rules_of(plan: Plan) -> ReviewRules:
    """The plan's section `review`."""
    review = plan.review
    return ReviewRules(
        second_share=review.second_review.share,
        second_key=review.second_review.key,
        second_when_fatal=review.second_review.when_fatal,
        second_below=review.second_review.below,
        publisher_differs=review.four_eyes.publish,
        decider_differs=review.four_eyes.decide,
        appeal_days=review.appeal_days,
        calendar=_calendar(plan),
        publishes_at_once=review.publish == "at_once",
        claim_minutes=review.claim_minutes,
    )


def _calendar(plan: Plan) -> WorkingDays:
    """Days on which the calendar's hours open at all; without one Monday to Friday."""
    zone = ZoneInfo(plan.prompts.timezone)
    if plan.review.calendar is None:
        return WorkingDays(zone=zone)
    if plan.review.calendar == ALWAYS:
        return WorkingDays(weekdays=frozenset(DAYS_OF_A_WEEK), zone=zone)
    hours = plan.hours[plan.review.calendar]
    return WorkingDays(
        weekdays=frozenset(day for day in DAYS_OF_A_WEEK if hours.weekly.spans(day)),
        holidays=frozenset(hours.holidays),
        extra_days=frozenset(hours.working_days),
        zone=ZoneInfo(hours.timezone),
    )
