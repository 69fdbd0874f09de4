"""Reading a foreign recording in blocks, as far as it can be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from ledger.errors import BadRecording
from ledger.quiet import STANDARD_ERROR, quiet
from ledger.records import Facts
from recorder.foreign.identity import remedy
from recorder.foreign.kinds import HEAD_BYTES, Kind, convert_first, kind_of, shown, why_not
from recorder.foreign.telephone import TelephoneFile
from recorder.foreign.wav import CODINGS, WavHeader, read_wav_header
from recorder.sealing import SAMPLE_RATE_HZ, Sound

LONGEST_S = 4 * 3600  # what one import may last; longer files are cut by hand first
SHORTEST_S = 0.02
RATES_HZ = (4_000, 192_000)
BLOCK_FRAMES = 1 << 16
OGG_TAIL_BYTES = 1 << 16  # a page is at most this long
OGG_LAST_PAGE = 4  # the flag in a page's header (RFC 3533)

Block = NDArray[np.float32]  # (frames, channels)


@dataclass(frozen=True, kw_only=True)
class ForeignRecording:
    """What a file gave."""

    sound: Sound  # its samples are mapped from an unnamed file: memory does not grow with the length
    facts: Facts  # `truncated` and `both_channels_equal`, where they are so


def read_foreign(path: Path, caller_channel: int, scratch_dir: Path) -> ForeignRecording:
    """Read a file of any rate; a stereo file's `caller_channel` (0 or 1) becomes the left one.

    What a broken-off file still holds is taken, and the fact `truncated` says so. Raises BadRecording with
    one sentence, StorageError where `scratch_dir` does not take the samples.
    """
    name = shown(path.name)
    try:
        with path.open("rb", buffering=0) as file:  # libsndfile goes on at the same place
            return _read(file, name, caller_channel, scratch_dir)
    except OSError as error:
        raise BadRecording(f"{name} cannot be read ({error.strerror}); {remedy(error)}") from error
    except soundfile.SoundFileError as error:
        said = str(getattr(error, "error_string", error)).strip().rstrip(".")
        raise BadRecording(
            f"{name} is no audio file that we can read ({said}); convert it to WAV, FLAC, Ogg or MP3"
        ) from error


def _read(file: BinaryIO, name: str, caller_channel: int, scratch_dir: Path) -> ForeignRecording:
    head = file.read(HEAD_BYTES)
    kind = kind_of(head)
    if kind is None:
        raise BadRecording(why_not(name, head))
    file.seek(0)
    wav = read_wav_header(file, name) if kind is Kind.WAV else None
    if wav and wav.coding in CODINGS:
        raise BadRecording(convert_first(name, CODINGS[wav.coding]))
    with _quiet_decoder(kind), _open(file, kind, wav, name) as audio:
        _refuse_shape(audio, name)
        source = _Source(audio, wav, name)
        with TelephoneFile(audio.samplerate, audio.channels, scratch_dir) as telephone:
            for block in source.blocks():
                telephone.add(block[:, ::-1] if caller_channel == 1 else block)
            telephone.finish()
            _refuse_short(telephone.frames, name)
            cut = source.cut() or (_ogg_cut(file) if kind is Kind.OGG else None)
            facts = {"truncated": cut} if cut else {}
            if telephone.channels_equal:
                facts["both_channels_equal"] = "yes"
            return ForeignRecording(sound=Sound(samples=telephone.samples()), facts=facts)


def _open(file: BinaryIO, kind: Kind, wav: WavHeader | None, name: str) -> Any:
    file.seek(0)
    if wav and wav.stated_bytes is None:
        return soundfile.SoundFile(_Mended(file, wav.size_at, wav.size_field))
    try:
        return soundfile.SoundFile(file.fileno(), closefd=False)
    except soundfile.LibsndfileError as error:
        if kind is not Kind.MP3:
            raise
        raise BadRecording(
            f"{name} is no audio file that we can read: it only begins like MP3; export it again"
        ) from error


def _refuse_shape(audio: Any, name: str) -> None:
    lowest, highest = RATES_HZ
    if audio.channels > 2:
        raise BadRecording(f"{name} has {audio.channels} channels; import mono or stereo")
    if not lowest <= audio.samplerate <= highest:
        raise BadRecording(
            f"{name} says {audio.samplerate} Hz; only {lowest} to {highest} can be read: export it again"
        )


def _refuse_short(frames: int, name: str) -> None:
    if frames == 0:
        raise BadRecording(f"{name} holds no sound (0 samples); export it again")
    if frames < SHORTEST_S * SAMPLE_RATE_HZ:
        lasts_ms = frames * 1000 / SAMPLE_RATE_HZ
        raise BadRecording(f"{name} lasts {lasts_ms:.0f} ms, too short for a word; export it again")


class _Source:
    """The blocks of an open file, and how many frames it should have had."""

    def __init__(self, audio: Any, wav: WavHeader | None, name: str) -> None:
        self._audio, self._wav, self._name = audio, wav, name
        self._end = _end(audio.frames, wav)
        self._frames = 0
        self._broke_off = False

    def blocks(self) -> Iterator[Block]:
        """All that can be read, as floats of full scale 1. Raises BadRecording beyond the longest."""
        while len(block := self._next()):
            self._frames += len(block)
            lasts_s = max(self._frames, self._end) / self._audio.samplerate
            if lasts_s > LONGEST_S:
                raise BadRecording(f"{self._name} lasts {lasts_s / 3600:.1f} hours; cut it below 4 hours")
            yield block

    def cut(self) -> str | None:
        """What there is of what there should be, where those differ."""
        rate_hz = self._audio.samplerate
        has_s, stated = self._frames / rate_hz, self._stated()
        if self._wav and self._wav.stated_bytes is None:
            return f"{has_s:.1f} s, header never finished"
        if self._broke_off or self._frames < stated:
            return f"{has_s:.1f} of {stated / rate_hz:.1f} s"
        return None

    def _next(self) -> Block:
        wanted = min(BLOCK_FRAMES, self._end - self._frames)
        block = np.zeros((max(wanted, 0), self._audio.channels), dtype=np.float32)
        if wanted <= 0:
            return block
        try:
            got: Block = self._audio.read(out=block)
        except soundfile.SoundFileError:
            if not self._frames and not self._audio.tell():
                raise
            self._broke_off = True
            got = block[: max(self._audio.tell() - self._frames, 0)]
        return got

    def _stated(self) -> int:
        wav = self._wav
        if wav is None or not wav.stated_bytes or wav.stated_bytes <= wav.there_bytes or not wav.there_bytes:
            return self._end
        stated = round(self._end * wav.stated_bytes / wav.there_bytes)
        return max(self._end, wav.fact_frames or stated)


def _end(frames: int, wav: WavHeader | None) -> int:
    """Where the recording ends: codings in blocks fill the last one up, and the `fact` chunk knows."""
    fact = wav.fact_frames if wav else None
    if wav and fact and 0 < frames - fact <= wav.block_frames:
        return fact
    return frames


def _ogg_cut(file: BinaryIO) -> str | None:
    """An Ogg stream tells its last page; without it the file was broken off, nobody knows how long before."""
    file.seek(max(0, os.fstat(file.fileno()).st_size - OGG_TAIL_BYTES))
    tail = file.read()
    page = tail.rfind(b"OggS")
    ended = page >= 0 and len(tail) > page + 5 and tail[page + 5] & OGG_LAST_PAGE
    return None if ended else "the end of the stream is missing"


class _Mended:
    """A file as if four bytes of it were others; the file itself is left alone."""

    def __init__(self, file: BinaryIO, at: int, instead: bytes) -> None:
        self._file, self._at, self._instead = file, at, instead

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        start = self._file.tell()
        data = bytearray(self._file.read(size))
        for place, byte in enumerate(self._instead, self._at - start):
            if 0 <= place < len(data):
                data[place] = byte
        return bytes(data)


def _quiet_decoder(kind: Kind) -> AbstractContextManager[None]:
    """Keep mpg123 inside libsndfile from writing its own notes on damaged files to standard error."""
    return quiet(STANDARD_ERROR) if kind is Kind.MP3 else nullcontext()
