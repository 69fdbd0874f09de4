"""Why a source did not give a file. The store collects these into its one sentence."""

from __future__ import annotations

from ledger.errors import MissingAsset


class SourceFailed(MissingAsset):
    """A source did not give the file; the next one is tried."""


class WrongHash(SourceFailed):
    """A source gave another file than the pinned one."""


class HostUnreachable(SourceFailed):
    """A host cannot be reached; its other files need not be asked for."""
