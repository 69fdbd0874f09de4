"""How far each rule is trusted: decided by itself every night, or by a lead with a reason.

The policy is `qa_scoring.auditing.state_of` for one source; here is which source decides. See
docs/audit-of-rules.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from hotline.auditing import Content, Evidence, canary_evidence, people_evidence
from ledger import rule_audits
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import BadPack, Conflict, NotFound
from ledger.rule_audits import Standing
from ledger.settings import Settings
from ledger.states import EvidenceSource, RuleState
from qa_scoring import load_packs
from qa_scoring.auditing import Share, state_of
from qa_scoring.pack_files import Pack, Packs

EVIDENCE_DAYS = 180  # how far back canaries and people speak for a rule
BY_ITSELF = "hotline rules audit"

log = structlog.get_logger(__name__)


def decide_tonight(settings: Settings, ledger: Ledger) -> None:
    """The nightly run, by people's decisions and canaries. Packs with mistakes change nothing."""
    try:
        packs = load_packs(settings.packs_dir)
    except BadPack as error:
        log.error("rules_not_audited", cause=str(error))  # noqa: TRY400 - a person's mistake, in a sentence
        return
    since = now() - timedelta(days=EVIDENCE_DAYS)
    with ledger.reading() as session:  # long: no writer waits for it
        evidence = [people_evidence(session, since), canary_evidence(session, since)]
    with ledger.transaction() as session:
        changed = decide(session, packs, evidence)
    for each in changed:
        log.warning("rule_stands_anew", pack=each.pack, rule=each.rule, state=each.state, why=each.why)
    log.info("rules_audited", changed=len(changed))


def decide(
    session: Session, packs: Packs, evidence: Sequence[Evidence], *, at: datetime | None = None
) -> list[Standing]:
    """Keep how every rule of every pack stands now; returns the standings whose state has changed."""
    known = {(each.pack, each.rule, each.rule_hash): each for each in rule_audits.standings(session)}
    found = (
        stand(pack, content, evidence, known.get((pack.id, *content)), at=at or now())
        for pack in packs.packs
        for content in pack.fingerprints.items()
    )
    return [standing for standing in found if standing and rule_audits.keep(session, standing)]


def stand(
    pack: Pack, content: Content, evidence: Sequence[Evidence], before: Standing | None, *, at: datetime
) -> Standing | None:
    """How a rule stands by the nearest source that has enough to say; None: as before.

    Sources are asked in the order of `EvidenceSource`: what people say of real calls goes before what
    synthetic calls show. What one source has decided, one that is less near does not overrule, and evidence
    that has grown old or is not asked in this run takes no decision back. Where a person reinstated the rule
    only what was told since then counts.
    """
    since = before.counted_from if before else None
    decided = before is not None and before.state is not RuleState.ON_TRIAL
    by_source = {each.source: each for each in evidence}
    most = Share()
    for source in EvidenceSource:
        share = by_source[source].precision(content, since) if source in by_source else Share()
        state = state_of(share, pack.precision_floor)
        if state is not RuleState.ON_TRIAL:
            return _standing(pack, content, state, source, share=share, since=since, at=at)
        if decided and before and before.source is source:
            return None
        most = max(most, share, key=lambda one: one.of)
    if decided:  # by a person
        return None
    return _standing(pack, content, RuleState.ON_TRIAL, None, share=most, since=since, at=at)


def reinstate(session: Session, pack: Pack, rule: str, *, by: str, why: str) -> Standing:
    """A lead lets a suspended rule deduct again; what is known until now is set aside.

    Raises NotFound where the pack has no such rule, Conflict where it is not suspended.
    """
    rule_hash = pack.fingerprints.get(rule)
    if rule_hash is None:
        raise NotFound(f"pack {pack.id} has no rule {rule!r}; rules are {', '.join(pack.fingerprints)}")
    state = rule_audits.states(session, pack.id, pack.fingerprints)[rule]
    if state is not RuleState.SUSPENDED:
        raise Conflict(f"rule {rule!r} of {pack.id} is {state}, and deducts; nothing is to be reinstated")
    at = now()
    standing = Standing(
        pack=pack.id,
        pack_version=pack.version,
        rule=rule,
        rule_hash=rule_hash,
        state=RuleState.TRUSTED,
        precision_floor=pack.precision_floor,
        since=at,
        counted_from=at,
        decided_by=by,
        why=why,
    )
    rule_audits.keep(session, standing)
    return standing


def _standing(
    pack: Pack,
    content: Content,
    state: RuleState,
    source: EvidenceSource | None,
    *,
    share: Share,
    since: datetime | None,
    at: datetime,
) -> Standing:
    interval = share.interval
    return Standing(
        pack=pack.id,
        pack_version=pack.version,
        rule=content[0],
        rule_hash=content[1],
        state=state,
        source=source,
        flagged=share.of,
        rightly=share.hits,
        lower_bound=interval.low if interval else None,
        precision_floor=pack.precision_floor,
        counted_from=since,
        since=at,
        decided_by=BY_ITSELF,
        why=f"{share.hits} of {share.of} fails were right" if share.of else "no cases",
    )
