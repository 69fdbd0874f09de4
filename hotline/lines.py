"""Where this machine's lines listen, and whether an edge stands before them."""

from __future__ import annotations

import re

from hotline.addresses import address_of
from ivr.phone import PhoneSettings
from ledger.settings import Settings
from sip_config import Plan
from sip_config.kamailio import needs_edge

ANYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not listened on


def line_names(settings: Settings) -> list[str]:
    """The names of this machine's lines, which are unique among all machines of a ledger."""
    prefix = f"{settings.machine}-" if settings.machine else ""
    return [f"{prefix}line-{number}" for number in range(1, settings.lines + 1)]


def is_own_line(settings: Settings, name: str) -> bool:
    """Whether a line is or was one of this machine's, however many it has now."""
    prefix = f"{settings.machine}-" if settings.machine else ""
    return re.fullmatch(rf"{re.escape(prefix)}line-[0-9]+", name) is not None


def is_behind_edge(settings: Settings, plan: Plan) -> bool:
    """Whether the lines answer an edge; else the only line answers callers itself."""
    return settings.edge is not None or needs_edge(plan, settings.lines)


def edge_address(settings: Settings, plan: Plan) -> str:
    """HOST:PORT where lines reach the edge. Raises PlanError where its name cannot be found."""
    if settings.edge:
        host, _, port = settings.edge.rpartition(":")
        return f"{address_of(host)}:{port}"
    host = "127.0.0.1" if plan.listen.host in ANYWHERE else plan.listen.host
    return f"{host}:{plan.listen.port}"


def phone_settings(settings: Settings, plan: Plan) -> PhoneSettings:
    """How a line's phone listens and rings operators."""
    listen = plan.listen
    rtp_ports = (listen.rtp_first, listen.rtp_last)
    if not is_behind_edge(settings, plan):
        return PhoneSettings(
            host=listen.host,
            port=listen.port,
            operator_uri=lambda number: plan.operator(number).address or "",
            rtp_ports=rtp_ports,
            behind_edge=False,
            srtp=plan.edge.srtp,
        )
    edge = edge_address(settings, plan)
    return PhoneSettings(
        host=address_of(settings.line_host),
        port=0,
        operator_uri=lambda number: f"sip:{number}@{edge}",
        rtp_ports=rtp_ports,
        behind_edge=True,
        srtp=plan.edge.srtp,
    )
