"""What would keep the edge from starting is told before it is started."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hotline.edge.checks import edge_problems
from ledger.settings import Settings
from sip_config import load_plan

PLAN = load_plan(None)


def test_a_missing_kamailio_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In one sentence that names the packages; a plan that needs no edge does not ask for it."""
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    settings = Settings(data_dir=tmp_path)
    (problem,) = edge_problems(settings, PLAN, lines=2)
    assert "kamailio-sqlite-modules" in problem
    assert edge_problems(settings, PLAN, lines=1) == []


def test_an_address_for_everybody_is_told(tmp_path: Path) -> None:
    """Kamailio would tell phones to answer to 0.0.0.0."""
    problems = edge_problems(Settings(data_dir=tmp_path), PLAN.with_listen("0.0.0.0"), lines=2)
    assert any("listen.host" in problem for problem in problems)


def test_the_standard_plan_s_edge_is_good(tmp_path: Path) -> None:
    """Kamailio's own check finds nothing."""
    assert edge_problems(Settings(data_dir=tmp_path), PLAN, lines=4) == []
    assert list(tmp_path.iterdir()) == []
