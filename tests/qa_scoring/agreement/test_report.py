"""A round's report: what is compared with what."""

from __future__ import annotations

import json

import pytest

from ledger.states import Verdict
from qa_scoring.agreement import Judgement, Why, report_on
from qa_scoring.agreement.report import SCORE

PASS, FAIL, UNSURE = Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL


def judged(
    unit: str,
    rater: str,
    greeting: Verdict,
    score: float = 90,
    *,
    machine: Verdict | None = PASS,
    **more: int,
) -> Judgement:
    """A review of two rules, of which the machine has judged one."""
    return Judgement(
        unit=unit,
        rater=rater,
        verdicts={"greeting": greeting, "closing": PASS},
        marks={"快": more.get("mark", 4)},
        score=score,
        occasion=more.get("occasion", 1),
        is_reference=rater == "expert",
        machine={"greeting": machine} if machine else None,
    )


# Li and Wang differ on two of five calls, one of them by a step in the mark; the machine passes all.
DOUBLE = [
    *(judged(f"1/{n}", "li", FAIL if n < 2 else PASS, 90 - n, mark=n) for n in range(5)),
    *(judged(f"1/{n}", "wang", FAIL if n in {0, 4} else PASS, 80 - n, mark=min(n, 3)) for n in range(5)),
]


def test_raters_are_held_against_each_other_and_the_machine() -> None:
    """Rule by rule; what the machine has not judged is left out there; bias tells who fails more often."""
    report = report_on(DOUBLE, seed=3)
    greeting, closing = report.between
    assert (greeting.rule, greeting.agreement.value, greeting.agreement.n) == ("greeting", 0.6, 5)
    assert greeting.kappa.value == pytest.approx(1 / 6)  # 0.6 observed, 0.4 * 0.4 + 0.6 * 0.6 by chance
    assert greeting.beside.prevalence == pytest.approx({"fail": 0.4, "pass": 0.6})
    assert greeting.beside.bias_index is None
    assert (closing.kappa.why, closing.alpha.why) == (Why.ONE_CATEGORY, Why.ONE_CATEGORY)
    machine, silent = report.machine
    assert (machine.agreement.value, machine.agreement.n) == (pytest.approx(0.6), 5)
    assert machine.beside.bias_index == pytest.approx(0.4)
    assert (silent.agreement.n, silent.kappa.why) == (0, Why.NOTHING_SHARED)


def test_marks_and_scores_have_their_own_scales() -> None:
    """Two raters' marks have a weighted kappa; scores lie ten points apart."""
    marks, score = report_on(DOUBLE, seed=3).scales
    assert marks.kappa is not None
    assert marks.kappa.value is not None
    assert marks.alpha.value is not None
    assert min(marks.kappa.value, marks.alpha.value) > 0.9
    assert marks.difference == pytest.approx(0.2)
    assert (score.scale, score.difference, score.kappa) == (SCORE, 10, None)


def test_each_rater_has_a_row_and_the_expert_is_none_among_others() -> None:
    """She stands last and in `with_reference`; scores are held against hers; repeats count nowhere else."""
    judgements = [
        *DOUBLE,
        *(judged(f"1/{n}", "expert", FAIL if n < 2 else PASS, 70 - n) for n in range(5)),
        judged("1/0", "li", FAIL, 94, occasion=2),
        judged("1/1", "li", PASS, 89, occasion=2),
    ]
    report = report_on(judgements, seed=3)
    assert report.raters == ("li", "wang")
    assert report.between == report_on(DOUBLE, seed=3).between
    li, wang, expert = report.people
    assert (expert.rater, expert.is_reference, expert.with_reference) == ("expert", True, None)
    assert li.with_reference is not None
    assert wang.with_reference is not None
    assert (li.with_reference.value, wang.with_reference.value) == (1, pytest.approx(1 - 0.2 / 0.32))
    assert (li.score_difference, wang.score_difference) == (20, 10)
    assert (li.judged, li.retest.value, li.retest.n) == (5, 0.75, 2)
    assert li.cws.inconsistency == pytest.approx((4**2 / 2 + 0**2 / 2) / 2)
    assert (wang.cws.why, wang.retest.why) == (Why.NO_REPEATS, Why.NO_REPEATS)


def test_the_report_is_a_document_with_its_conventions() -> None:
    """It can be written as JSON as it is, and names where its words are from; an empty one too."""
    document = json.loads(json.dumps(report_on(DOUBLE, seed=3).document))
    assert document["between"][0]["landis_koch"] == "slight"
    assert document["between"][0]["krippendorff"] == "unreliable"
    assert set(document["conventions"]) == {"landis_koch", "krippendorff"}
    empty = report_on([], seed=3)
    assert (empty.units, empty.between, empty.people) == (0, (), ())
    assert json.dumps(empty.document)


def test_the_same_seed_gives_the_same_report() -> None:
    """Also with three raters who did not all judge every call, in any order of reviews."""
    more = [
        *DOUBLE[:8],
        judged("1/4", "zhao", PASS),
        judged("2/0", "zhao", UNSURE),
        judged("2/0", "li", PASS),
    ]
    assert report_on(more, seed=9) == report_on(more, seed=9)
    values = [[row.kappa.value for row in report_on(order, seed=9).between] for order in (more, more[::-1])]
    assert values[0] == pytest.approx(values[1])
