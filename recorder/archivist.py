"""The archivist: takes sealed recordings from the spool into the archive, and frees the spool."""

from __future__ import annotations

import contextlib
import fcntl
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from ledger import archived, chain
from ledger.database import Ledger
from ledger.errors import HotlineError
from ledger.records import Recording
from ledger.settings import Settings
from ledger.states import ChainKind
from recorder.archive import Archive, Folder, open_archive
from recorder.durable import PART, inside
from recorder.encryption import Header
from recorder.opening import is_encrypted
from recorder.shelf import call_id_of

MOST_FAILURES = 3  # in a row: then the archive is to blame and not the recording

log = structlog.get_logger(__name__)


class Archivist:
    """Works on the spool of this machine. Several may, one at a time.

    A recording is put into the archive, checked there, marked in the ledger, and only then removed from
    the spool: whatever dies in between, the next round finishes.
    """

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._settings, self._ledger = settings, ledger
        self._refused: Counter[str] = Counter()  # by file: those wait until the others have had their turn

    @cached_property
    def archive(self) -> Archive:
        """Where recordings stay. Raises SettingsError."""
        return open_archive(self._settings)

    @property
    def is_near(self) -> bool:
        """Whether putting away moves no bytes and asks no other machine: then it need not wait its turn."""
        return isinstance(self.archive, Folder) and self.archive.is_near(self._settings.spool_dir)

    def sweep(self) -> bool:
        """One round over the spool. False where the archive took something not."""
        failures = 0
        for file in self._waiting():
            try:
                self._put_away(file)
            except (HotlineError, OSError, OperationalError) as error:
                failures += 1
                self._refused[file.name] += 1
                log.warning("recording_not_put_away", call_id=call_id_of(file.name), cause=str(error))
                if failures >= MOST_FAILURES:
                    break
        return self.discard() and failures == 0

    def _is_deleted(self, call_id: str) -> bool:
        """As its tombstone says."""
        with self._ledger.reading() as session:
            entry = chain.newest_entry(session, call_id)
        return entry is not None and entry.kind == ChainKind.DELETED

    def adopt(self) -> None:
        """Mark what is in the archive already: a power cut may take the ledger's newest marks with it."""
        with self._ledger.reading() as session:
            waiting = archived.spooled_recordings(session)
        for recording in waiting:
            with contextlib.suppress(HotlineError), self.alone():
                if not (self._settings.spool_dir / recording.path).exists():
                    self._mark_archived(recording)

    def _mark_archived(self, recording: Recording) -> None:
        """Raises NotFound where it is not in the archive."""
        with self.archive.open(recording.path) as file:
            key_id = Header.read(file).key_id if is_encrypted(recording.path) else None
        with self._ledger.transaction() as session:
            archived.mark_archived(session, recording, key_id)

    def put_away(self, recording: Recording) -> None:
        """One recording that was just sealed. Raises ArchiveAway."""
        self._put_away(self._settings.spool_dir / recording.path)

    def put_near(self, recording: Recording) -> None:
        """The same at once where that costs nothing; whatever is in the way is left to the next sweep."""
        try:
            if self.is_near:
                self.put_away(recording)
        except (HotlineError, OSError, OperationalError) as error:
            log.warning("recording_not_put_away", call_id=recording.call_id, cause=str(error))

    def _waiting(self) -> list[Path]:
        """The spool's files, the oldest days first."""
        found = [path for path in self._settings.spool_dir.rglob("*/*/*") if _is_sealed(path)]
        return sorted(found, key=lambda path: (self._refused[path.name], path))

    def _put_away(self, file: Path) -> None:
        with self.alone():
            recording = self._recording_of(file)
            if recording is None and self._is_deleted(call_id_of(file.name)):
                file.unlink(missing_ok=True)  # deleted from another machine while it lay here
            if recording is None or not file.exists():
                return  # its ledger entry comes in a moment, or another archivist was here
            if recording.archived_at is None:
                self.archive.put(file, recording.path)
                self._mark_archived(recording)
            file.unlink()
            log.info("recording_put_away", call_id=recording.call_id)

    def _recording_of(self, file: Path) -> Recording | None:
        with self._ledger.reading() as session:
            relative = file.relative_to(self._settings.spool_dir).as_posix()
            return archived.find_version(session, call_id_of(file.name), relative)

    def discard(self) -> bool:
        """Remove what has to go, from the spool and the archive. False where the archive refused."""
        with self._ledger.reading() as session:
            paths = archived.discarded(session)
        return not [path for path in paths if not self._remove(path)]

    def _remove(self, path: str) -> bool:
        """The row goes last: whatever dies before, the next round finishes. A forged row costs nothing."""
        try:
            with self.alone():
                if not self._is_kept(path):
                    inside(self._settings.spool_dir, path).unlink(missing_ok=True)
                    self.archive.remove(path)
            with self._ledger.transaction() as session:
                archived.forget_discarded(session, path)
        except (HotlineError, OSError) as error:
            log.warning("recording_not_removed", path=path, cause=str(error))
            return False
        log.info("recording_removed", path=path)
        return True

    def _is_kept(self, path: str) -> bool:
        with self._ledger.reading() as session:
            return archived.is_kept(session, path)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else touches the spool's files meanwhile."""
        with (self._settings.spool_dir / ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _is_sealed(path: Path) -> bool:
    return path.is_file() and path.suffix != PART
