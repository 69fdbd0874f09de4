"""Silence over spans of a recording: for masks, which are sealed, and for ears without the right."""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import soundfile

from ledger.errors import BadRecording
from ledger.masks import Span
from ledger.records import Recording
from ledger.states import AudioFormat
from recorder.opening import Recordings
from recorder.sealing import ENCRYPTED, Sound, encode

MOST_BYTES = 128 * 1024 * 1024  # of renditions in memory; an hour of FLAC takes about 50 MB


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendition:
    """A recording with silent spans, in its own format."""

    audio: bytes
    sha256: str


class Renditions:
    """Recordings as those hear them who must not hear everything.

    They live in memory only: nothing unencrypted reaches a disk, and what retention deletes leaves nothing
    behind. The ones that were not asked for longest go first. Safe for several threads.
    """

    def __init__(self, recordings: Recordings, most_bytes: int = MOST_BYTES) -> None:
        self._recordings, self._most_bytes = recordings, most_bytes
        self._made: OrderedDict[tuple[str, tuple[Span, ...]], Rendition] = OrderedDict()
        self._lock = threading.Lock()

    def render(self, recording: Recording, spans: Sequence[Span]) -> Rendition:
        """The rendition, made when it is first asked for. Raises what loading a recording raises."""
        key = (recording.sha256, tuple(spans))
        with self._lock:
            found = self._made.get(key) or self._make(recording, spans)
            self._made[key] = found
            self._made.move_to_end(key)
            while (
                len(self._made) > 1
                and sum(len(made.audio) for made in self._made.values()) > self._most_bytes
            ):
                self._made.popitem(last=False)
        return found

    def _make(self, recording: Recording, spans: Sequence[Span]) -> Rendition:
        audio = encode(silenced(self._recordings, recording, spans).samples, format_of(recording))
        return Rendition(audio=audio, sha256=hashlib.sha256(audio).hexdigest())


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
