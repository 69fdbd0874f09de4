"""From the ledger's calls to a frame: strata by the hotline's own clock, risk by what the machine said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from ledger.sample_frames import IN_THE_MAKING, Candidate
from ledger.states import CallState
from qa_scoring.sampling.frame import Frame, FrameCall, Gap, plain
from qa_scoring.sampling.plan import Dimension, Risk, SamplePlan, Selection

TOP_SCORE = 100.0
NONE = "-"  # a team that the plan does not name


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What is known beside the calls."""

    zone: tzinfo
    teams: Mapping[str, str]  # by operator
    firsts: Mapping[str, datetime]  # an operator's first call in the ledger
    doubtful: Set[str]  # calls in which a rule could not tell


def make_frame(plan: SamplePlan, calls: Iterable[Candidate], around: Around) -> Frame:
    """The frame of a plan: all its calls, those that cannot be drawn among them."""
    return Frame.of(_frame_call(plan, call, around) for call in calls)


def _frame_call(plan: SamplePlan, call: Candidate, around: Around) -> FrameCall:
    return FrameCall(
        call_id=call.call_id,
        stratum="|".join(f"{name}={_value(plan, name, call, around)}" for name in plan.dimensions),
        size=risk_of(plan.risk, call, around) if plan.select is Selection.RISK else 1.0,
        operator=call.operator,
        desk=call.desk,
        team=around.teams.get(call.operator) or NONE,
        gap=gap_of(call),
    )


def gap_of(call: Candidate) -> Gap | None:
    """Why nobody can listen to a call, or None."""
    if call.is_recorded:
        return None
    if call.is_deleted:
        return Gap.DELETED
    if call.state is CallState.QUARANTINED:
        return Gap.QUARANTINED
    return Gap.PENDING if call.state in IN_THE_MAKING else Gap.UNRECORDED


def risk_of(risk: Risk, call: Candidate, around: Around) -> float:
    """The sum of what the plan's `risk` counts."""
    if call.score is None:
        return risk.unjudged
    lost = (TOP_SCORE - call.score) / TOP_SCORE
    doubt = risk.cannot_tell if call.call_id in around.doubtful else 0.0
    return risk.flag * call.flag_count + risk.score * lost + doubt


def _value(plan: SamplePlan, dimension: Dimension, call: Candidate, around: Around) -> str:
    local = call.received_at.astimezone(around.zone)
    if dimension is Dimension.HOUR:
        return _band(plan.hours, local.hour)
    if dimension is Dimension.WEEK:
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02}"
    if dimension is Dimension.NEW_STAFF:
        return "new" if _is_new(plan, call.operator, local.date(), around) else "old"
    if dimension is Dimension.TEAM:
        return plain(around.teams.get(call.operator) or NONE)
    return plain(call.operator if dimension is Dimension.OPERATOR else call.desk)


def _band(starts: tuple[int, ...], hour: int) -> str:
    """The band of an hour; before the first start the last one goes on over midnight."""
    begun = [start for start in starts if start <= hour] or [starts[-1]]
    after = [start for start in starts if start > hour] or [starts[0]]
    start, end = begun[-1], after[0]
    return f"{start:02}-{end or 24:02}"


def _is_new(plan: SamplePlan, operator: str, day: date, around: Around) -> bool:
    began = plan.new_staff.since.get(operator)
    if began is None and operator in around.firsts:
        began = around.firsts[operator].astimezone(around.zone).date()
    return began is not None and day < began + timedelta(days=plan.new_staff.days)
