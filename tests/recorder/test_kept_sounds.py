"""Sounds are made once, and what is kept is given at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from recorder.kept_sounds import KeptSounds


def test_a_kept_sound_waits_for_no_other_that_is_being_made() -> None:
    """A recording may come from a slow archive; meanwhile others hear what was made before."""
    sounds, is_begun, may_end = KeptSounds(100), Event(), Event()
    sounds.get("kept", lambda: b"a")

    def slowly() -> bytes:
        is_begun.set()
        may_end.wait(60)
        return b"b"

    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(sounds.get, "slow", slowly)
        assert is_begun.wait(60)
        try:
            assert threads.submit(sounds.get, "kept", _never).result(timeout=60).audio == b"a"
            assert not slow.done()
        finally:
            may_end.set()
        assert slow.result(timeout=60).audio == b"b"


def test_the_one_not_asked_for_longest_goes_first() -> None:
    """Of more bytes than may be kept; what could not be made is made when it is asked for again."""
    sounds = KeptSounds(2)
    for key in ("one", "two", "one", "three"):
        sounds.get(key, key[:1].encode)
    assert sounds.get("one", _never).audio == b"o"
    with pytest.raises(AssertionError):
        sounds.get("two", _never)
    assert sounds.get("two", lambda: b"2").audio == b"2"


def _never() -> bytes:
    raise AssertionError("it is kept already")
