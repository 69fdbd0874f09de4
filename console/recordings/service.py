"""Finds a call's recording wherever it lies: the address never holds a path, the ledger does."""

from __future__ import annotations

import re
from datetime import tzinfo

from console.recordings import repository
from console.recordings.schemas import MaskedChannel, MaskWish, Peaks
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.masks import Span
from ledger.records import Recording, User
from recorder.masking import Wish
from recorder.opening import Recordings
from recorder.peaks import read_levels, unpack
from recorder.sealing import ENCRYPTED

CHANNELS = {MaskedChannel.BOTH: None, MaskedChannel.CALLER: 0, MaskedChannel.OPERATOR: 1}


def find_recording(ledger: Ledger, call_id: str) -> Recording:
    """The call's recording. Raises NotFound."""
    with ledger.reading() as session:
        return repository.get_recording(session, call_id)


def find_original(ledger: Ledger, call_id: str) -> Recording:
    """The recording as it was before its first mask. Raises NotFound."""
    with ledger.reading() as session:
        found = repository.find_original(session, call_id)
    if found is None:
        raise NotFound(f"call {call_id} has no original: it was never masked, or the original was destroyed")
    return found


def file_name(ledger: Ledger, recording: Recording, zone: tzinfo, *, is_rendition: bool) -> str:
    """What a download is called: number, local time, operator, call, if it is silenced. In ASCII."""
    with ledger.reading() as session:
        call = repository.get_call(session, recording.call_id)
    at = f"{call.received_at.astimezone(zone):%Y-%m-%d_%H%M%S}"
    silenced = "silenced" if is_rendition else None
    stem = "_".join(part for part in (call.hotline, at, call.operator, call.id, silenced) if part)
    ending = recording.path.removesuffix(ENCRYPTED).rpartition("/")[2].partition(".")[2]
    return re.sub(r"[^A-Za-z0-9._-]", "-", f"{stem}.{ending}")


def draw(ledger: Ledger, recording: Recording, recordings: Recordings, buckets: int) -> Peaks:
    """The peaks that were made at sealing; those of an older recording are made now, and kept.

    Raises NotFound, BadRecording, ArchiveAway, MissingKey.
    """
    with ledger.reading() as session:
        levels = repository.find_peaks(session, recording)
    if levels is None:
        levels = read_levels(recordings.load(recording))
        with ledger.transaction() as session:
            repository.save_peaks(session, recording, levels)
    peaks = unpack(levels, recording.channels, buckets)
    return Peaks(duration_s=recording.duration_s, channels=recording.channels, peaks=peaks)


def order_of(call_id: str, user: User, wish: MaskWish) -> Wish:
    """The wish as the recorder takes it."""
    span = Span(start_s=wish.start_s, end_s=wish.end_s, channel=CHANNELS[wish.channel])
    return Wish(call_id=call_id, spans=(span,), why=wish.why.strip(), by=user, destroy=wish.destroy)
