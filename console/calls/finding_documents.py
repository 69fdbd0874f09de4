"""Findings as JSON documents, of a call's scorecard and of its later parts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pydantic import BaseModel

from ledger.later_parts import LaterPart
from ledger.records import Evidence, Finding
from ledger.states import Verdict


class EvidenceDocument(BaseModel):
    """The moment a finding rests on, in seconds from the answer."""

    start_s: float
    end_s: float
    text: str
    likeness: float


class MomentDocument(EvidenceDocument):
    """A further moment, with what the finding itself says of its evidence."""

    phrase: str
    sound: str


class FindingDocument(BaseModel):
    """One rule's finding."""

    rule: str
    verdict: Verdict
    evidence: EvidenceDocument | None
    reason: str
    phrase: str  # what was meant by the evidence's words; empty where nothing was compared
    sound: str  # of the evidence: clear, doubtful or unusable; empty where that is not known
    more: list[MomentDocument]  # further moments
    points: float  # off the score, before the dimension's limit
    held: bool  # a fail that deducts nothing, since its rule is not trusted
    dimension: str


class LaterPartDocument(BaseModel):
    """What was found in a conversation after the first one of a transferred call."""

    conversation_id: int
    call_id: str
    operator: str
    desk: str
    team: str | None
    pack: str
    pack_version: str
    score: float
    flags: list[str]
    findings: list[FindingDocument]
    judged_at: datetime


def finding_document(finding: Finding) -> FindingDocument:
    """A finding for the API."""
    evidence = finding.evidence
    return FindingDocument(
        rule=finding.rule,
        verdict=finding.verdict,
        evidence=_evidence_document(evidence) if evidence else None,
        reason=finding.reason,
        phrase=evidence.phrase if evidence else "",
        sound=evidence.sound if evidence else "",
        more=[MomentDocument(**asdict(each)) for each in finding.more],
        points=finding.points,
        held=finding.held,
        dimension=finding.dimension,
    )


def later_part_document(part: LaterPart) -> LaterPartDocument:
    """A later part for the API."""
    return LaterPartDocument(
        conversation_id=part.conversation_id,
        call_id=part.call_id,
        operator=part.operator,
        desk=part.desk,
        team=part.team,
        pack=part.card.pack,
        pack_version=part.card.pack_version,
        score=part.card.score,
        flags=list(part.card.flags),
        findings=[finding_document(finding) for finding in part.card.findings],
        judged_at=part.created_at,
    )


def _evidence_document(evidence: Evidence) -> EvidenceDocument:
    return EvidenceDocument(
        start_s=evidence.start_s, end_s=evidence.end_s, text=evidence.text, likeness=evidence.likeness
    )
