"""The plan of an installation."""

from __future__ import annotations

from asr_models.catalogue import AssetKind, standard_catalogue
from hotline.addresses import with_addresses
from ledger.settings import Settings
from sip_config import Plan, load_plan
from sip_config.fields import Language
from sip_config.speech import LANGUAGES


def plan_of(settings: Settings) -> Plan:
    """The plan, listening where the settings say. Raises PlanError."""
    return load_plan(settings.plan, recogniser_languages()).with_listen(settings.sip_host, settings.sip_port)


def plan_to_run(settings: Settings) -> Plan:
    """The plan with addresses instead of names, for whoever sends or checks packets. Raises PlanError."""
    return with_addresses(plan_of(settings))


def recogniser_languages() -> dict[str, Language]:
    """The catalogue's recognisers, and which of our languages each understands."""
    return {
        asset.name: language
        for asset in standard_catalogue().assets
        for language in LANGUAGES
        if asset.kind is AssetKind.RECOGNISER and asset.language.partition("-")[0] == language
    }


def teams_of(plan: Plan) -> dict[str, str]:
    """The team of each operator by number; empty where the plan names none."""
    return {number: operator.team for number, operator in plan.operators.items()}
