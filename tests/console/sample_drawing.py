"""A draw in the console's ledger: a month of calls, some given to the monitor li."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from hotline import sampling
from ledger import samples
from ledger.settings import Settings
from qa_scoring.sampling import SamplePlan
from qa_scoring.sampling.drawing import DrawPart
from qa_scoring.sampling.plan import Window
from tests.hotline.sample_month import add_month

PLAN = {
    "id": "november",
    "title": "十一月抽样",
    "strata": ["operator", "hour"],
    "sample": {"total": 20},
    "outside": {"total": 6},
}


def draw(session: Session, settings: Settings) -> int:
    """Twenty calls for the monitors, six for the outside supervisors; all twenty are li's. The draw's id."""
    add_month(session)
    session.flush()
    window = Window.model_validate({"from": date(2026, 11, 2), "to": date(2026, 11, 5)})
    plan = SamplePlan.model_validate(PLAN)
    taken = sampling.take(session, settings, plan, seed="骰子 6 1 3", window=window)
    draw_id = sampling.keep(session, taken, "zhao")
    sampling.hand_out(session, draw_id, DrawPart.MONITORS, samples.listeners(session, ["li"]))
    return draw_id
