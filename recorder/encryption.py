"""Encrypted recordings: AES-256-GCM in chunks, so that a player may seek and nothing can be cut or moved.

The chunks follow STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance, CRYPTO 2015): each nonce holds the chunk's number and whether it is the last.
Every file has a random data key of its own, so a counter is nonce enough. The header holds that key, wrapped
by one that HKDF makes from the master key and a fresh salt; another master key changes the header only.

    magic 8 | master key's id 8 | chunk size 4 | salt 16 | wrapped data key 48 | chunks, each with a tag of 16
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.errors import BadRecording
from recorder.keys import KEY_BYTES, KEY_ID_BYTES, KeyRing, RecordingKey

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAGIC = b"HOTLENC\x01"
CHUNK_BYTES = 64 * 1024
LARGEST_CHUNK_BYTES = 1 << 24
TAG_BYTES = 16
SALT_BYTES = 16
HEADER = struct.Struct(f">{len(MAGIC)}s{KEY_ID_BYTES}sI{SALT_BYTES}s{KEY_BYTES + TAG_BYTES}s")
ONLY_NONCE = bytes(12)  # a wrapping key wraps once
LAST, NOT_LAST = 1, 0


@dataclass(frozen=True, kw_only=True)
class Header:
    """What stands before the chunks."""

    key_id: str
    chunk_bytes: int
    salt: bytes
    wrapped_key: bytes

    @classmethod
    def read(cls, file: BinaryIO) -> Header:
        """From where the file stands. Raises BadRecording."""
        data = file.read(HEADER.size)
        if len(data) < HEADER.size or data[: len(MAGIC)] != MAGIC:
            raise BadRecording("this is no encrypted recording of ours: its head is wrong or cut off")
        _, key_id, chunk_bytes, salt, wrapped_key = HEADER.unpack(data)
        if not 0 < chunk_bytes <= LARGEST_CHUNK_BYTES:
            raise _changed("its head")
        return cls(key_id=key_id.hex(), chunk_bytes=chunk_bytes, salt=salt, wrapped_key=wrapped_key)

    @classmethod
    def wrap(cls, data_key: bytes, key: RecordingKey, chunk_bytes: int) -> Header:
        """A header that hides the data key by a master key."""
        salt = secrets.token_bytes(SALT_BYTES)
        wrapping = AESGCM(_wrapping_key(key, salt))
        wrapped_key = wrapping.encrypt(ONLY_NONCE, data_key, _bound(chunk_bytes))
        return cls(key_id=key.id, chunk_bytes=chunk_bytes, salt=salt, wrapped_key=wrapped_key)

    def unwrap(self, keys: KeyRing) -> bytes:
        """The data key. Raises MissingKey, BadRecording."""
        wrapping = AESGCM(_wrapping_key(keys.key(self.key_id), self.salt))
        try:
            return wrapping.decrypt(ONLY_NONCE, self.wrapped_key, _bound(self.chunk_bytes))
        except InvalidTag:
            raise _changed("its head") from None

    def __bytes__(self) -> bytes:
        return HEADER.pack(MAGIC, bytes.fromhex(self.key_id), self.chunk_bytes, self.salt, self.wrapped_key)


def encrypt(plain: BinaryIO, target: BinaryIO, key: RecordingKey, chunk_bytes: int = CHUNK_BYTES) -> None:
    """Encrypt all of `plain` from where it stands."""
    data_key = secrets.token_bytes(KEY_BYTES)
    target.write(bytes(Header.wrap(data_key, key, chunk_bytes)))
    cipher, bound = AESGCM(data_key), _bound(chunk_bytes)
    index, chunk = 0, plain.read(chunk_bytes)
    while following := plain.read(chunk_bytes):
        target.write(cipher.encrypt(_nonce(index, NOT_LAST), chunk, bound))
        index, chunk = index + 1, following
    target.write(cipher.encrypt(_nonce(index, LAST), chunk, bound))


def rewrap(source: BinaryIO, target: BinaryIO, keys: KeyRing) -> None:
    """Copy an encrypted recording under the newest key; what it holds is neither decrypted nor changed.

    Raises MissingKey, BadRecording.
    """
    header = Header.read(source)
    assert keys.newest is not None, "who rewraps has a newest key"
    target.write(bytes(Header.wrap(header.unwrap(keys), keys.newest, header.chunk_bytes)))
    shutil.copyfileobj(source, target, CHUNK_BYTES)


class DecryptedFile(io.RawIOBase):
    """The plain bytes of an encrypted file that can seek. Closes it with itself.

    Each read fetches and checks only the chunks that it touches. Raises MissingKey, BadRecording.
    """

    def __init__(self, source: BinaryIO, keys: KeyRing) -> None:
        self._source = source
        source.seek(0)
        header = Header.read(source)
        self._cipher, self._bound = AESGCM(header.unwrap(keys)), _bound(header.chunk_bytes)
        self._chunk_bytes = header.chunk_bytes
        body = source.seek(0, os.SEEK_END) - HEADER.size
        self._chunks = max(1, -(-body // (header.chunk_bytes + TAG_BYTES)))
        self._size = body - self._chunks * TAG_BYTES
        if self._size < 0:
            raise _changed("its end")
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")  # the chunk that was read last
        self._chunk(self._chunks - 1)  # what was cut off or added is found before anything is given out

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go somewhere; beyond the end is allowed and reads nothing."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"a file has no place before its begin (asked for {base + offset})")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """What is left of the chunk that we stand in, or as much as fits; 0 at the end."""
        view = memoryview(buffer).cast("B")
        if self._at >= self._size or not len(view):
            return 0
        index, start = divmod(self._at, self._chunk_bytes)
        piece = self._chunk(index)[start : start + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close both."""
        self._source.close()
        super().close()

    def _chunk(self, index: int) -> bytes:
        if self._held[0] != index:
            stored_bytes = self._chunk_bytes + TAG_BYTES
            self._source.seek(HEADER.size + index * stored_bytes)
            stored = self._source.read(stored_bytes)
            last = LAST if index == self._chunks - 1 else NOT_LAST
            self._held = index, self._decrypt(index, last, stored)
        return self._held[1]

    def _decrypt(self, index: int, last: int, stored: bytes) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(index, last), stored, self._bound)
        except InvalidTag:
            raise _changed(f"chunk {index + 1} of {self._chunks}") from None


def _wrapping_key(key: RecordingKey, salt: bytes) -> bytes:
    info = b"hotline recording wrapping key"
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(key.secret)


def _bound(chunk_bytes: int) -> bytes:
    """What every tag covers beside the bytes: the format and the chunk size."""
    return MAGIC + struct.pack(">I", chunk_bytes)


def _nonce(index: int, last: int) -> bytes:
    return index.to_bytes(11, "big") + bytes([last])


def _changed(where: str) -> BadRecording:
    return BadRecording(
        f"this recording was changed after it was encrypted: {where} does not fit; run `hotline verify`"
    )
