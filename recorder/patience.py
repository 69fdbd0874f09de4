"""Bounding what other people's clients do: some wait for ever where a connection dies at a bad moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Answer = TypeVar("Answer")


def within(patience_s: float, work: Callable[[], Answer]) -> Answer:
    """What `work` gives or raises, or TimeoutError after so long; then it is left alone in its thread."""
    outcome: Future[Answer] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            outcome.set_exception(error)

    threading.Thread(target=run, name="store", daemon=True).start()
    try:
        return outcome.result(patience_s)
    except TimeoutError as error:
        if outcome.done():
            raise  # the work's own
        raise TimeoutError(f"it did not answer within {patience_s:.0f} s") from error
