"""What `hotline check` asks of the archive and the keys."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import partial
from typing import BinaryIO

from ledger import archived
from ledger.database import open_ledger
from ledger.errors import ArchiveAway, HotlineError
from ledger.settings import Settings
from recorder.archive import open_archive
from recorder.durable import write_durably
from recorder.keys import load_keys

PROBE = b"hotline check wrote this and removes it again\n"


def archive_problems(settings: Settings) -> list[str]:
    """One sentence for each: the archive must take, give and remove; the newest recording must open."""
    return [*_told(partial(_try_archive, settings)), *_told(partial(_try_keys, settings))]


def _told(look: partial[None]) -> Iterable[str]:
    try:
        look()
    except HotlineError as error:
        return [str(error)]
    return []


def _try_archive(settings: Settings) -> None:
    """Raises ArchiveAway, SettingsError."""
    archive = open_archive(settings)
    name = f".hotline-check-{secrets.token_hex(4)}"
    probe = settings.spool_dir / name
    write_durably(probe, _write_probe)
    try:
        archive.put(probe, name)
        with archive.open(name) as file:
            if file.read() != PROBE:
                raise ArchiveAway(f"the archive {archive.place} gives back something else than it was given")
        archive.remove(name)
    finally:
        probe.unlink()


def _write_probe(file: BinaryIO) -> None:
    file.write(PROBE)


def _try_keys(settings: Settings) -> None:
    """Raises SettingsError, MissingKey."""
    keys = load_keys(settings)
    with open_ledger(settings).reading() as session:
        newest = archived.newest_recording(session)
    if newest is not None and newest.key_id is not None:
        keys.key(newest.key_id)
