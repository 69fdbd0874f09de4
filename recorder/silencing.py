"""Silence over spans of a recording: for masks, which are sealed, and for ears without the right."""

from __future__ import annotations

import math
from collections.abc import Sequence

import soundfile

from ledger.errors import BadRecording
from ledger.masks import Span
from ledger.records import Recording
from ledger.states import AudioFormat
from recorder.kept_sounds import KeptSound, KeptSounds
from recorder.opening import Recordings
from recorder.sealing import ENCRYPTED, Sound, encode

MOST_BYTES = 128 * 1024 * 1024  # of renditions in memory; an hour of FLAC takes about 50 MB


class Renditions:
    """Recordings as those hear them who must not hear everything, each in its own format."""

    def __init__(self, recordings: Recordings, most_bytes: int = MOST_BYTES) -> None:
        self._recordings, self._sounds = recordings, KeptSounds(most_bytes)

    def render(self, recording: Recording, spans: Sequence[Span]) -> KeptSound:
        """The rendition, made when it is first asked for. Raises what loading a recording raises."""
        return self._sounds.get((recording.sha256, tuple(spans)), lambda: self._make(recording, spans))

    def _make(self, recording: Recording, spans: Sequence[Span]) -> bytes:
        return encode(silenced(self._recordings, recording, spans).samples, format_of(recording))


def silenced(recordings: Recordings, recording: Recording, spans: Sequence[Span]) -> Sound:
    """The recording's samples, silent in the spans. Raises BadRecording and what loading raises."""
    try:
        samples, rate_hz = soundfile.read(recordings.load(recording), dtype="int16", always_2d=True)
    except soundfile.SoundFileError as error:
        raise BadRecording(f"the recording cannot be read: {error}; run `hotline verify`") from error
    for span in spans:
        rows = slice(math.floor(span.start_s * rate_hz), math.ceil(span.end_s * rate_hz))
        samples[rows, slice(None) if span.channel is None else span.channel] = 0
    return Sound(samples=samples, rescued=recording.rescued)


def format_of(recording: Recording) -> AudioFormat:
    """What it was written as."""
    return AudioFormat(recording.path.removesuffix(ENCRYPTED).rpartition(".")[2])
