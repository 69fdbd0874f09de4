"""Plans: every mistake told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_scoring.sampling import BadSamplePlan, load_sample_plan
from qa_scoring.sampling.plan import Dimension

GOOD = """\
id: november
title: 十一月抽样
window: {from: 2026-11-01, to: 2026-12-01}
strata: [operator, new_staff]
new_staff: {days: 30, since: {8001: 2026-11-03}}
sample: {total: 400}
"""


def written(folder: Path, text: str) -> Path:
    """A plan's file."""
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_plan_reads_as_it_is_written(tmp_path: Path) -> None:
    """A number without quotes is an operator too."""
    plan = load_sample_plan(written(tmp_path, GOOD))
    assert plan.strata == (Dimension.OPERATOR, Dimension.NEW_STAFF)
    assert list(plan.new_staff.since) == ["8001"]
    assert type(plan).model_validate(plan.document) == plan


@pytest.mark.parametrize(
    ("line", "instead", "number", "says"),
    [
        ("sample: {total: 400}", "sample: {total: 400, share: 0.1}", 6, "exactly one of total, share"),
        ("sample: {total: 400}", "sample: {}", 6, "here is none"),
        ("sample: {total: 400}", "sample: {total: 400, allocation: neyman}", 6, "spreads and"),
        ("sample: {total: 400}", "sample: {operator_week: 5}", 1, "leave strata out"),
        ("sample: {total: 400}", "sampel: {total: 400}", 6, "there is no such key"),
        ("to: 2026-12-01", "to: 2026-10-01", 3, "ends (2026-10-01) before it begins"),
        ("[operator, new_staff]", "[operator, moon]", 4, "'moon'"),
        ("[operator, new_staff]", "[operator, operator]", 4, "twice"),
        ("id: november", "id: November!", 1, "pattern"),
    ],
)
def test_each_mistake_names_its_line(tmp_path: Path, line: str, instead: str, number: int, says: str) -> None:
    """FILE:LINE: key: what is allowed."""
    path = written(tmp_path, GOOD.replace(line, instead))
    with pytest.raises(BadSamplePlan) as refused:
        load_sample_plan(path)
    assert any(
        told.startswith(f"{path}:{number}: ") and says in told for told in str(refused.value).splitlines()
    ), refused.value


def test_a_floor_that_leaves_calls_out_is_refused(tmp_path: Path) -> None:
    """Risk-weighted, but never only the flagged."""
    text = GOOD + "select: risk\nrisk: {floor: 0.0}\n"
    with pytest.raises(BadSamplePlan, match=r"plan.yaml:8: risk.floor: .*0.05"):
        load_sample_plan(written(tmp_path, text))
