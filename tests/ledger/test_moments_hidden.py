"""A finding's further moments tell no more than its evidence: neither what is masked nor secrets."""

from __future__ import annotations

import pytest

from ledger import calls, judgements
from ledger.database import Ledger
from ledger.masks import Span, mask_call
from ledger.records import Evidence, Finding, Scorecard, Secret, Transcript, Turn
from ledger.redaction.hiding import Veil
from ledger.states import Role, SecretKind, Verdict

TURNS = (
    Turn(role=Role.OPERATOR, start_s=0.0, end_s=2.0, text="喂您好"),
    Turn(role=Role.OPERATOR, start_s=5.0, end_s=9.0, text="密码是芝麻开门"),
)
FIRST = Evidence(start_s=0.0, end_s=1.0, text="喂", likeness=1.0)
SECOND = Evidence(start_s=5.0, end_s=9.0, text="密码是芝麻开门", likeness=1.0, phrase="密码是")
FINDING = Finding(rule="r", verdict=Verdict.FAIL, evidence=FIRST, reason="两处", points=5.0, more=(SECOND,))


@pytest.fixture
def kept(ledger: Ledger) -> Ledger:
    """A call with a finding of two moments."""
    heard = Transcript(model="small", model_sha256="0" * 64, recording_sha256="1" * 64, turns=TURNS)
    card = Scorecard(pack="p", pack_version="1", score=95.0, flags=(), findings=(FINDING,))
    with ledger.transaction() as session:
        calls.add_call(session, call_id="a", hotline="114")
        judgements.save_scorecard(session, "a", judgements.save_transcript(session, "a", heard), card)
    return ledger


def test_what_is_masked_is_in_no_moment(kept: Ledger) -> None:
    """Only moments of the masked span are hidden, in the ledger itself."""
    with kept.transaction() as session:
        mask_call(session, "a", [Span(start_s=4.0, end_s=10.0)])
    with kept.transaction() as session:
        newest = judgements.newest_scorecard(session, "a")
    assert newest is not None
    finding = newest.findings[0]
    assert finding.evidence == FIRST
    assert [each.text for each in finding.more] == ["＊" * 7]


def test_a_secret_is_in_no_moment() -> None:
    """For those who may not see it."""
    secret = Secret(kind=SecretKind.ADDRESS, turn=1, first=3, last=7, start_s=6.0, end_s=9.0)
    hidden = Veil.of(TURNS, [secret]).over_finding(FINDING)
    assert hidden.evidence == FIRST
    assert [each.text for each in hidden.more] == ["密码是●●●●"]
