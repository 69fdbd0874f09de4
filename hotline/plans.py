"""The plan of an installation."""

from __future__ import annotations

from hotline.addresses import with_addresses
from ledger.settings import Settings
from sip_config import Plan, load_plan


def plan_of(settings: Settings) -> Plan:
    """The plan, listening where the settings say. Raises PlanError."""
    return load_plan(settings.plan).with_listen(settings.sip_host, settings.sip_port)


def plan_to_run(settings: Settings) -> Plan:
    """The plan with addresses instead of names, for whoever sends or checks packets. Raises PlanError."""
    return with_addresses(plan_of(settings))
