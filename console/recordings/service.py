"""Finds a call's sealed file: the address never holds a path, the ledger does."""

from __future__ import annotations

from pathlib import Path

from console.recordings import repository
from console.recordings.schemas import Peaks
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.records import Recording
from ledger.settings import Settings
from recorder.peaks import read_peaks


def find_sound(ledger: Ledger, settings: Settings, call_id: str) -> tuple[Recording, Path]:
    """The call's recording and its file. Raises NotFound."""
    with ledger.reading() as session:
        recording = repository.get_recording(session, call_id)
    folder = settings.recordings_dir.resolve()
    path = (folder / recording.path).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise NotFound(f"the recording of call {call_id} is not in the recordings' folder; bring it back")
    return recording, path


def draw(recording: Recording, path: Path, buckets: int) -> Peaks:
    """The peaks of a recording. Raises BadRecording."""
    peaks = [[round(peak, 4) for peak in channel] for channel in read_peaks(path, buckets)]
    return Peaks(duration_s=recording.duration_s, channels=recording.channels, peaks=peaks)
