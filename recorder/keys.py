"""The keys that recordings are encrypted with: the newest encrypts, all of them decrypt."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ledger.errors import SettingsError
from ledger.settings import Settings

KEY_BYTES = 32  # AES-256
KEY_ID_BYTES = 8
OTHERS_MAY = 0o077  # rights on a key's file that nobody but its owner may have


class MissingKey(SettingsError):
    """A recording is encrypted with a key that is not given: add that key, the newest last."""

    http_status = 503


@dataclass(frozen=True, kw_only=True)
class RecordingKey:
    """One master key. Its secret appears in no log and no message."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """What files and messages name it by: 16 hex digits that tell nothing of the secret."""
        return hashlib.sha256(b"hotline recording key id" + self.secret).digest()[:KEY_ID_BYTES].hex()

    @property
    def text(self) -> str:
        """The key as a key file has it."""
        return base64.urlsafe_b64encode(self.secret).decode()


@dataclass(frozen=True)
class KeyRing:
    """The keys that are given, the newest last."""

    keys: Sequence[RecordingKey] = ()

    @property
    def newest(self) -> RecordingKey | None:
        """The key that encrypts; None: recordings are not encrypted."""
        return self.keys[-1] if self.keys else None

    def key(self, key_id: str) -> RecordingKey:
        """The key of that id. Raises MissingKey."""
        for key in self.keys:
            if key.id == key_id:
                return key
        given = ", ".join(key.id for key in self.keys) or "none"
        raise MissingKey(
            f"this recording is encrypted with key {key_id}, which is not given (given: {given}); "
            "add it to the file that HOTLINE_RECORDING_KEY_FILE names, above the newest"
        )


def new_key() -> RecordingKey:
    """A key from the system's random numbers."""
    return RecordingKey(secret=secrets.token_bytes(KEY_BYTES))


def load_keys(settings: Settings) -> KeyRing:
    """The keys of the file, then those of the environment. Raises SettingsError with one sentence."""
    keys: list[RecordingKey] = []
    if settings.recording_key_file is not None:
        path = settings.recording_key_file
        lines = enumerate(_read_private(path).splitlines(), start=1)
        keys += [_parse(line, f"{path}:{number}") for number, line in lines if _is_key(line)]
        if not keys:
            raise SettingsError(f"{path} holds no key; make one with `hotline keys new --to {path}`")
    if settings.recording_key is not None:
        given = settings.recording_key.get_secret_value().replace(",", " ").split()
        keys += [_parse(text, "HOTLINE_RECORDING_KEY") for text in given]
    return KeyRing(keys)


def append_key(path: Path, key: RecordingKey) -> None:
    """Add a key as the newest; a new file is for its owner only. Raises SettingsError."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            ends_open = file.read()[-1:] not in {b"", b"\n"}
            file.write(b"\n" * ends_open + key.text.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SettingsError(f"cannot write {path}: {error.strerror}; name another with --to") from error


def _read_private(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            if mode & OTHERS_MAY:
                raise SettingsError(f"others may read or write {path}: `chmod 600 {path}` and try again")
            return file.read()
    except OSError as error:
        raise SettingsError(f"cannot read the key file {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is no key file; make one with `hotline keys new --to FILE`") from error


def _is_key(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _parse(text: str, where: str) -> RecordingKey:
    try:
        secret = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise SettingsError(f"{where} is no key of {KEY_BYTES} bytes in base64; `hotline keys new` makes one")
    return RecordingKey(secret=secret)
