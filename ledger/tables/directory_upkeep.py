"""How the directory is kept current (业务资料的动态性管理). The repositories are in `desks.directory`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class DirectoryBatchRow(Base):
    """What somebody did at once: one change or a whole import. Never changed, but for its count."""

    __tablename__ = "directory_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(16))  # `desks.directory.history.Source`
    title: Mapped[str] = mapped_column(String(200))  # of an import: the file's name
    why: Mapped[str] = mapped_column(String(500))
    user: Mapped[str] = mapped_column(String(128))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changes: Mapped[int] = mapped_column(Integer)


class DirectoryChangeRow(Base):
    """One entry's change, as documents of `desks.directory.documents`. Never changed."""

    __tablename__ = "directory_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("directory_batches.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("directory_entries.id"), index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # None: it was not there
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("directory_changes.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DirectoryPlannedRow(Base):
    """A change that is to come at a moment."""

    __tablename__ = "directory_planned"
    __table_args__ = (Index("ix_directory_planned_state_effective_at", "state", "effective_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("directory_entries.id"), index=True)  # None: new
    base: Mapped[dict[str, Any]] = mapped_column(JSON)  # the fields as they were when it was planned
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)  # and as they are to be
    name: Mapped[str] = mapped_column(String(200))  # of the entry, for lists
    effective_at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(String(500))
    user: Mapped[str] = mapped_column(String(128))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16))  # `desks.directory.planned.PlannedState`
    problem: Mapped[str] = mapped_column(String(500))  # why it could not be made
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("directory_batches.id"))  # once it is made
    version: Mapped[int] = mapped_column(Integer)


class DirectoryKeyRow(Base):
    """What another system calls an entry."""

    __tablename__ = "directory_keys"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("directory_entries.id"), index=True)


class DirectoryImportRow(Base):
    """A file that was read and shown, and perhaps applied."""

    __tablename__ = "directory_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))  # the file's name
    sha256: Mapped[str] = mapped_column(String(64))
    told: Mapped[dict[str, Any]] = mapped_column(JSON)  # how it was read: encoding, delimiter, columns
    mode: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(16))
    lines: Mapped[int] = mapped_column(Integer)  # of the file, without its head
    same: Mapped[int] = mapped_column(Integer)  # lines that change nothing: they are not kept
    user: Mapped[str] = mapped_column(String(128))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("directory_batches.id"))


class DirectoryImportLineRow(Base):
    """What a line of the file would do, as it is shown."""

    __tablename__ = "directory_import_lines"
    __table_args__ = (Index("ix_directory_import_lines_import_id_kind_id", "import_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("directory_imports.id"))
    line: Mapped[int] = mapped_column(
        Integer
    )  # of the file, its head is 1; 0: the file has none for the entry
    kind: Mapped[str] = mapped_column(String(16))  # `desks.directory.import_records.LineKind`
    problem: Mapped[str] = mapped_column(String(32))  # of a conflict or a bad line
    detail: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(200))
    entry_id: Mapped[int | None] = mapped_column(Integer)
    changed_seq: Mapped[int] = mapped_column(BigInteger)  # of the entry when it was shown
    key: Mapped[str] = mapped_column(String(64))  # the external one; empty: none
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    accepted: Mapped[bool] = mapped_column(Boolean)  # a conflict that is to be applied all the same
    done: Mapped[bool] = mapped_column(Boolean)


class DirectoryWorkRow(Base):
    """Long work that is done beside requests, one after the other; which is due, these rows say."""

    __tablename__ = "directory_works"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # `desks.directory.work_records.WorkKind`
    state: Mapped[str] = mapped_column(String(16), index=True)
    step: Mapped[str] = mapped_column(String(16))  # what the two counts count
    done: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)  # 0: not known
    refused: Mapped[int] = mapped_column(Integer)  # of those that are done: what could not be
    import_id: Mapped[int | None] = mapped_column(ForeignKey("directory_imports.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("directory_batches.id"), index=True)  # to undo
    made_id: Mapped[int | None] = mapped_column(ForeignKey("directory_batches.id"))  # by undoing
    is_partial: Mapped[bool] = mapped_column(Boolean)  # undo what can be undone
    file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # until it is read
    delimiter: Mapped[str] = mapped_column(String(1))  # of that file; empty: found out
    why: Mapped[str] = mapped_column(String(500))
    user: Mapped[str] = mapped_column(String(128))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_stopping: Mapped[bool] = mapped_column(Boolean)  # somebody wants it to end where it is
    problem: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(Text)
    claimed_by: Mapped[str | None] = mapped_column(String(64))  # `ledger.signatures`
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(Integer)  # since it last got on


class DirectorySearchRow(Base):
    """What was searched last in a conversation; gone once it is known whether it was answered."""

    __tablename__ = "directory_searches"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
    found: Mapped[int] = mapped_column(Integer)  # entries
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DirectoryProposalRow(Base):
    """What an operator or an inspector proposes (新单位, 变更, 撤销)."""

    __tablename__ = "directory_proposals"
    __table_args__ = (
        Index("ix_directory_proposals_state_id", "state", "id"),
        Index("ix_directory_proposals_user_id_made_at", "user_id", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("directory_entries.id"), index=True)  # None: new
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)  # a document: what is to be
    note: Mapped[str] = mapped_column(String(500))  # where it was seen or heard
    user: Mapped[str] = mapped_column(String(128))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16))
    decided_by: Mapped[str] = mapped_column(String(128))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(500))  # of a rejection
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("directory_proposals.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("directory_batches.id"))
    version: Mapped[int] = mapped_column(Integer)


class HardCaseRow(Base):
    """Something that callers asked for and nobody found (疑难号码)."""

    __tablename__ = "directory_hard_cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked: Mapped[str] = mapped_column(String(200))  # as it was asked first
    sound: Mapped[str] = mapped_column(String(1000), unique=True)  # what sounds the same is the same case
    times: Mapped[int] = mapped_column(Integer)
    collected: Mapped[int] = mapped_column(Integer)  # of these times: by the machine, from conversations
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str] = mapped_column(String(1000))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("directory_entries.id"))
    answered_by: Mapped[str] = mapped_column(String(128))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    version: Mapped[int] = mapped_column(Integer)


class HardCaseAskedRow(Base):
    """One time that it was asked."""

    __tablename__ = "directory_hard_asked"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("directory_hard_cases.id"), index=True)
    asked: Mapped[str] = mapped_column(String(200))
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"), index=True)
    is_collected: Mapped[bool] = mapped_column(Boolean)  # by the machine; the user is who talked
    user: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
