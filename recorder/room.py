"""Room on the disks that calls are captured and sealed on: one look costs microseconds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger.settings import Settings

BYTES_A_MB = 1 << 20
FLOOR_MB = 1.0  # pjsip goes on after a failed write, with a gap: captures stop before


@dataclass(frozen=True, kw_only=True)
class DiskWatch:
    """The disks of an installation, and how much room has to be left on them."""

    folders: Sequence[Path]
    warn_mb: int  # below it somebody has to make room
    least_mb: int  # below it no capture is begun

    @classmethod
    def of(cls, settings: Settings) -> DiskWatch:
        """The disks that captures and sealed recordings are written to."""
        return cls(
            folders=(settings.capture_dir, settings.spool_dir),
            warn_mb=settings.warn_free_mb,
            least_mb=settings.least_free_mb,
        )

    @property
    def least_bytes(self) -> int:
        """`least_mb` in bytes."""
        return self.least_mb * BYTES_A_MB

    def free_mb(self) -> float:
        """What is left on the fuller disk, of what we may use. Raises OSError where a disk is gone."""
        stats = [os.statvfs(folder) for folder in self.folders]
        return min(found.f_bavail * found.f_frsize for found in stats) / BYTES_A_MB

    def has_room(self) -> bool:
        """Whether a capture may begin. A disk that cannot be asked has none."""
        return self._has(self.least_mb)

    def has_room_to_go_on(self) -> bool:
        """Whether a running capture may go on: half, so that those that run can still be sealed."""
        return self._has(max(self.least_mb / 2, FLOOR_MB))

    def is_short(self) -> bool:
        """Whether somebody should make room soon."""
        return not self._has(self.warn_mb)

    def _has(self, wanted_mb: float) -> bool:
        try:
            return self.free_mb() >= wanted_mb
        except OSError:
            return False
