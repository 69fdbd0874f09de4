"""Intake: what came in by web form, mail and fax, the files that came along, and our mails."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class IntakeRow(Base):
    """A form, a mail or a fax that came in, once. Columns mirror `desks.intake.records.Received`."""

    __tablename__ = "intake_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(
        String(255), unique=True
    )  # of a mail its Message-ID, of a form its own
    channel: Mapped[str] = mapped_column(String(16))  # `desks.tickets.Channel`
    sender: Mapped[str] = mapped_column(String(255), index=True)  # an address
    subject: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fate: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(String(255))  # it became no ticket
    ticket: Mapped[str | None] = mapped_column(String(16), index=True)  # its number


class IntakeFileRow(Base):
    """A file that came along. Its content lies in the data directory, named by its hash."""

    __tablename__ = "intake_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("intake_messages.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))  # as the sender called it
    kind: Mapped[str] = mapped_column(String(16))  # by its content; empty: it was not kept
    size_bytes: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int] = mapped_column(Integer)  # that can be shown
    problem: Mapped[str] = mapped_column(
        String(16)
    )  # why none can, or why it was not kept; empty: it is fine
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its content, when its time was over


class OutgoingMailRow(Base):
    """A mail of ours: it waits until the mail server has taken it, and stays as what was said."""

    __tablename__ = "outgoing_mails"
    __table_args__ = (Index("ix_outgoing_mails_recipient_written_at", "recipient", "written_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # `desks.intake.outbox.MailKind`
    ticket: Mapped[str | None] = mapped_column(String(16), index=True)  # its number; None: of several
    recipient: Mapped[str] = mapped_column(String(255))  # an address
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(String(255), unique=True)  # its Message-ID, for every try
    thread: Mapped[str] = mapped_column(Text)  # Message-IDs that it answers, by blanks, the newest last
    written_by: Mapped[str] = mapped_column(String(128))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # None: sent, or given up
    tries: Mapped[int] = mapped_column(Integer)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(String(255))
