"""Every rule against its own cases; each test's id is rule and case."""

from __future__ import annotations

import pytest

from qa_scoring.cases import RuleCase, rule_cases, run_case
from qa_scoring.pack_files import Packs, load_packs


@pytest.fixture(scope="module")
def packs() -> Packs:
    """The standard packs, read once."""
    return load_packs()


@pytest.mark.parametrize("case", rule_cases(), ids=lambda case: f"{case.rule}/{case.case}")
def test_rule_judges_its_case(packs: Packs, case: RuleCase) -> None:
    """A rule says of each of its cases what the case expects."""
    result = run_case(packs, case)
    assert result.is_right, f"{result.got}: {result.reason}"
