"""What the console is told of the plan."""

from __future__ import annotations

from console.switchboard import Desk, SipAddress, Switchboard
from sip_config import Plan

EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared, not bound
HERE = "127.0.0.1"


def switchboard_of(plan: Plan) -> Switchboard:
    """The plan's desks and operators, and where this machine's SIP is asked whether it is there."""
    host = HERE if plan.listen.host == EVERYWHERE else plan.listen.host
    return Switchboard(
        desks=tuple(
            Desk(
                id=desk_id,
                name=desk.name,
                operators=desk.everyone,
                service_level_s=desk.service_level_s,
            )
            for desk_id, desk in plan.desks.items()
            if plan.canary is None or desk_id != plan.canary.desk
        ),
        names={number: operator.name for number, operator in plan.operators.items()},
        canary=plan.canary.operator if plan.canary else None,
        sip=SipAddress(host=host, port=plan.listen.port),
    )
