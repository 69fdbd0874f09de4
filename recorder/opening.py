"""Opening recordings: decrypted, from the spool while they wait there, else from the archive."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from ledger.errors import ArchiveAway, BadRecording, NotFound
from ledger.records import Recording
from ledger.settings import Settings
from ledger.states import AudioFormat
from recorder.archive import Archive, Folder, open_archive
from recorder.durable import inside
from recorder.encryption import CHUNK_BYTES, DecryptedFile
from recorder.keys import load_keys
from recorder.sealing import ENCRYPTED

PIECE_BYTES = 1 << 20
MEDIA_TYPES = {AudioFormat.FLAC: "audio/flac", AudioFormat.OPUS: "audio/ogg"}


class Recordings:
    """All recordings of an installation, wherever they lie."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def archive(self) -> Archive:
        """Where they stay. Raises SettingsError."""
        return open_archive(self._settings)

    def open(self, recording: Recording) -> BinaryIO:
        """The plain audio file; it can seek, and reads no more of the store than it is asked for.

        Raises NotFound, ArchiveAway, MissingKey, BadRecording; so may reading from it. Decoders written in C
        lose such errors: give them what `load` gives.
        """
        sealed = self.open_sealed(recording)
        return self._plain(sealed) if is_encrypted(recording.path) else sealed

    def _plain(self, sealed: BinaryIO) -> BinaryIO:
        try:
            plain = DecryptedFile(sealed, load_keys(self._settings))
        except BaseException:
            sealed.close()
            raise
        return cast(BinaryIO, io.BufferedReader(plain, CHUNK_BYTES))

    def open_sealed(self, recording: Recording) -> BinaryIO:
        """The file as it lies, encrypted or not. Raises NotFound, ArchiveAway."""
        try:
            return self._stored(recording.path)
        except NotFound as error:
            if recording.archived_at is not None:
                raise
            raise ArchiveAway(
                f"the recording {recording.path} is not in the archive yet; "
                "it waits in the spool of the machine that sealed it"
            ) from error

    def load(self, recording: Recording) -> io.BytesIO:
        """The whole audio file in memory, which is what was sealed.

        Raises BadRecording where it was changed, and what `open` raises.
        """
        with self.open(recording) as file:
            audio = file.read()
        if hashlib.sha256(audio).hexdigest() != recording.sha256:
            raise _broken_seal(recording)
        return io.BytesIO(audio)

    def _stored(self, path: str) -> BinaryIO:
        try:
            return inside(self._settings.spool_dir, path).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return self.archive.open(path)

    def hash(self, path: str) -> str:
        """SHA-256 of the plain audio at a path, in hex; of the file as it lies where that opens no more.

        Raises FileNotFoundError, ArchiveAway, MissingKey.
        """
        try:
            sealed = self._stored(path)
        except NotFound as error:
            raise FileNotFoundError(str(error)) from error
        with sealed:
            try:
                return _sha256(self._plain(sealed) if is_encrypted(path) else sealed)
            except BadRecording:
                pass
        with self._stored(path) as changed:
            return _sha256(changed)

    def walk(self) -> Iterator[str]:
        """The paths of all files in the spool and in the archive, in order. Raises ArchiveAway."""
        spool = Folder(self._settings.spool_dir)
        spooled = [path for path in spool.walk() if "/" in path]  # not the lock
        yield from sorted({*spooled, *self.archive.walk()})

    def seal_holds(self, recording: Recording) -> bool:
        """Whether it is there and is what was sealed. Raises ArchiveAway, MissingKey."""
        try:
            return self.hash(recording.path) == recording.sha256
        except FileNotFoundError:
            return False


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


def is_encrypted(path: str) -> bool:
    """Whether a key is needed to read it."""
    return path.endswith(ENCRYPTED)


def media_type(recording: Recording) -> str:
    """What the plain audio file is, for browsers."""
    suffix = PurePosixPath(recording.path.removesuffix(ENCRYPTED)).suffix
    return MEDIA_TYPES[AudioFormat(suffix.removeprefix("."))]


def _broken_seal(recording: Recording) -> BadRecording:
    return BadRecording(
        f"the recording of call {recording.call_id} was changed after it was sealed; run `hotline verify`"
    )
