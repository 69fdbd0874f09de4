"""What the console is told of the plan."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import sip_config
from console.switchboard import SipAddress
from hotline.switchboard import switchboard_of
from sip_config import load_plan

STANDARD = Path(sip_config.__file__).parent / "standard_plan.yaml"


def test_the_console_knows_the_plans_desks_and_operators() -> None:
    """Ids, names, everybody of all tiers, and the service level."""
    plan = load_plan(None)
    switchboard = switchboard_of(plan)
    assert [desk.id for desk in switchboard.desks] == list(plan.desks)
    for desk in switchboard.desks:
        planned = plan.desks[desk.id]
        assert desk.operators == planned.everyone
        assert (desk.name, desk.service_level_s) == (planned.name, planned.service_level_s)
    assert set(switchboard.names) == set(plan.operators)


def test_reviews_go_by_the_plan(tmp_path: Path) -> None:
    """The example of docs/workflow.md: its draw, its four eyes, and an appeal's limit by its calendar."""
    page = (Path(__file__).parents[2] / "docs" / "workflow.md").read_text("utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    path = tmp_path / "plan.yaml"
    path.write_text(f"{STANDARD.read_text('utf-8')}\n{example}", "utf-8")
    rules = switchboard_of(load_plan(path)).review
    assert (rules.second_share, rules.second_key, rules.second_below) == (0.2, "四季", 70.0)
    assert (rules.second_when_fatal, rules.publisher_differs, rules.claim_minutes) == (True, True, 60.0)
    before_the_holiday = datetime.fromisoformat("2026-09-30T17:00+08:00")
    assert rules.appeal_until(before_the_holiday) == datetime.fromisoformat("2026-10-11T00:00+08:00")


def test_sip_is_asked_on_this_machine() -> None:
    """A hotline that listens everywhere is asked on loopback."""
    plan = load_plan(None)
    assert switchboard_of(plan.with_listen("0.0.0.0", 5070)).sip == SipAddress(host="127.0.0.1", port=5070)
    assert switchboard_of(plan.with_listen("10.1.2.3", 5070)).sip == SipAddress(host="10.1.2.3", port=5070)
