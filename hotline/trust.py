"""Which rules of a pack deduct: what the pack asks of them, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger import rule_audits
from ledger.states import RuleState
from qa_scoring.pack_files import Pack


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Ids of rules that judge and deduct nothing, for `qa_scoring.judge`."""

    suspended: frozenset[str]
    on_trial: frozenset[str]  # only where the pack says that a rule on trial deducts nothing


def held_rules(session: Session, pack: Pack) -> Held:
    """As the ledger has them now."""
    states = rule_audits.states(session, pack.id, pack.fingerprints)
    suspended = frozenset(rule for rule, state in states.items() if state is RuleState.SUSPENDED)
    on_trial = frozenset(rule for rule, state in states.items() if state is RuleState.ON_TRIAL)
    return Held(suspended=suspended, on_trial=frozenset() if pack.trial_deducts else on_trial)
