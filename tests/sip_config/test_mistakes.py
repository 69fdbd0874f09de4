"""Every mistake in a plan is told with its line, all of them at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ledger.errors import PlanError
from sip_config import load_plan

_HERE = Path(__file__).parent
_SMALL_PLAN = (_HERE / "small_plan.yaml").read_text("utf-8")
_CASES: dict[str, Any] = YAML(typ="safe").load((_HERE / "mistakes.yaml").read_text("utf-8"))


def _told(path: Path) -> list[str]:
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("case", _CASES.values(), ids=_CASES.keys())
def test_mistake(case: dict[str, Any], tmp_path: Path) -> None:
    """A changed plan is refused with exactly the lines that the case names."""
    text = _SMALL_PLAN
    for old, new in case["change"].items():
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "plan.yaml"
    path.write_text(text, "utf-8")
    wanted = [f"plan.yaml:{line}".replace("<folder>", str(tmp_path)) for line in case["told"]]
    assert _told(path) == wanted
