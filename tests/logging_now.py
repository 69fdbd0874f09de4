"""Logs of commands that run in the tests' own process: they go to standard error as it is just now.

A runner, or pytest, puts another stream in its place and closes it: a logger that had kept it would fail
every test after it.
"""

from __future__ import annotations

import sys
from typing import Any, TextIO, cast

import structlog

_configure = structlog.configure


class _StandardError:
    """Whatever it is just now."""

    def write(self, text: str) -> None:
        """Write there."""
        sys.stderr.write(text)

    def flush(self) -> None:
        """Nothing is kept back."""
        sys.stderr.flush()


def follow_standard_error() -> None:
    """From now on no configuration keeps a stream, or loggers that have one."""

    def configure(**settings: Any) -> None:
        factory = structlog.PrintLoggerFactory(cast("TextIO", _StandardError()))
        _configure(**{**settings, "logger_factory": factory, "cache_logger_on_first_use": False})

    structlog.configure = configure
    configure()
