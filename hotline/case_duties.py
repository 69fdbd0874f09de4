"""What the clock does to cases: limits of appeals that have passed, taken calls that nobody touches."""

from __future__ import annotations

import structlog

from hotline.plans import plan_of
from hotline.review_rules import review_rules_of
from ledger import cases
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import PlanError
from ledger.settings import Settings

log = structlog.get_logger(__name__)


def move_cases(settings: Settings, ledger: Ledger) -> None:
    """Close and give back what time is over for. A plan with mistakes keeps no limit from passing."""
    with ledger.transaction() as session:
        closed = cases.close_overdue(session, now())
    for call_id in closed:
        log.info("case_closed", call_id=call_id)
    try:
        rules = review_rules_of(plan_of(settings))
    except PlanError as error:
        log.error("claims_not_returned", cause=str(error))  # noqa: TRY400 - a person's mistake, in a sentence
        return
    with ledger.transaction() as session:
        returned = cases.return_stale(session, now(), rules)
    for call_id in returned:
        log.info("claim_returned", call_id=call_id)
