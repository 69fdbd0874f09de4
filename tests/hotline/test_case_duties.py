"""Time closes what nobody appeals against, and gives back what nobody works on."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from huey.api import Task

from hotline.duties import Duties
from hotline.plans import plan_of
from hotline.recognisers import Recognisers
from ledger.case_states import CaseState
from ledger.clock import now
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.tables import AuditRow, CaseRow
from tests.ledger.case_desk import CaseDesk


def test_the_clock_closes_and_gives_back(ledger: Ledger, tmp_path: Path) -> None:
    """Call a was published too long ago, call b is taken since yesterday; a machine far away does neither."""
    desk = CaseDesk(ledger)
    settings = Settings(data_dir=tmp_path)
    desk.bring_to(CaseState.PUBLISHED)
    desk.take("wang", "b")
    recognisers = Recognisers(settings, plan_of(settings))
    assert "cases" not in _due(Duties(settings, ledger, recognisers, far=True))
    clock = Duties(settings, ledger, recognisers, far=False).clock
    duty = _due(Duties(settings, ledger, recognisers, far=False))["cases"]
    clock.execute(duty)
    assert (desk.case().state, desk.case("b").holder_id) == (CaseState.PUBLISHED, desk.user("wang").id)
    with desk.step() as session:
        session.get_one(CaseRow, "a").appeal_until = now() - timedelta(seconds=1)
        session.get_one(CaseRow, "b").held_since = now() - timedelta(days=1)
        for row in session.query(AuditRow).filter_by(call_id="b"):
            row.at = now() - timedelta(days=1)
    clock.execute(duty)
    assert (desk.case().state, desk.case("b").holder_id) == (CaseState.FINAL, None)


def _due(duties: Duties) -> dict[str, Task]:
    """What the clock does at five past, by name; Huey's times are naive and in UTC."""
    moment = datetime(2026, 11, 24, 10, 5)  # noqa: DTZ001
    return {task.name: task for task in duties.clock.read_periodic(moment)}
