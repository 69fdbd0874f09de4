"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path

from ledger.plain_text import text_of

HEAD_BYTES = 4096

# What people call recordings. In a folder these are tried; a file that is named is tried in any case.
READ_SUFFIXES = ".wav .wave .flac .ogg .oga .opus .mp3 .aif .aiff .au .snd .w64 .rf64"
UNREAD_SUFFIXES = ".amr .awb .m4a .mp4 .aac .3gp .wma .silk .slk .gsm .vox .raw .pcm .alaw .ulaw .g729 .spx"
AUDIO_SUFFIXES = frozenset(f"{READ_SUFFIXES} {UNREAD_SUFFIXES}".split())


class Kind(StrEnum):
    """Files that we read."""

    WAV = "wav"  # also RF64 and big-endian RIFX
    FLAC = "flac"
    OGG = "ogg"  # Vorbis, Opus or FLAC inside
    MP3 = "mp3"
    OTHER = "other"  # AIFF, AU, W64: rare, but libsndfile reads them like the rest


UNREAD_AUDIO = (
    (0, b"#!AMR", "AMR"),
    (0, b"#!SILK", "SILK"),
    (1, b"#!SILK", "SILK"),
    (4, b"ftyp", "M4A, MP4 or 3GP"),
    (0, b"\xff\xf1", "AAC"),
    (0, b"\xff\xf9", "AAC"),
    (0, b"\x30\x26\xb2\x75", "WMA"),
    (0, b"\x1a\x45\xdf\xa3", "Matroska or WebM"),
    (0, b"FLV", "Flash video"),
)
UNPACK = "unpack it, with its password if it has one, and import what is inside"
DECRYPT = "decrypt it first"
LOOK = "import the recording itself"
NO_AUDIO = (
    (b"PK\x03\x04", "a ZIP archive or an office document", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", UNPACK),
    (b"\x1f\x8b", "packed by gzip", UNPACK),
    (b"-----BEGIN PGP", "encrypted by PGP", DECRYPT),
    (b"Salted__", "encrypted by OpenSSL", DECRYPT),
    (b"\xff\xd8\xff", "a JPEG picture", LOOK),
    (b"\x89PNG", "a PNG picture", LOOK),
    (b"GIF8", "a GIF picture", LOOK),
    (b"%PDF", "a PDF document", LOOK),
    (b"\xd0\xcf\x11\xe0", "an office document", LOOK),
    (b"\xff\xfe", "text in UTF-16", LOOK),
    (b"\xfe\xff", "text in UTF-16", LOOK),
)
TEXT_CONTROLS = frozenset(b"\t\n\r\f")


def shown(path: Path | str) -> str:
    """A path as people read it; names from Chinese Windows are GB18030 where they are not UTF-8."""
    raw = os.fsencode(path)
    text = text_of(raw)
    return raw.decode("utf-8", "backslashreplace") if text is None else text


def kind_of(head: bytes) -> Kind | None:
    """Which of our kinds begins like this; None for anything else, also audio without a header."""
    if head[:4] in {b"RIFF", b"RIFX", b"RF64"} and head[8:12] == b"WAVE":
        return Kind.WAV
    if head.startswith(b"fLaC"):
        return Kind.FLAC
    if head.startswith(b"OggS"):
        return Kind.OGG
    if head.startswith(b"ID3") or _is_mp3_frame(head):
        return Kind.MP3
    aiff = head.startswith(b"FORM") and head[8:12] in {b"AIFF", b"AIFC"}
    return Kind.OTHER if aiff or head[:4] in {b".snd", b"riff"} else None


def looks_like_audio(head: bytes) -> bool:
    """Whether it is audio by its first bytes, ours or of a kind that must be converted first."""
    return kind_of(head) is not None or unread_audio(head) is not None


def unread_audio(head: bytes) -> str | None:
    """The name of audio that we know and do not read."""
    return next((name for at, magic, name in UNREAD_AUDIO if head[at:].startswith(magic)), None)


def convert_first(name: str, what: str) -> str:
    """The sentence for audio that we do not read."""
    target = f"{Path(name).stem}-pcm.wav"
    return f"{name} is {what}, which we do not read; convert it first: ffmpeg -i {name!r} {target!r}"


def why_not(name: str, head: bytes) -> str:
    """The sentence for a file that is none of our kinds: what it is, and what to do."""
    if unread := unread_audio(head):
        return convert_first(name, unread)
    for magic, what, remedy in NO_AUDIO:
        if head.startswith(magic):
            return f"{name} is no audio file that we can read: it is {what}; {remedy}"
    if not any(head):
        return f"{name} is no audio file that we can read: it is nothing but zeros; copy or export it again"
    if _is_text(head):
        return f"{name} is no audio file that we can read: it is text; {LOOK}"
    return (
        f"{name} is no audio file that we can read: no header says what it holds; "
        "export it as WAV, FLAC, Ogg or MP3"
    )


def _is_mp3_frame(head: bytes) -> bool:
    """A frame header of MPEG audio, layer II or III (ISO 11172-3, 2.4.1.3): sync, nothing forbidden."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return (
        version != 1 and layer in {1, 2} and bit_rate not in {0, 15} and sample_rate != 3 and head[3] & 3 != 2
    )


def _is_text(head: bytes) -> bool:
    return not any(byte < 32 and byte not in TEXT_CONTROLS for byte in head)
