"""The plan of an installation."""

from __future__ import annotations

from ledger.settings import Settings
from sip_config import Plan, load_plan


def plan_of(settings: Settings) -> Plan:
    """The plan, listening where the settings say. Raises PlanError."""
    return load_plan(settings.plan).with_listen(settings.sip_host, settings.sip_port)
