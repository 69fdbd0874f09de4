"""Kamailio's files as text: what the plan says is in them, and nothing that a plan could smuggle in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger.clock import now
from ledger.lines import LineRecord
from ledger.states import LineState
from sip_config import Plan, load_plan
from sip_config.kamailio import EdgeRun, kamailio_cfg, lines_list, needs_edge

RUN = EdgeRun(folder=Path("/run/edge"), token="token")
PLAN = load_plan(None)


def changed(**parts: Any) -> Plan:
    """The standard plan with other parts."""
    return Plan.model_validate({**{name: getattr(PLAN, name) for name in Plan.model_fields}, **parts})


def line(name: str, state: LineState, places: int = 2) -> LineRecord:
    """A line's row."""
    return LineRecord(
        process=f"{name}:1", name=name, host="10.0.0.7", port=5071, state=state, places=places,
        started_at=now(), seen_at=now(), starts=3,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "lines", "needed"),
    [
        ({}, 1, False),
        ({}, 2, True),
        ({"operators": {**PLAN.operators, "8009": {"name": "new"}}}, 1, True),
        ({"trunks": {"city": {"user": "city"}}}, 1, True),
        ({"edge": {"tls": {"certificate": "c.pem", "key": "k.pem"}}}, 1, True),
    ],
    ids=["one-line", "two-lines", "a-phone-registers", "a-trunk", "tls"],
)
def test_when_an_edge_is_needed(parts: dict[str, Any], lines: int, needed: bool) -> None:
    """A single line with fixed phones and no trunk has the public port itself."""
    assert needs_edge(changed(**parts), lines) is needed


def test_lines_by_state() -> None:
    """Serving lines get callers, draining ones only finish, the others are gone; a silent one stays out."""
    text = lines_list(
        [
            line("a", LineState.SERVING, places=4),
            line("b", LineState.DRAINING),
            line("c", LineState.DEAD),
            line("d", LineState.STARTING),
            line("e", LineState.SERVING),
        ],
        silent=["e.3"],
    )
    assert text.splitlines() == [
        "1 sip:10.0.0.7:5071;transport=udp 0 0 duid=a.3;maxload=4",
        "2 sip:10.0.0.7:5071;transport=udp 0 0 duid=b.3;maxload=2",
        "1 sip:10.0.0.7:5071;transport=udp 9 0 duid=e.3;maxload=2",
    ]


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("sip:8001@10.0.0.5:5081", "udp:10.0.0.5:5081"),
        ("sip:8001@10.0.0.5", "udp:10.0.0.5:5060"),
        ("sip:8001@10.0.0.5;transport=udp", "udp:10.0.0.5:5060"),
        ("sip:8001@10.0.0.5;transport=tcp", None),
        ("sip:8001@phone.example.org", None),
    ],
)
def test_only_an_exact_udp_address_counts_as_a_phone(address: str, source: str | None) -> None:
    """A name may change and a TCP port says nothing, so such phones need a password to dial."""
    text = kamailio_cfg(changed(operators={**PLAN.operators, "8001": {"name": "a", "address": address}}), RUN)
    assert (f'at:8001) = "{source}"' in text) is (source is not None)
    assert ("at:8001)" in text) is (source is not None)


@pytest.mark.parametrize("word", ['x"y', "x y", "x;y", "x\ny", "$si", "x\\"])
def test_nothing_is_smuggled_into_the_configuration(word: str) -> None:
    """Words of the plan that stand in the configuration hold only what cannot end a string there."""
    with pytest.raises(ValueError, match="is no SIP name"):
        changed(edge={"realm": word})
    with pytest.raises(ValueError, match="is no SIP name"):
        changed(trunks={"city": {"user": word}})
