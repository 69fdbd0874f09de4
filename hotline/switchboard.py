"""What the console is told of the plan."""

from __future__ import annotations

from console.switchboard import Desk, SipAddress, Switchboard
from hotline.review_rules import review_rules_of
from sip_config import Plan
from sip_config.speech import LANGUAGES

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
                tools=desk.tools,
                reasons=desk.reasons,
            )
            for desk_id, desk in plan.desks.items()
            if plan.canary is None or desk_id != plan.canary.desk
        ),
        names={number: operator.name for number, operator in plan.operators.items()},
        places={
            **{menu_id: menu.name for menu_id, menu in plan.menus.items() if menu.name},
            **{number: dialled.name for number, dialled in plan.numbers.items()},
        },
        canary=plan.canary.operator if plan.canary else None,
        sip=SipAddress(host=host, port=plan.listen.port),
        review=review_rules_of(plan),
        calls_out=plan.outbound is not None,
        outbound_desk=plan.outbound.desk if plan.outbound else None,
        prompts=frozenset(plan.library.ids),
        said_in={language: plan.speech.said_in(language) for language in LANGUAGES},
        language=plan.prompts.language,
        zone=plan.prompts.timezone,
    )
