"""Where calls go out is told in the plan, and no call-back takes the places that callers need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ledger.errors import PlanError
from sip_config import load_plan
from sip_config.load import STANDARD_PLAN
from sip_config.outbound import Outbound

ADDRESS = "sip:{number}@192.0.2.5:5060"


def planned(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The standard plan with a way out, changed."""
    yaml = YAML()
    document = yaml.load(STANDARD_PLAN)
    document["outbound"] = {"address": ADDRESS, "caller_id": "10050"}
    change(document["outbound"])
    yaml.dump(document, path)
    return path


def test_a_number_stands_where_the_address_has_its_place(tmp_path: Path) -> None:
    """The standard plan calls nobody."""
    outbound = load_plan(planned(tmp_path / "plan.yaml", lambda _: None)).outbound
    assert outbound
    assert outbound.uri("03956661234") == "sip:03956661234@192.0.2.5:5060"
    assert load_plan().outbound is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda out: out.update(address="sip:10050@192.0.2.5:5060"), "must hold {number} once"),
        (lambda out: out.update(address="{number}@192.0.2.5"), "is no SIP address"),
        (lambda out: out.update(caller_id="desk"), "cannot be dialled"),
        (lambda out: out.update(desk="10051"), "there is no desk '10051'"),
    ],
)
def test_a_way_out_that_leads_nowhere_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], says: str
) -> None:
    """Each in one sentence with its place."""
    with pytest.raises(PlanError, match=says):
        load_plan(planned(tmp_path / "plan.yaml", change))


@pytest.mark.parametrize(("places", "most"), [(0, 0), (2, 1), (10, 5), (200, 10)])
def test_call_backs_take_no_more_than_their_share(places: int, most: int) -> None:
    """Half of the places, and never more than the plan wants at once."""
    assert Outbound(address=ADDRESS, caller_id="10050").most_calls(places) == most
