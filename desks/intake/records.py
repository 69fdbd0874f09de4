"""Frozen records of what comes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desks.intake.kinds import FileKind, Problem
from desks.tickets import Channel


class Fate(StrEnum):
    """What became of something that came in."""

    OPENED = "opened"  # a ticket
    ADDED = "added"  # it belongs to a ticket that was there
    REOPENED = "reopened"  # a ticket that was closed a few days ago
    IGNORED = "ignored"  # an automatic answer, a list, a mail of our own


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file as a mail brings it."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A mail as it is read."""

    message_id: str  # without angle brackets; one that has none gets its hash
    references: tuple[str, ...]  # that it answers, the nearest first
    sender: str  # the address to answer to
    sender_name: str
    subject: str
    text: str  # without what it quotes
    is_automatic: bool  # RFC 3834: nobody waits for an answer, and one could go round for ever
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptFile:
    """A file that came in."""

    id: int
    message_id: int
    name: str
    kind: FileKind | None  # None: it was not kept
    size_bytes: int
    sha256: str
    pages: int
    problem: Problem | None
    deleted_at: datetime | None  # its time was over; its name stays


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """A form, a mail or a fax that came in."""

    id: int
    channel: Channel
    sender: str
    subject: str
    text: str
    received_at: datetime
    fate: Fate
    ticket: str | None
    files: tuple[KeptFile, ...] = ()
