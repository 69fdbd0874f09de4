"""The examples and figures of docs/sampling.md hold."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from qa_scoring.sampling import load_sample_plan, sizes
from qa_scoring.sampling.numbers import Purpose, random_number
from qa_scoring.sampling.plan import Selection

PAGE = (Path(__file__).parents[3] / "docs" / "sampling.md").read_text(encoding="utf-8")
BOUND, TRUE = 0.27 / 10_000, 0.1 / 10_000


def test_the_pages_plans_load(tmp_path: Path) -> None:
    """Both, without a mistake."""
    path = tmp_path / "plan.yaml"
    plans = []
    for text in re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL):
        path.write_text(text, encoding="utf-8")
        plans.append(load_sample_plan(path))
    assert [(plan.id, plan.select) for plan in plans] == [
        ("november", Selection.SIMPLE),
        ("risky", Selection.RISK),
    ]


def test_the_pages_table_is_what_the_command_computes() -> None:
    """Calls to hear, of three million too, and the chance."""
    rows = re.findall(r"^\| (\d+) \| ([\d,]+) \| ([\d,]+) \| (\d+) % \|$", PAGE, flags=re.MULTILINE)
    assert len(rows) == 6
    for allowed, calls, of_three_million, chance in rows:
        told = sizes.showing(BOUND, allowed=int(allowed), true_rate=TRUE)
        assert told.calls == int(calls.replace(",", ""))
        assert told.power == pytest.approx(int(chance) / 100, abs=0.006)
        finite = sizes.to_show_below(BOUND, allowed=int(allowed), population=3_000_000)
        assert finite == int(of_three_million.replace(",", ""))


def test_the_pages_two_steps_are_what_the_command_computes() -> None:
    """581,332 judged, 587 heard, 7 allowed."""
    told = sizes.doubling(BOUND, sensitivity=0.95, specificity=0.999, planted=300, true_rate=TRUE)
    assert told is not None
    assert f"judges {told.judged:,} calls, people hear {told.listened}" in PAGE
    assert f"up to {told.allowed} may be true errors" in PAGE


def test_the_shell_line_of_the_page_gives_the_calls_number() -> None:
    """The text between its quotes is what is hashed."""
    (text,) = re.findall(r"printf '%s' '([^']+)'", PAGE)
    seed, purpose, call_id = text.split("|")
    assert purpose == Purpose.DRAW
    hashed = int(sha256(text.encode()).hexdigest()[:13], 16)
    assert random_number(seed, Purpose.DRAW, call_id) == (hashed + 0.5) / 2**52
