"""What transcribing costs: ours beside the stock command on the same stereo files and the same cores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import soundfile

from bench.figure import Figure
from bench.transcriber import ours, stock

CORES = 2


def figures(paths: Sequence[Path]) -> list[Figure]:
    """Throughput by the clock and by CPU, scaling with workers, memory of a worker."""
    length_s = sum(soundfile.info(path).duration for path in paths)
    first_load_s = ours.load_s()  # adapts the model to the desks where no earlier start has; that is kept
    mixed = stock.work(paths, CORES, by_side=False)
    by_side = stock.work(paths, CORES, by_side=True)
    runs = {workers: ours.work(paths, workers, CORES) for workers in (1, 2, 3)}
    calls = f"{len(paths)} calls through A-law, {length_s:.0f} s of stereo"
    how = f"{calls}, models loaded within"
    pair = f"{how}; two workers or threads on {CORES} cores"
    return [
        _throughput("beside the command given each channel", length_s, runs[2], by_side, pair),
        _throughput("beside the command given stereo, which it mixes", length_s, runs[2], mixed, pair),
        Figure(
            name="CPU per second of stereo call",
            unit="s",
            ours=runs[2].cpu_s / length_s,
            peer=by_side.cpu_s / length_s,
            how=f"{pair}; the command is given each channel",
        ),
        Figure(
            name="real-time factor of one worker",
            unit="",
            ours=runs[1].wall_s / length_s,
            peer=None,
            how=f"{how}; by the clock",
        ),
        Figure(
            name="two workers beside one",
            unit="times",
            ours=runs[1].wall_s / runs[2].wall_s,
            peer=None,
            how=f"{how}; by the clock",
        ),
        Figure(
            name="two workers beside one, models loaded before",
            unit="times",
            ours=runs[1].hearing_s / runs[2].hearing_s,
            peer=None,
            how=f"{calls}; by the clock",
        ),
        Figure(
            name="loading",
            unit="s",
            ours=runs[1].loading_s,
            peer=None,
            how=f"by the clock, the adapted language kept from an earlier start ({first_load_s:.2g} s)",
        ),
        Figure(
            name="memory of an added worker",
            unit="MB",
            ours=(runs[3].pss_mb - runs[1].pss_mb) / 2,
            peer=None,
            how="PSS of parent and workers when all have done their share: 3 workers less 1, halved",
        ),
    ]


def _throughput(what: str, length_s: float, our: ours.Work, peer: ours.Work, how: str) -> Figure:
    return Figure(
        name=f"throughput {what}",
        unit="s of stereo a second",
        ours=length_s / our.wall_s,
        peer=length_s / peer.wall_s,
        how=how,
    )
