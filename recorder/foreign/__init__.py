"""Recordings made elsewhere, brought to our form: 8000 Hz, 16 bit, caller left, or one mixed channel."""

from recorder.foreign.identity import fingerprint
from recorder.foreign.kinds import AUDIO_SUFFIXES, looks_like_audio, shown
from recorder.foreign.reading import ForeignRecording, read_foreign

__all__ = [
    "AUDIO_SUFFIXES",
    "ForeignRecording",
    "fingerprint",
    "looks_like_audio",
    "read_foreign",
    "shown",
]
