"""What the metrics ask of the ledger: one state of it for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ledger import canaries, checks, rule_audits, wallboard
from ledger.accounts import ASKED_AGAIN, INVITES, count_lost
from ledger.archived import Spooled, spooled
from ledger.backlog import Progress, progress
from ledger.canaries import CanaryTally
from ledger.checks import Check
from ledger.clock import now
from ledger.edge_counts import counts_since
from ledger.lines import LineRecord, list_lines
from ledger.operators import OperatorRecord, list_operators
from ledger.rule_audits import Standing
from ledger.waiting import Waiting
from ledger.wallboard import Backlog, CallTally, WaitTally

CANARIES_OF = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """What the ledger said at one scrape. The bounds belong to `waits`."""

    calls: Sequence[CallTally]
    waits: Sequence[WaitTally]
    bounds_s: Sequence[float]
    waiting: Sequence[Waiting]
    in_progress: Mapping[str | None, int]  # calls by line
    operators: Sequence[OperatorRecord]
    lines: Sequence[LineRecord]
    backlogs: Sequence[Backlog]
    progress: Progress
    spooled: Spooled
    unrecorded: int  # answered calls without a recording
    edge: Mapping[str, int]  # what it dropped, by verdict
    check: Check | None  # the newest
    canaries: CanaryTally  # of the last 24 hours
    standings: Sequence[Standing]  # of all rules' contents, also of older ones


def find(session: Session, since: datetime, bounds_s: Sequence[float]) -> Findings:
    """Ask for everything."""
    return Findings(
        calls=wallboard.calls_since(session, since),
        waits=wallboard.waits_since(session, since, bounds_s),
        bounds_s=bounds_s,
        waiting=wallboard.waiting_now(session),
        in_progress=wallboard.calls_in_progress(session),
        operators=list_operators(session),
        lines=list_lines(session),
        backlogs=wallboard.backlogs(session),
        progress=progress(session),
        spooled=spooled(session),
        unrecorded=count_lost(session, since),
        edge=_dropped(session, since),
        check=checks.newest(session, checks.RECONCILE),
        canaries=canaries.tally(session, now() - CANARIES_OF),
        standings=rule_audits.standings(session),
    )


def _dropped(session: Session, since: datetime) -> Mapping[str, int]:
    counts = counts_since(session, since)
    return {verdict: count for verdict, count in counts.items() if verdict not in {INVITES, ASKED_AGAIN}}
