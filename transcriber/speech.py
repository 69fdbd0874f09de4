"""Where in a channel somebody speaks: only that is decoded.

WebRTC's detector judges frames of 30 ms. Its judgement is then smoothed: what is too short to be a word is
dropped, the rest is widened on both sides so that soft beginnings and endings are kept, what touches is
one segment, and a segment that is too long is cut at its quietest moment.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import webrtcvad

from transcriber.audio import RATE_HZ, Samples
from transcriber.crosstalk import is_crosstalk
from transcriber.tracks import Span

Range = tuple[int, int]  # of samples, half open

FRAME_S = 0.03
FRAME_SAMPLES = int(RATE_HZ * FRAME_S)
ECHO_PIECE_S = 0.3  # that is judged at a time: speech may follow an echo without a pause


@dataclass(frozen=True, kw_only=True, slots=True)
class DetectorSettings:
    """How speech is found."""

    aggressiveness: int = 2  # 0 takes most for speech, 3 least
    shortest_s: float = 0.15  # of voiced frames in a row; a click of 20 ms makes 120 ms of them
    padding_s: float = 0.3  # kept before and after what the detector calls speech
    pause_s: float = 0.6  # a shorter pause does not end a segment; at least twice the padding
    longest_s: float = 20.0  # the decoder's work and memory grow with a segment's length


def find_speech(
    samples: Samples,
    spans: tuple[Span, ...] | None,
    settings: DetectorSettings,
    other: Samples | None = None,
) -> list[Range]:
    """Segments of speech, in order, not overlapping.

    `samples` are at 8 kHz. Nothing outside the spans (seconds; None: everywhere) is in any segment, and
    nothing that is only an echo of the `other` channel.
    """
    segments: list[Range] = []
    for first, last in _ranges(len(samples), spans):
        heard = None if other is None else other[:last]
        for start, end in _segments(samples, (first, last), settings, heard):
            segments.extend(_cut(samples, (start, end), settings.longest_s))
    return segments


def _ranges(length: int, spans: tuple[Span, ...] | None) -> list[Range]:
    if spans is None:
        return [(0, length)]
    asked = ((round(start_s * RATE_HZ), round(end_s * RATE_HZ)) for start_s, end_s in spans)
    inside = ((max(0, start), min(length, end)) for start, end in asked)
    return _merge(sorted((start, end) for start, end in inside if start < end), pause=0)


def _segments(
    samples: Samples, span: Range, settings: DetectorSettings, other: Samples | None
) -> list[Range]:
    first, last = span
    shortest = settings.shortest_s * RATE_HZ
    padding = round(settings.padding_s * RATE_HZ)
    voiced = [(first + a, first + b) for a, b in _voiced_runs(samples[first:last], settings.aggressiveness)]
    if other is not None:
        voiced = _merge(_own(samples, other, voiced), pause=0)
    words = (run for run in voiced if run[1] - run[0] >= shortest)
    joined = _merge(words, pause=max(round(settings.pause_s * RATE_HZ), 2 * padding))
    return [(max(first, start - padding), min(last, end + padding)) for start, end in joined]


def _own(samples: Samples, other: Samples, runs: Iterable[Range]) -> Iterator[Range]:
    """The runs in pieces, without those that are the other channel's echo."""
    piece = round(ECHO_PIECE_S * RATE_HZ)
    for start, end in runs:
        edges = [*range(start, max(start + 1, end - piece // 2), piece), end]  # no piece shorter than a half
        for first, last in itertools.pairwise(edges):
            if not is_crosstalk(samples, other, first, last):
                yield first, last


def _merge(ranges: Iterable[Range], *, pause: int) -> list[Range]:
    merged: list[Range] = []
    for start, end in ranges:
        if merged and start - merged[-1][1] <= pause:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _voiced_runs(samples: Samples, aggressiveness: int) -> list[Range]:
    detector = webrtcvad.Vad(aggressiveness)
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    voiced = [detector.is_speech(frame.tobytes(), RATE_HZ) for frame in frames]
    edges = np.flatnonzero(np.diff(np.array([False, *voiced, False], dtype=np.int8))) * FRAME_SAMPLES
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _cut(samples: Samples, segment: Range, longest_s: float) -> Iterator[Range]:
    """A segment in pieces of at most `longest_s`, cut at the quietest moment of each piece's second half."""
    start, end = segment
    longest = round(longest_s * RATE_HZ)
    while end - start > longest:
        middle = start + longest // 2
        quietest = middle + _quietest_frame(samples[middle : start + longest]) * FRAME_SAMPLES
        yield start, quietest
        start = quietest
    yield start, end


def _quietest_frame(samples: Samples) -> int:
    """The frame in whose neighbourhood of 0.15 s there is least energy."""
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    energy = np.mean(np.square(frames.astype(np.float64)), axis=1)
    return int(np.argmin(np.convolve(energy, np.ones(5), mode="same")[2:-2])) + 2
