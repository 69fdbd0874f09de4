"""Repository of what came in: each once, in the transaction of its ticket."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.intake import outbox
from desks.intake.files import Stored
from desks.intake.kinds import FileKind, Problem
from desks.intake.records import Fate, KeptFile, Received
from desks.tickets import Channel
from ledger.clock import now
from ledger.errors import NotFound
from ledger.tables import IntakeFileRow, IntakeRow


def is_known(session: Session, source: str) -> bool:
    """Whether it came in already."""
    return session.scalar(select(IntakeRow.id).where(IntakeRow.source == source)) is not None


def ticket_of(session: Session, source: str) -> str | None:
    """The ticket of something that came in already."""
    return session.scalar(select(IntakeRow.ticket).where(IntakeRow.source == source))


def add(
    session: Session,
    *,
    source: str,
    channel: Channel,
    sender: str,
    subject: str,
    text: str,
    fate: Fate,
    ticket: str | None,
    why: str = "",
    files: Iterable[Stored] = (),
) -> int:
    """Enter what came in; its id. The database refuses a second one of the same source."""
    row = IntakeRow(
        source=source,
        channel=channel,
        sender=sender,
        subject=subject,
        text=text,
        received_at=now(),
        fate=fate,
        ticket=ticket,
        why=why[:255],
    )
    session.add(row)
    session.flush()
    for one in files:
        session.add(
            IntakeFileRow(
                message_id=row.id,
                name=one.name,
                kind=one.kind or "",
                size_bytes=one.size_bytes,
                sha256=one.sha256,
                pages=one.pages,
                problem=one.problem or "",
            )
        )
    session.flush()
    return row.id


def of_ticket(session: Session, ticket: str) -> list[Received]:
    """What came in for a ticket, in order of time."""
    rows = session.scalars(select(IntakeRow).where(IntakeRow.ticket == ticket).order_by(IntakeRow.id)).all()
    files = _files_of(session, [row.id for row in rows])
    return [_received(row, files[row.id]) for row in rows]


def get_file(session: Session, file_id: int) -> tuple[KeptFile, str]:
    """A file that was kept and the number of its ticket. Raises NotFound."""
    query = select(IntakeFileRow, IntakeRow.ticket).join(IntakeRow, IntakeRow.id == IntakeFileRow.message_id)
    found = session.execute(query.where(IntakeFileRow.id == file_id, IntakeFileRow.kind != "")).first()
    if found is None or found[1] is None:
        raise NotFound(f"there is no file {file_id} that was kept")
    if found[0].deleted_at is not None:
        raise NotFound(f"file {file_id} was deleted on {found[0].deleted_at:%Y-%m-%d}: its time was over")
    return _file(found[0]), found[1]


def answered_by(session: Session, references: Sequence[str]) -> str | None:
    """The ticket of the mail that another answers: one of ours, or one that came in."""
    for reference in references:
        found = outbox.ticket_of(session, reference) or ticket_of(session, reference)
        if found:
            return found
    return None


def _files_of(session: Session, ids: Sequence[int]) -> defaultdict[int, list[KeptFile]]:
    files = defaultdict[int, list[KeptFile]](list)
    query = select(IntakeFileRow).where(IntakeFileRow.message_id.in_(ids)).order_by(IntakeFileRow.id)
    for row in session.scalars(query):
        files[row.message_id].append(_file(row))
    return files


def _file(row: IntakeFileRow) -> KeptFile:
    return KeptFile(
        id=row.id,
        message_id=row.message_id,
        name=row.name,
        kind=FileKind(row.kind) if row.kind else None,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        pages=row.pages,
        problem=Problem(row.problem) if row.problem else None,
        deleted_at=row.deleted_at,
    )


def _received(row: IntakeRow, files: Sequence[KeptFile]) -> Received:
    return Received(
        id=row.id,
        channel=Channel(row.channel),
        sender=row.sender,
        subject=row.subject,
        text=row.text,
        received_at=row.received_at,
        fate=Fate(row.fate),
        ticket=row.ticket,
        files=tuple(files),
    )
