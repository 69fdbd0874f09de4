"""The sound of clips: cut out of recordings when somebody listens, without what callers told."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ledger.masks import Span
from ledger.records import Recording
from ledger.states import AudioFormat
from ledger.training import Clip
from recorder.kept_sounds import KeptSounds
from recorder.opening import Recordings
from recorder.sealing import SAMPLE_RATE_HZ, encode
from recorder.silencing import silenced

PAUSE_S = 1.0  # between the clips of one file
MEDIA_TYPE = "audio/flac"
MOST_BYTES = 32 * 1024 * 1024  # of clips in memory; the longest takes about 5 MB

Samples = NDArray[np.int16]  # frames x 2 channels


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What a clip is cut from, and what is silent in it."""

    recording: Recording
    clip: Clip
    secrets: tuple[Span, ...]

    @property
    def sha256(self) -> str:
        """Of all that decides how it sounds: the same means the same sound."""
        clip = self.clip
        decides = (self.recording.sha256, clip.start_s, clip.end_s, self.secrets)
        return hashlib.sha256(repr(decides).encode()).hexdigest()


SHARED: Final = KeptSounds(MOST_BYTES)


def clip_file(recordings: Recordings, part: Part) -> bytes:
    """A clip as a FLAC file of its own. Raises what loading a recording raises."""
    return SHARED.get(part.sha256, lambda: encode(_cut(recordings, part), AudioFormat.FLAC)).audio


def one_file(recordings: Recordings, parts: Sequence[Part]) -> bytes:
    """All clips after each other as one FLAC file, with a pause between. Raises what loading raises."""
    pause = np.zeros((round(PAUSE_S * SAMPLE_RATE_HZ), 2), dtype=np.int16)
    pieces: list[Samples] = []
    for part in parts:
        pieces += [_cut(recordings, part), pause]
    return encode(np.concatenate(pieces[:-1]), AudioFormat.FLAC)


def _cut(recordings: Recordings, part: Part) -> Samples:
    recording, clip = part.recording, part.clip
    samples = silenced(recordings, recording, part.secrets).samples
    first, last = (
        math.floor(clip.start_s * recording.sample_rate_hz),
        math.ceil(clip.end_s * recording.sample_rate_hz),
    )
    span = samples[first:last]
    return np.repeat(span, 2, axis=1) if span.shape[1] == 1 else span
