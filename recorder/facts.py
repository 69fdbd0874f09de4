"""The facts that are sealed with a recording: one canonical document, the same bytes on every machine."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from ledger.strays import Columns

FACTS_DOMAIN = b"hotline sealed facts 1\n"  # so that no other document of ours can have the same hash

SEALED_CALL_COLUMNS = (
    "id",
    "origin",
    "sip_call_id",
    "hotline",
    "caller",
    "line",
    "received_at",
    "answered_at",
    "ended_at",
    "result",
    "reason",
    "place",
    "desk",
    "operator",
    "queue_wait_s",
    "marks",
    "facts",
)

SEALED_RECORDING_COLUMNS = (
    "call_id",
    "path",
    "sha256",
    "duration_s",
    "sample_rate_hz",
    "channels",
    "sealed_at",
    "rescued",
)

Document = dict[str, Any]  # strings, integers, booleans, None, lists and dicts of them: no floats


def facts_of(call: Columns, recording: Columns) -> Document:
    """What is sealed with a recording: columns of both rows by their names, so that they can be compared.

    Times are UTC with microseconds, seconds have six decimals. `format` (how the file ends), and
    `captured_until` (where the capture of a rescued call broke off), stand there for the reader only.
    """
    return {
        "call": call_facts(call),
        "recording": recording_facts(recording),
        "format": PurePosixPath(recording["path"]).name.partition(".")[2],
        "captured_until": _captured_until(call, recording),
    }


def call_facts(columns: Columns) -> Document:
    """The columns of a call that a seal covers: all that a line or an import tells of it."""
    return {name: _plain(columns[name]) for name in SEALED_CALL_COLUMNS}


def recording_facts(columns: Columns) -> Document:
    """The columns of a recording that a seal covers."""
    return {name: _plain(columns[name]) for name in SEALED_RECORDING_COLUMNS}


def canonical(document: Document) -> str:
    """JSON with sorted keys, no blanks, letters as they are. Raises TypeError for a float."""
    _refuse_floats(document)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_facts(document: str) -> str:
    """SHA-256 of FACTS_DOMAIN and the document in UTF-8, in hex."""
    return hashlib.sha256(FACTS_DOMAIN + document.encode(errors="surrogatepass")).hexdigest()


def time_text(moment: datetime | None) -> str | None:
    """A time as it stands in facts and links, e.g. 2026-01-02T03:04:05.000006Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z" if moment else None


def _captured_until(call: Columns, recording: Columns) -> str | None:
    if not recording["rescued"] or call["answered_at"] is None:
        return None
    return time_text(call["answered_at"] + timedelta(seconds=recording["duration_s"]))


def _plain(value: Any) -> Any:
    """Text for times and floats, also inside: a float prints differently here and there."""
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, float):
        return f"{value:.6f}"
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float: write it with fixed decimals")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    for each in inner:
        _refuse_floats(each)
