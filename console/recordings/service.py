"""Finds a call's recording wherever it lies: the address never holds a path, the ledger does."""

from __future__ import annotations

from console.recordings import repository
from console.recordings.schemas import Peaks
from ledger.database import Ledger
from ledger.records import Recording
from recorder.opening import Recordings
from recorder.peaks import read_peaks


def find_recording(ledger: Ledger, call_id: str) -> Recording:
    """The call's recording. Raises NotFound."""
    with ledger.reading() as session:
        return repository.get_recording(session, call_id)


def draw(recording: Recording, recordings: Recordings, buckets: int) -> Peaks:
    """The peaks of a recording. Raises NotFound, BadRecording, ArchiveAway, MissingKey."""
    found = read_peaks(recordings.load(recording), buckets)
    peaks = [[round(peak, 4) for peak in channel] for channel in found]
    return Peaks(duration_s=recording.duration_s, channels=recording.channels, peaks=peaks)
