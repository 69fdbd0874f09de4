"""The disks, looked at every minute: a warning in the log, and the ledger's reserve taken again."""

from __future__ import annotations

import structlog

from ledger.database import Ledger
from ledger.settings import Settings
from recorder.room import DiskWatch

log = structlog.get_logger(__name__)


def look_at_disks(settings: Settings, ledger: Ledger) -> None:
    """Warn where room is short; keep room for the ledger where there is enough. Raises OSError."""
    disk = DiskWatch.of(settings)
    ledger.keep_reserve(disk.least_bytes)
    if disk.is_short():
        tell = log.warning if disk.has_room() else log.error
        free_mb = round(disk.free_mb())
        tell("room_is_short", free_mb=free_mb, warn_mb=disk.warn_mb, recording=disk.has_room())
