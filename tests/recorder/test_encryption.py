"""Encrypted recordings read like plain ones, and whatever was changed in them is found."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import BadRecording, SettingsError
from ledger.settings import Settings
from recorder.encryption import HEADER, DecryptedFile, encrypt, rewrap
from recorder.keys import KeyRing, MissingKey, RecordingKey, append_key, load_keys, new_key

CHUNK_BYTES = 64  # small, so that small examples have many chunks
STORED_BYTES = CHUNK_BYTES + 16
KEY, OTHER_KEY = new_key(), new_key()
PLAIN = st.binary(max_size=5 * CHUNK_BYTES) | st.sampled_from(
    [bytes(count) for count in (CHUNK_BYTES, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 1)]
)


def encrypted(plain: bytes, key: RecordingKey = KEY) -> bytes:
    """As it lies in the archive."""
    target = io.BytesIO()
    encrypt(io.BytesIO(plain), target, key, CHUNK_BYTES)
    return target.getvalue()


def decrypted(stored: bytes, *keys: RecordingKey) -> bytes:
    """All of it."""
    return io.BufferedReader(DecryptedFile(io.BytesIO(stored), KeyRing(keys or (KEY,)))).read()


@given(plain=PLAIN, jumps=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=12))
def test_any_ranges_in_any_order_are_the_plain_bytes(plain: bytes, jumps: list[tuple[int, int]]) -> None:
    """A player that jumps about hears what was sealed, at and beyond every border of the chunks."""
    file = io.BufferedReader(DecryptedFile(io.BytesIO(encrypted(plain)), KeyRing((KEY,))))
    for start, length in jumps:
        file.seek(start)
        assert file.read(length) == plain[start : start + length]
    assert file.seek(0, os.SEEK_END) == len(plain)


@given(plain=PLAIN, data=st.data())
def test_any_flipped_bit_is_found(plain: bytes, data: st.DataObject) -> None:
    """In the head, the sound or a tag: reading it all raises, and never gives other bytes."""
    stored = bytearray(encrypted(plain))
    stored[data.draw(st.integers(0, len(stored) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((BadRecording, MissingKey)):
        decrypted(bytes(stored))


@given(chunks=st.integers(1, 4), cut=st.integers(1, 4 * STORED_BYTES + HEADER.size))
def test_whatever_is_cut_off_is_found(chunks: int, cut: int) -> None:
    """Also where the cut falls between two chunks, which a tag for each chunk alone would not tell."""
    stored = encrypted(os.urandom(chunks * CHUNK_BYTES))
    with pytest.raises(BadRecording):
        decrypted(stored[: max(0, len(stored) - cut)])


@given(added=st.binary(min_size=1, max_size=2 * STORED_BYTES))
def test_whatever_is_added_is_found(added: bytes) -> None:
    """Nobody can make a recording longer."""
    with pytest.raises(BadRecording):
        decrypted(encrypted(bytes(100)) + added)


def test_chunks_that_changed_places_are_found() -> None:
    """Neither within a recording nor between two under the same key."""
    first, second = (encrypted(os.urandom(3 * CHUNK_BYTES)) for _ in range(2))
    a, b = HEADER.size, HEADER.size + STORED_BYTES
    swapped = first[:a] + first[b : b + STORED_BYTES] + first[a:b] + first[b + STORED_BYTES :]
    mixed = first[:a] + second[a:b] + first[b:]
    for forged in (swapped, mixed):
        with pytest.raises(BadRecording, match="chunk 1 of 3"):
            decrypted(forged)


def test_the_same_sound_is_never_encrypted_the_same_way() -> None:
    """Each file has a key of its own: nothing tells that two callers heard the same."""
    first, second = encrypted(bytes(64)), encrypted(bytes(64))
    assert first[HEADER.size :] != second[HEADER.size :]


def test_a_missing_key_is_named() -> None:
    """The sentence has the id of the key that is needed, and of those that are there."""
    with pytest.raises(MissingKey, match=f"key {KEY.id}, which is not given \\(given: {OTHER_KEY.id}\\)"):
        decrypted(encrypted(b"sound"), OTHER_KEY)


def test_another_master_key_changes_the_head_only() -> None:
    """Rotation costs no decryption, the old key opens the copy no more, and the sound is the same."""
    stored, target = encrypted(bytes(300)), io.BytesIO()
    rewrap(io.BytesIO(stored), target, KeyRing((KEY, OTHER_KEY)))
    assert target.getvalue()[HEADER.size :] == stored[HEADER.size :]
    assert decrypted(target.getvalue(), OTHER_KEY) == bytes(300)
    with pytest.raises(MissingKey):
        decrypted(target.getvalue(), KEY)


def test_the_last_key_of_the_file_is_the_newest(tmp_path: Path) -> None:
    """A new key is added at the end; a file that we make is for its owner only."""
    path = tmp_path / "keys"
    append_key(path, KEY)
    path.write_text(path.read_text() + "\n# the next one was made in spring\n")
    append_key(path, OTHER_KEY)
    keys = load_keys(Settings(recording_key_file=path))
    assert [key.id for key in keys.keys] == [KEY.id, OTHER_KEY.id]
    assert keys.newest == OTHER_KEY
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """The sentence says what to do about it."""
    path = tmp_path / "keys"
    append_key(path, KEY)
    path.chmod(0o640)
    with pytest.raises(SettingsError, match=f"chmod 600 {path}"):
        load_keys(Settings(recording_key_file=path))


def test_keys_of_the_environment_are_read_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings may be printed, keys may be printed: the secret is in neither."""
    monkeypatch.setenv("HOTLINE_RECORDING_KEY", f"{KEY.text},{OTHER_KEY.text}")
    settings = Settings()
    keys = load_keys(settings)
    assert keys.newest == OTHER_KEY
    shown = f"{settings!r} {settings.model_dump_json()} {keys!r}"
    assert KEY.text not in shown
    assert repr(KEY.secret) not in shown


@pytest.mark.parametrize("text", ["short", "", "AAAA" * 40, "键" * 8])
def test_a_key_that_is_none_is_told_without_being_repeated(text: str, tmp_path: Path) -> None:
    """A typing error in a key is no reason to print the key."""
    path = tmp_path / "keys"
    path.write_text(text + "\n", encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="keys new") as told:
        load_keys(Settings(recording_key_file=path))
    assert not text or text not in str(told.value)
