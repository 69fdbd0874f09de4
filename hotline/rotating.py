"""Recordings come under the newest key: their heads are written anew, the sound is only copied."""

from __future__ import annotations

from collections.abc import Iterator

from ledger import archived
from ledger.database import Ledger
from ledger.errors import SettingsError
from ledger.records import Recording
from ledger.settings import Settings
from recorder.archivist import Archivist
from recorder.durable import write_durably
from recorder.encryption import rewrap
from recorder.keys import load_keys
from recorder.opening import Recordings


class Rotation:
    """Goes on where an earlier one stopped: the ledger has the key of each recording.

    Raises SettingsError where no key is given.
    """

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._settings, self._ledger = settings, ledger
        self._recordings, self._archivist = Recordings(settings), Archivist(settings, ledger)
        keys = load_keys(settings)
        if keys.newest is None:
            raise SettingsError("no key is given; set HOTLINE_RECORDING_KEY_FILE and see `hotline keys new`")
        self._keys, self.newest_id = keys, keys.newest.id

    def due(self) -> list[Recording]:
        """Encrypted recordings under another key."""
        with self._ledger.reading() as session:
            return archived.under_other_keys(session, self.newest_id)

    def turn(self, recordings: list[Recording]) -> Iterator[Recording]:
        """Each once it lies in the archive under the newest key. Raises MissingKey, ArchiveAway."""
        for recording in recordings:
            with self._archivist.alone():
                self._respool(recording)
            self._archivist.put_away(recording)
            yield recording

    def _respool(self, recording: Recording) -> None:
        """A copy with a new head into the spool, from where it goes to the archive like a new recording."""
        with self._recordings.open_sealed(recording) as source:
            write_durably(
                self._settings.spool_dir / recording.path, lambda target: rewrap(source, target, self._keys)
            )
        with self._ledger.transaction() as session:
            archived.mark_spooled(session, recording.call_id)
