"""The one family of errors. Each message says what is wrong and what to do about it."""

from __future__ import annotations


class HotlineError(Exception):
    """Something that a person can mend: one clear sentence, what to do, and no traceback."""

    exit_code = 2
    http_status = 400


class SettingsError(HotlineError):
    """A setting is wrong: correct the option, the environment variable or the file that is named."""


class PlanError(HotlineError):
    """The plan has mistakes: each is told with its file and line; correct them and run `hotline check`."""


class MissingAsset(HotlineError):
    """A model, a voice or a prompt is not here: install it with the command that is named."""


class BadAsset(HotlineError):
    """A file is not the one that was pinned: its hash differs; remove it and install it again."""


class NotEnoughMemory(HotlineError):
    """Something takes more memory than is free: stop other work, or do it on another machine."""


class NoModel(HotlineError):
    """No model here understands the call's language: name one in the plan and install it."""


class PortTaken(HotlineError):
    """Another program listens on the address: stop it or choose another port."""


class StorageError(HotlineError):
    """The data directory cannot be written: give the rights or name another with --data."""


class DiskFull(StorageError):
    """The ledger's disk is full: make room; what lines have to write waits until there is some."""

    http_status = 503


class ArchiveAway(StorageError):
    """The archive does not answer, or refuses: nothing is lost; it is tried again until it works."""

    http_status = 503


class BadRecording(HotlineError):
    """The file is no recording that we can read: look at it with a player, export it again."""


class BadPack(HotlineError):
    """A rule pack has mistakes: each is told with its file and line; correct them."""


class NotFound(HotlineError):
    """There is no such call, user or finding: look it up in the list."""

    http_status = 404


class NotAllowed(HotlineError):
    """You may not do this: sign in, or ask somebody who has the right."""

    http_status = 403


class Conflict(HotlineError):
    """Somebody changed it meanwhile: load it again and repeat your change."""

    http_status = 409
