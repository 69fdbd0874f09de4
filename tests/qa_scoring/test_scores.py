"""How points are lost: once or for each hit, up to a rule's and a dimension's limit, all for a fatal one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.records import Finding
from ledger.scores import losses, score_of
from ledger.states import Role, Verdict
from qa_scoring import judge
from tests.qa_scoring.language import pack_of, said
from tests.qa_scoring.talk import talk

CALL = talk((Role.OPERATOR, "不归我管"), (Role.CALLER, "什么"), (Role.OPERATOR, "不归我管有完没完"))
TABOO = "never_say: {any: [不归我管, 有完没完]}"


@pytest.mark.parametrize(
    ("more", "points"),
    [
        ("", 10.0),
        ("per_hit: true, ", 30.0),
        ("per_hit: true, most_points: 25, ", 25.0),
        ("per_hit: false, ", 10.0),
        ("fatal: true, ", 100.0),
    ],
)
def test_a_breach_costs(tmp_path: Path, more: str, points: float) -> None:
    """Its weight once, or for each moment up to `most_points`; a fatal one costs everything."""
    finding = said(tmp_path, CALL, more + TABOO)
    assert finding.points == points
    assert len(finding.more) == 2  # beside the one that is shown first


def test_a_dimension_loses_no_more_than_its_limit(tmp_path: Path) -> None:
    """Findings keep their own points; the score tells of each dimension what it took."""
    pack = pack_of(tmp_path, "dimensions: {亲: 15, 快: 1}\n", one=TABOO, two="say: {any: [您好]}")
    card = judge(CALL, pack)
    assert [finding.points for finding in card.findings] == [10.0, 10.0]
    assert card.score == 85.0
    assert [(loss.dimension, loss.points, loss.taken) for loss in losses(card.findings, card.limits)] == [
        ("亲", 20.0, 15.0)
    ]


def test_no_limit_stands_before_a_fatal_rule(tmp_path: Path) -> None:
    """A fatal breach makes the score nothing whatever its dimension may lose."""
    pack = pack_of(tmp_path, "dimensions: {亲: 15}\n", one=f"fatal: true, {TABOO}")
    assert judge(CALL, pack).score == 0.0


def test_findings_from_before_dimensions_were_kept_count_as_ever() -> None:
    """Their points are taken off, whatever limits there are."""
    old = Finding(rule="one", verdict=Verdict.FAIL, evidence=None, reason="", points=30.0)
    assert score_of([old, old], {"亲": 10.0}) == 40.0
