"""Names in a plan become addresses at the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.addresses import address_of, with_addresses
from hotline.lines import edge_address
from hotline.stand import write_plan
from ledger.errors import PlanError
from ledger.settings import load_settings
from sip_config import Plan, load_plan
from tests.hotline.command import assert_one_sentence, hotline

NOBODY = "phone.invalid"  # RFC 2606: never a name


def plan_with(folder: Path, **addresses: str) -> Plan:
    """The standard plan with other addresses of 8001 and 8002."""
    file = folder / "plan.yaml"
    write_plan(file, {number.removeprefix("at_"): uri for number, uri in addresses.items()}, lines=1)
    return load_plan(file)


def test_names_are_looked_up_by_the_system(tmp_path: Path) -> None:
    """/etc/hosts counts; user, port and transport stay; addresses stay as they are."""
    plan = plan_with(tmp_path, at_8001="sip:8001@localhost:5081;transport=tcp", at_8002="sip:8002@[::1]:5082")
    found = with_addresses(plan.with_listen("localhost"))
    assert found.listen.host == "127.0.0.1"
    assert found.operator("8001").address == "sip:8001@127.0.0.1:5081;transport=tcp"
    assert found.operator("8002").address == "sip:8002@[::1]:5082"
    assert found.operator("8003") == plan.operator("8003")
    assert address_of("0.0.0.0") == "0.0.0.0"
    settings = load_settings(edge="localhost:5070")
    assert edge_address(settings, plan) == "127.0.0.1:5070"


def test_every_unknown_name_is_told(tmp_path: Path) -> None:
    """With its place in the plan and what to do, in `hotline check` and `hotline up` alike."""
    plan = plan_with(tmp_path, at_8001=f"sip:8001@{NOBODY}:5081", at_8002=f"sip:8002@{NOBODY}")
    with pytest.raises(PlanError) as told:
        with_addresses(plan)
    first, second = str(told.value).splitlines()
    assert first.startswith(f"operators.8001.address: this machine finds no IPv4 address of '{NOBODY}' (")
    assert first.endswith("); write the address, or put the name into DNS or /etc/hosts")
    assert second.startswith("operators.8002.address: ")
    checked = hotline("check", "--plan", tmp_path / "plan.yaml", data=tmp_path / "var")
    assert checked.status == 2
    assert checked.out.count(first) == 1
    assert_one_sentence(hotline("up", "--plan", tmp_path / "plan.yaml", data=tmp_path / "var"), first)
