"""A canary rings nobody, and no caller comes to its desk: a plan in which that may happen is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ledger.errors import PlanError
from sip_config import load_plan
from sip_config.load import STANDARD_PLAN

Change = Callable[[dict[str, Any]], object]


def planned(path: Path, change: Change) -> Path:
    """The standard plan with canaries, changed."""
    yaml = YAML()
    document = yaml.load(STANDARD_PLAN)
    document["operators"]["8999"] = {"name": "自检", "address": "sip:8999@127.0.0.1:5199"}
    document["desks"]["canary"] = {"name": "自检", "operators": ["8999"]}
    document["canary"] = {"desk": "canary", "operator": "8999"}
    change(document)
    yaml.dump(document, path)
    return path


def test_a_plan_has_canaries(tmp_path: Path) -> None:
    """With a desk and an operator of their own."""
    canary = load_plan(planned(tmp_path / "plan.yaml", lambda _: None)).canary
    assert canary
    assert (canary.desk, canary.operator, canary.calls_a_day) == ("canary", "8999", 8)
    assert load_plan().canary is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda plan: plan["numbers"]["114"].update(desk="canary"), "lead callers to another desk"),
        (lambda plan: plan["menus"]["directory"]["keys"].update({"7": {"desk": "canary"}}), "another desk"),
        (lambda plan: plan["desks"]["114"].update(when_late={"desk": "canary"}), "another desk"),
        (lambda plan: plan["desks"]["canary"].update(operators=["8999", "8001"]), "only '8999' may sit"),
        (lambda plan: plan["desks"]["114"]["operators"].append("8999"), "answers canary calls only"),
        (lambda plan: plan["operators"]["8999"].pop("address"), "needs an address on this machine"),
        (
            lambda plan: plan["operators"]["8999"].update(address="sip:8999@192.0.2.7:5060"),
            "needs an address on this machine",
        ),
        (lambda plan: plan["canary"].update(desk="kanary"), "there is no desk 'kanary'"),
        (lambda plan: plan["canary"].update(operator="8998"), "there is no operator '8998'"),
        (lambda plan: plan["canary"].update(dialogues="nowhere"), "there is no folder"),
    ],
)
def test_a_plan_that_lets_callers_and_canaries_meet_is_refused(
    tmp_path: Path, change: Change, says: str
) -> None:
    """Each in one sentence with its place."""
    with pytest.raises(PlanError, match=says):
        load_plan(planned(tmp_path / "plan.yaml", change))
