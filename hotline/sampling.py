"""Samples of an installation's calls: frames from the ledger, draws into it and made again from it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotline.plans import plan_of
from ledger import sample_frames, samples
from ledger.clock import now
from ledger.errors import SettingsError
from ledger.records import User
from ledger.samples import Sampled, SampleDraw
from ledger.scopes import BY_DESK_AND_TEAM, visible_among
from ledger.settings import Settings
from qa_scoring.sampling import Draw, Drawn, Frame, SamplePlan, draw_sample
from qa_scoring.sampling.drawing import DrawPart
from qa_scoring.sampling.framing import Around, make_frame
from qa_scoring.sampling.numbers import ALGORITHM, Purpose, random_number
from qa_scoring.sampling.plan import Dimension, Selection, Window

SEED_BYTES = 8
LONGEST_SEED = 128  # characters


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A draw that was made a moment ago."""

    plan: SamplePlan
    frame: Frame
    draw: Draw
    window: Window
    zone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Repetition:
    """What came of drawing once more from the frame that is kept."""

    frame_is_whole: bool  # its text has the hash that the draw names
    calls_are_same: bool  # the same calls for the same parts, with the same probabilities
    strata_are_same: bool
    drawn: int

    @property
    def is_identical(self) -> bool:
        """Whether nothing differs."""
        return self.frame_is_whole and self.calls_are_same and self.strata_are_same


def new_seed() -> str:
    """A seed from the system's random source, for whoever names none."""
    return secrets.token_hex(SEED_BYTES)


def checked_seed(seed: str | None) -> str:
    """The seed, or a new one. Raises SettingsError for one that cannot be typed again."""
    seed = seed or new_seed()
    if len(seed) > LONGEST_SEED or not seed.isprintable():
        raise SettingsError(f"a seed is at most {LONGEST_SEED} signs that can be read out, e.g. digits")
    return seed


def window_of(plan: SamplePlan, first: date | None, end: date | None) -> Window:
    """The options' days, else the plan's. Raises SettingsError where days are missing."""
    first = first or (plan.window.first if plan.window else None)
    end = end or (plan.window.end if plan.window else None)
    if first is None or end is None:
        raise SettingsError("the plan names no window; say which days: --from 2026-11-01 --to 2026-12-01")
    if first >= end:
        raise SettingsError(f"the window ends ({end}) before it begins; --to is the day after the last")
    return Window.model_validate({"from": first, "to": end})


def take(session: Session, settings: Settings, plan: SamplePlan, *, seed: str, window: Window) -> Taken:
    """Make the frame and draw; nothing is kept yet. Raises BadSamplePlan, PlanError."""
    hotline_plan = plan_of(settings)
    zone = hotline_plan.prompts.timezone
    since, until = _moment(window.first, zone), _moment(window.end, zone)
    found = sample_frames.candidates(
        session, since, until, origins=plan.origins, desks=plan.desks, hotlines=plan.hotlines
    )
    around = Around(
        zone=ZoneInfo(zone),
        teams={number: operator.team for number, operator in hotline_plan.operators.items()},
        firsts=sample_frames.first_calls(session) if Dimension.NEW_STAFF in plan.dimensions else {},
        doubtful=_doubtful(session, plan, since, until),
    )
    frame = make_frame(plan, found, around)
    draw = draw_sample(plan, frame, seed=seed, window=window)
    return Taken(plan=plan, frame=frame, draw=draw, window=window, zone=zone)


def keep(session: Session, taken: Taken, by: str) -> int:
    """Put a draw into the ledger. Returns its id."""
    places = {call.call_id: call for call in taken.frame.calls}
    drawn = (
        Sampled(
            part=one.part,
            call_id=one.call_id,
            stratum=one.stratum,
            probability=one.probability,
            operator=places[one.call_id].operator,
            desk=places[one.call_id].desk,
            team=places[one.call_id].team,
        )
        for one in taken.draw.drawn
    )
    frame = taken.frame
    return samples.save_draw(session, _record(taken, by), frame.packed, len(frame.calls), drawn)


def repeat(session: Session, draw_id: int) -> Repetition:
    """Draw again from what is kept, and compare. Raises NotFound, SettingsError for an old algorithm."""
    kept = samples.get_draw(session, draw_id)
    if kept.algorithm != ALGORITHM:
        raise SettingsError(f"draw {draw_id} was made by {kept.algorithm}; this release draws by {ALGORITHM}")
    frame = Frame.unpacked(samples.get_frame(session, kept.frame_sha256))
    window = Window.model_validate({"from": kept.first_day, "to": kept.end_day})
    draw = draw_sample(SamplePlan.model_validate(kept.plan), frame, seed=kept.seed, window=window)
    stored = samples.sampled_calls(session, draw_id)
    return Repetition(
        frame_is_whole=frame.sha256 == kept.frame_sha256,
        calls_are_same=_keys(draw.drawn) == _keys(stored),
        strata_are_same=[asdict(one) for one in draw.strata] == kept.strata,
        drawn=len(stored),
    )


def hand_out(session: Session, draw_id: int, part: DrawPart, users: Sequence[User]) -> dict[str, int]:
    """Deal the calls that nobody has yet, stratum by stratum, so that all get a like mix. Counts by name.

    Nobody of the staff gets a call of desks or teams that are not theirs; what nobody may see stays.
    """
    seed = samples.get_draw(session, draw_id).seed
    waiting = [
        one for one in samples.sampled_calls(session, draw_id) if one.part == part and one.assigned_to is None
    ]
    waiting.sort(key=lambda one: (one.stratum, random_number(seed, Purpose.HAND_OUT, one.call_id)))
    seen = {user.id: _takes(session, user, {one.call_id for one in waiting}) for user in users}
    hands: dict[int, list[int]] = {user.id: [] for user in users}
    for one in waiting:
        able = [user.id for user in users if one.call_id in seen[user.id]]
        if able:
            hands[min(able, key=lambda user_id: len(hands[user_id]))].append(one.id)
    for user_id, hand in hands.items():
        samples.assign(session, hand, user_id)
    return {user.name: len(hands[user.id]) for user in users}


def _takes(session: Session, user: User, call_ids: set[str]) -> Set[str]:
    """Those calls that can be handed to somebody; an outsider sees a call because it was handed out."""
    return visible_among(session, user, call_ids) if user.role in BY_DESK_AND_TEAM else call_ids


def _keys(drawn: Sequence[Sampled] | Sequence[Drawn]) -> set[tuple[str, str, str, float]]:
    return {(one.part, one.call_id, one.stratum, one.probability) for one in drawn}


def _doubtful(session: Session, plan: SamplePlan, since: datetime, until: datetime) -> set[str]:
    return sample_frames.doubtful_calls(session, since, until) if plan.select is Selection.RISK else set()


def _moment(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def _record(taken: Taken, by: str) -> SampleDraw:
    return SampleDraw(
        plan_id=taken.plan.id,
        title=taken.plan.title,
        plan=taken.plan.document,
        first_day=taken.window.first,
        end_day=taken.window.end,
        zone=taken.zone,
        frame_sha256=taken.draw.frame_sha256,
        algorithm=taken.draw.algorithm,
        seed=taken.draw.seed,
        strata=[asdict(one) for one in taken.draw.strata],
        cells=[[*cell, calls] for cell, calls in sorted(taken.frame.cells().items())],
        gaps={gap.value: count for gap, count in sorted(taken.frame.gaps().items())},
        drawn_by=by,
        drawn_at=now(),
    )


def strata_documents(taken: Taken) -> list[dict[str, Any]]:
    """The strata of a draw as they are kept."""
    return [asdict(one) for one in taken.draw.strata]


def taken_document(taken: Taken, draw_id: int | None, hands: dict[str, int]) -> dict[str, Any]:
    """A draw that was just made; its id is None where it was not kept."""
    return {
        "draw": draw_id,
        "plan_id": taken.plan.id,
        "from": taken.window.first,
        "to": taken.window.end,
        "zone": taken.zone,
        "algorithm": taken.draw.algorithm,
        "seed": taken.draw.seed,
        "frame_sha256": taken.draw.frame_sha256,
        "frame_calls": len(taken.frame.calls),
        "gaps": taken.frame.gaps(),
        "strata": strata_documents(taken),
        "calls": [asdict(one) for one in taken.draw.drawn],
        "assigned": hands,
    }


def taken_sentence(taken: Taken, draw_id: int | None) -> str:
    """What was done, in one line."""
    gaps = ", ".join(f"{count} {gap}" for gap, count in sorted(taken.frame.gaps().items()))
    frame = f"{len(taken.frame.calls)} calls" + (f" ({gaps}: cannot be drawn)" if gaps else "")
    kept = f"kept as draw {draw_id}" if draw_id else "nothing was kept"
    return f"{len(taken.draw.drawn)} drawn from {frame} with seed {taken.draw.seed}; {kept}"
