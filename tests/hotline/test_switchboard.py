"""What the console is told of the plan."""

from __future__ import annotations

from console.switchboard import SipAddress
from hotline.switchboard import switchboard_of
from sip_config import load_plan


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


def test_sip_is_asked_on_this_machine() -> None:
    """A hotline that listens everywhere is asked on loopback."""
    plan = load_plan(None)
    assert switchboard_of(plan.with_listen("0.0.0.0", 5070)).sip == SipAddress(host="127.0.0.1", port=5070)
    assert switchboard_of(plan.with_listen("10.1.2.3", 5070)).sip == SipAddress(host="10.1.2.3", port=5070)
