"""Every INVITE accounted for: what the edge counted, what the lines wrote down, and what is on disk."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import structlog

from hotline.tidying import captured_calls
from ledger import accounts, checks
from ledger.accounts import EdgeSums, Invite
from ledger.chain import Scope
from ledger.clock import now
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.states import CallState, Reason, Result
from recorder.opening import Recordings
from recorder.shelf import Shelf
from recorder.verifying import Verifier

RUNNING = (CallState.RECEIVED, CallState.ANSWERED, CallState.ENDED)
RUNS_AT_MOST = timedelta(days=1)  # longer than any call and any stage's patience: then somebody must look
BUSY_REASONS = (Reason.LINES_BUSY, Reason.TOO_MANY_CALLS, Reason.LINE_SILENT, Reason.DRAINING)
NOT_REACHED_REASONS = (Reason.NO_ANSWER, Reason.BUSY, Reason.REJECTED, Reason.UNALLOCATED, Reason.UNREACHABLE)
RECORDED, STILL_RUNNING, UNEXPLAINED = "recorded", "running", "unexplained"
MOST_NAMED = 1000  # ids in one document; the counts are whole

log = structlog.get_logger(__name__)


class Explanation(StrEnum):
    """Why an INVITE has no recording: the closed set."""

    ABANDONED = "abandoned_before_answer"
    REFUSED = "refused"
    BUSY = "busy"
    FAILED = "failed_with_cause"
    FEATURE_CODE = "feature_code"  # an operator's phone changed a state; nobody called
    NOT_REACHED = "not_reached"  # we called, and nobody came to the telephone
    DELETED = "deleted_by_retention"


@dataclass(frozen=True, kw_only=True)
class Account:
    """The sum of all INVITEs. Ids are given for what needs a look."""

    invites: int
    recorded: int
    rescued_short: int  # of the recorded: they end where their line died
    explanations: dict[str, int]
    running: int  # talking now, or waiting to be sealed
    unexplained: tuple[str, ...]
    unknown_captures: tuple[str, ...]  # on disk, of calls that have no row or are said to be unrecorded
    edge: EdgeSums
    broken_seals: tuple[str, ...]  # calls, or places in the chain, of which verifying complains

    @property
    def unexplained_count(self) -> int:
        """INVITEs of which nobody can say what became of them."""
        return len(self.unexplained) + len(self.unknown_captures) + self.edge.without_row

    @property
    def is_clean(self) -> bool:
        """Whether nothing is missing and no seal is broken."""
        return not (self.unexplained_count or self.broken_seals)

    @property
    def document(self) -> dict[str, Any]:
        """The contract's shape, with the ids beside the counts."""
        return {
            "invites": self.invites,
            "recorded": self.recorded,
            "explained": sum(self.explanations.values()),
            "running": self.running,
            "unexplained": self.unexplained_count,
            "broken_seals": len(self.broken_seals),
            "explanations": self.explanations,
            "rescued_short": self.rescued_short,
            "edge": self.edge.document,
            "unexplained_calls": list(self.unexplained[:MOST_NAMED]),
            "unknown_captures": list(self.unknown_captures[:MOST_NAMED]),
            "broken_seal_calls": list(self.broken_seals[:MOST_NAMED]),
        }


def reconcile_calls(ledger: Ledger, shelf: Shelf, capture_dir: Path, since: date | None = None) -> Account:
    """Compare them for all calls, or for those since the beginning of a day (UTC)."""
    scope = Scope(first=since)
    report = Verifier(ledger, shelf, scope).verify()
    broken = dict.fromkeys(problem.call_id or problem.says for problem in report.problems)
    captured = captured_calls(capture_dir)  # before the rows are read: a call has its row before its capture
    kinds: Counter[str] = Counter()
    unexplained, rescued = [], 0
    with ledger.reading() as session:
        for invite in accounts.invites(session, scope):
            kind = "broken" if invite.call_id in broken else _kind_of(invite)
            kinds[kind] += 1
            rescued += bool(invite.rescued)
            if kind == UNEXPLAINED:
                unexplained.append(invite.call_id)
        unknown = accounts.unknown_captures(session, captured)
        edge = accounts.edge_sums(session, scope)
    return Account(
        invites=kinds.total(),
        recorded=kinds[RECORDED],
        rescued_short=rescued,
        explanations={each.value: kinds[each] for each in Explanation},
        running=kinds[STILL_RUNNING],
        unexplained=tuple(unexplained),
        unknown_captures=tuple(unknown),
        edge=edge,
        broken_seals=tuple(broken),
    )


def reconcile_and_keep(settings: Settings, ledger: Ledger, since: date | None = None) -> Account:
    """Reconcile, keep the result for the metrics, and raise the alarm where something is wrong."""
    shelf = Recordings(settings)
    account = reconcile_calls(ledger, shelf, settings.capture_dir, since)
    with ledger.transaction() as session:
        checks.keep(session, checks.RECONCILE, account.is_clean, account.document)
    told = {"unexplained": account.unexplained_count, "broken_seals": len(account.broken_seals)}
    if account.is_clean:
        log.info("calls_reconciled", invites=account.invites, **told)
    else:
        log.error("calls_unaccounted", **told, calls=[*account.unexplained, *account.broken_seals][:20])
    return account


def check_last_days(settings: Settings, ledger: Ledger) -> None:
    """The nightly check: of the last days only, since it reads every recording of them."""
    reconcile_and_keep(settings, ledger, (now() - timedelta(days=settings.check_days)).date())


def _kind_of(invite: Invite) -> str:
    if invite.is_recorded:
        return RECORDED
    if invite.is_deleted:
        return Explanation.DELETED
    if invite.state in RUNNING:
        return STILL_RUNNING if now() - invite.received_at < RUNS_AT_MOST else UNEXPLAINED
    if invite.is_lost:
        return Explanation.FAILED
    return _explanation(invite) if invite.state == CallState.UNRECORDED else UNEXPLAINED


def _explanation(invite: Invite) -> str:
    """Why a call that nobody answered has no recording. One that was served and has none is a riddle."""
    if invite.reason == Reason.FEATURE_CODE:
        return Explanation.FEATURE_CODE
    if invite.reason in NOT_REACHED_REASONS:
        return Explanation.NOT_REACHED
    if invite.reason in BUSY_REASONS:
        return Explanation.BUSY
    known = {
        Result.ABANDONED: Explanation.ABANDONED,
        Result.REFUSED: Explanation.REFUSED,
        Result.FAILED: Explanation.FAILED,
    }
    result = Result(invite.result) if invite.result and invite.reason else None
    return known.get(result, UNEXPLAINED) if result else UNEXPLAINED
