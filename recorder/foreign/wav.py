"""What a WAV header says and what is there: crashed recorders leave headers that lie."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

from ledger.errors import BadRecording

UNKNOWN_BYTES = (0, 0xFFFFFFFF)  # what recorders and pipes write before they know the length
EXTENSIBLE = 0xFFFE  # the coding stands in the extension
PCM, FLOAT = 1, 3
MOST_HZ = 1_000_000  # beyond any converter
MOST_CHUNKS = 1000  # before the samples; more is no header
CODINGS = {  # those of telephone recorders that libsndfile does not read
    0x22: "TrueSpeech",
    0x42: "G.723.1",
    0x45: "G.726",
    0x64: "G.726",
    0x65: "G.722",
    0x83: "G.729",
    0x133: "G.729",
    0x160: "WMA",
    0x161: "WMA",
    0x28F: "G.722",
    0xA100: "G.723.1",
    0xA109: "Speex",
    0xA123: "G.729",
}


@dataclass(frozen=True, kw_only=True)
class WavHeader:
    """The chunks before the samples."""

    coding: int  # the format tag
    channels: int
    rate_hz: int
    bits: int
    block_frames: int  # of codings that pack samples in blocks; 0 for the others
    fact_frames: int | None  # the number of frames before the last block was filled up
    size_at: int  # where the number of data bytes stands
    little_endian: bool
    stated_bytes: int | None  # None: the writer never came to say it
    there_bytes: int

    @property
    def size_field(self) -> bytes:
        """What should stand at `size_at`."""
        return struct.pack("<I" if self.little_endian else ">I", min(self.there_bytes, 0xFFFFFFFF))


def read_wav_header(file: BinaryIO, name: str) -> WavHeader:
    """Read chunk by chunk as far as the samples. Raises BadRecording for what makes no sense."""
    form = file.read(12)
    little = not form.startswith(b"RIFX")
    chunks = _Chunks(file, "<" if little else ">", name)
    chunks.read()
    header = _header(chunks, little_endian=little, name=name)
    _refuse_nonsense(header, name)
    return header


class _Chunks:
    """The small chunks by name, and where the samples are."""

    def __init__(self, file: BinaryIO, order: str, name: str) -> None:
        self._file, self.order, self._name = file, order, name
        self.small: dict[bytes, bytes] = {}
        self.data_at = self.data_bytes = 0
        self.file_bytes = os.fstat(file.fileno()).st_size

    def read(self) -> None:
        for _ in range(MOST_CHUNKS):
            head = self._file.read(8)
            if len(head) < 8:
                break
            kind, size = struct.unpack(f"{self.order}4sI", head)
            if kind == b"data":
                self.data_at, self.data_bytes = self._file.tell(), size
                return
            start = self._file.tell()
            if kind in {b"fmt ", b"fact", b"ds64"}:
                self.small[kind] = self._file.read(min(size, 4096))
            self._file.seek(start + size + size % 2)
        raise BadRecording(f"{self._name} breaks off before its samples begin; copy or export it again")

    def follows_chunk(self) -> bool:
        """Whether right behind the data chunk's header another chunk stands that fits into the file."""
        self._file.seek(self.data_at)
        head = self._file.read(8)
        if len(head) < 8:
            return False
        kind, size = struct.unpack(f"{self.order}4sI", head)
        fits: bool = self.data_at + 8 + size <= self.file_bytes
        return fits and bytes(kind).isascii() and bytes(kind).strip().isalnum()


def _header(chunks: _Chunks, *, little_endian: bool, name: str) -> WavHeader:
    fmt = chunks.small.get(b"fmt ", b"")
    if len(fmt) < 16:
        raise BadRecording(f"{name} has no WAV header that says how it was coded; export it again")
    coding, channels, rate_hz, _, _, bits = struct.unpack_from(f"{chunks.order}HHIIHH", fmt)
    if coding == EXTENSIBLE and len(fmt) >= 26:
        (coding,) = struct.unpack_from(f"{chunks.order}H", fmt, 24)
    packed = len(fmt) >= 20 and coding not in {PCM, FLOAT, EXTENSIBLE}
    fact = chunks.small.get(b"fact", b"")
    return WavHeader(
        coding=coding,
        channels=channels,
        rate_hz=rate_hz,
        bits=bits,
        block_frames=struct.unpack_from(f"{chunks.order}H", fmt, 18)[0] if packed else 0,
        fact_frames=struct.unpack_from(f"{chunks.order}I", fact)[0] if len(fact) >= 4 else None,
        size_at=chunks.data_at - 4,
        little_endian=little_endian,
        stated_bytes=_stated_bytes(chunks),
        there_bytes=chunks.file_bytes - chunks.data_at,
    )


def _stated_bytes(chunks: _Chunks) -> int | None:
    ds64 = chunks.small.get(b"ds64", b"")
    if chunks.data_bytes == 0xFFFFFFFF and len(ds64) >= 16:  # RF64: the true size stands here
        (size,) = struct.unpack_from("<Q", ds64, 8)
        return int(size) or None
    if chunks.data_bytes == 0 and (chunks.data_at >= chunks.file_bytes or chunks.follows_chunk()):
        return 0  # truly empty
    return None if chunks.data_bytes in UNKNOWN_BYTES else chunks.data_bytes


def _refuse_nonsense(header: WavHeader, name: str) -> None:
    wrong = {
        f"{header.channels} channels": header.channels == 0,
        f"{header.rate_hz} Hz": not 0 < header.rate_hz <= MOST_HZ,
        f"{header.bits} bits a sample": header.bits == 0 and header.coding in {PCM, FLOAT},
    }
    if header.channels > 2:
        raise BadRecording(f"{name} has {header.channels} channels; import mono or stereo")
    for what, is_wrong in wrong.items():
        if is_wrong:
            raise BadRecording(f"{name} has a damaged header ({what}); export it again")
