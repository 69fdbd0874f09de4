"""How alike two stretches of speech are where one of them has been stretched and cut by a jitter buffer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Bands = npt.NDArray[np.float64]  # frames by bands, dB
STEP_FRAMES = 2  # compared in steps of 40 ms: a quarter of the work, and no worse
LONGEST_GAP_STEPS = 12  # what may be put in at one place: about half a second of concealment
GAP_COST_DB = 25.0  # of a place where something was put in, however long
LOST_COST_DB = 9.0  # of a step that was left out; two different sounds differ by as much
WORST_DB = 18.0  # no step is more unlike than this
MISSING_END_STEPS = 5  # more than 0.2 s missing at the end is a turn that is not over
DOUBT, CERTAIN = 0.5, 0.85  # between these, half a step may decide
_FAR = 1e9


def likeness(known: Bands, heard: Bands, end_slack_frames: int) -> float:
    """The correlation of `known` with what best fits it near the end of `heard`; 0 where that is too short.

    Steps of `known` may be missing and up to half a second may be put in between any two; each costs, so
    that only few are. Missing steps lower the result in proportion, a missing end makes it 0. `known` must
    end within the last `end_slack_frames` of `heard`, and may begin anywhere in it.
    """
    at_once = _likeness(known, heard, end_slack_frames)
    if not DOUBT <= at_once < CERTAIN:
        return at_once
    return max(at_once, _likeness(known, heard[:-1], end_slack_frames))  # half a step earlier


def _likeness(known: Bands, heard: Bands, end_slack_frames: int) -> float:
    ours, theirs = _steps(known), _steps(heard)
    if not len(ours) or not len(theirs):
        return 0.0
    theirs = theirs + _gain_db(ours, theirs)
    pairs = _fitted(_costs_db(ours, theirs), max(1, end_slack_frames // STEP_FRAMES))
    if len(ours) - 1 - pairs[-1, 0] > MISSING_END_STEPS:
        return 0.0
    return _correlation(ours[pairs[:, 0]], theirs[pairs[:, 1]]) * len(pairs) / len(ours)


def _steps(bands: Bands) -> Bands:
    """Means over steps, counted from the end; an odd frame at the beginning is left out."""
    whole = bands[len(bands) % STEP_FRAMES :]
    return np.asarray(whole.reshape(-1, STEP_FRAMES, bands.shape[1]).mean(axis=1))


def _gain_db(ours: Bands, theirs: Bands) -> float:
    """By how much theirs must be raised to be as loud as ours, told by as many of the loudest of each."""
    count = max(1, ours.size // 10)
    newest = theirs[-len(ours) - LONGEST_GAP_STEPS :]
    return float(np.sort(ours, axis=None)[-count:].mean() - np.sort(newest, axis=None)[-count:].mean())


def _costs_db(ours: Bands, theirs: Bands) -> Bands:
    """How unlike every step of ours is to every one of theirs."""
    differences = np.zeros((len(ours), len(theirs)))
    for one, other in zip(ours.T, theirs.T, strict=True):  # band by band: the cube would not fit a cache
        differences += np.abs(one[:, None] - other[None, :])
    return np.asarray(np.minimum(differences / ours.shape[1], WORST_DB))


def _fitted(costs: Bands, end_slack: int) -> npt.NDArray[np.int64]:
    """The cheapest way through `costs`: rows of (our step, their step), in order."""
    total, came_by = costs[0], np.zeros(costs.shape, np.int64)
    for step in range(1, len(costs)):
        total, came_by[step] = _next_row(total, costs[step])
    last = len(total) - min(end_slack, len(total)) + int(np.argmin(total[-end_slack:]))
    return _way_back(came_by, last)


def _next_row(total: Bands, costs: Bands) -> tuple[Bands, npt.NDArray[np.int64]]:
    """One step of ours on: lost (0), or heard so many of their steps (1 and more) after the one before."""
    padded = np.concatenate([np.full(LONGEST_GAP_STEPS + 1, _FAR), total])
    at_once = padded[LONGEST_GAP_STEPS:-1] + costs
    gaps = sliding_window_view(padded, LONGEST_GAP_STEPS)[: len(total)]
    nearest = gaps.argmin(axis=1)
    after_gap = np.take_along_axis(gaps, nearest[:, None], axis=1)[:, 0] + costs + GAP_COST_DB
    ways = np.stack([total + LOST_COST_DB, at_once, after_gap])
    chosen = ways.argmin(axis=0)
    came_by = np.where(chosen == 2, LONGEST_GAP_STEPS + 1 - nearest, chosen)
    return ways.min(axis=0), came_by


def _way_back(came_by: npt.NDArray[np.int64], last: int) -> npt.NDArray[np.int64]:
    pairs = []
    place = last
    for step in range(len(came_by) - 1, 0, -1):
        if came_by[step, place]:
            pairs.append((step, place))
            place -= int(came_by[step, place])
    pairs.append((0, place))
    return np.array(pairs[::-1])


def _correlation(ours: Bands, theirs: Bands) -> float:
    ours, theirs = ours - ours.mean(axis=0), theirs - theirs.mean(axis=0)
    size = float(np.linalg.norm(ours) * np.linalg.norm(theirs))
    return float(np.vdot(ours, theirs)) / size if size > 1e-6 else 0.0
