"""Repository of what people say of clips: discussion, and colleagues' marks (互评)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.records import User
from ledger.tables import ClipMarkRow, ClipNoteRow, ClipRow, UserRow

Marks = Mapping[str, int]  # 1 to 5 by standard


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What somebody says of a clip."""

    id: int
    clip_id: int
    user_id: int
    user: str
    text: str
    at: datetime


def notes_of(session: Session, clip_ids: Sequence[int]) -> dict[int, list[Note]]:
    """What is said of clips, the oldest first."""
    query = (
        select(ClipNoteRow, UserRow.display_name)
        .join(UserRow, UserRow.id == ClipNoteRow.user_id)
        .where(ClipNoteRow.clip_id.in_(clip_ids), ClipNoteRow.withdrawn_at.is_(None), ClipNoteRow.text != "")
        .order_by(ClipNoteRow.id)
    )
    found: dict[int, list[Note]] = {}
    for row, name in session.execute(query):
        note = Note(id=row.id, clip_id=row.clip_id, user_id=row.user_id, user=name, text=row.text, at=row.at)
        found.setdefault(row.clip_id, []).append(note)
    return found


def add_note(session: Session, user: User, clip_id: int, text: str) -> None:
    """Say something of a clip."""
    session.add(ClipNoteRow(clip_id=clip_id, user_id=user.id, text=text, at=now()))


def withdraw_note(session: Session, note_id: int) -> None:
    """Show a note no more."""
    session.get_one(ClipNoteRow, note_id).withdrawn_at = now()


def marks_of(session: Session, clip_ids: Sequence[int]) -> dict[int, dict[int, Marks]]:
    """Colleagues' marks by clip and user."""
    found: dict[int, dict[int, Marks]] = {}
    for row in session.scalars(select(ClipMarkRow).where(ClipMarkRow.clip_id.in_(clip_ids))):
        found.setdefault(row.clip_id, {})[row.user_id] = row.marks
    return found


def set_marks(session: Session, user: User, clip_id: int, marks: Marks) -> None:
    """Give a clip one's marks; those given before are replaced."""
    query = select(ClipMarkRow).where(ClipMarkRow.clip_id == clip_id, ClipMarkRow.user_id == user.id)
    row = session.scalars(query).first()
    if row is None:
        row = ClipMarkRow(clip_id=clip_id, user_id=user.id)
        session.add(row)
    row.marks, row.at = dict(marks), now()


def rewrite_clips(session: Session, call_id: str, change: Callable[[str], str]) -> None:
    """Put all that people wrote of a call's clips through `change`: it may quote the caller."""
    clips = session.scalars(select(ClipRow).where(ClipRow.call_id == call_id)).all()
    for clip in clips:
        clip.title, clip.why = change(clip.title), change(clip.why)
    notes = select(ClipNoteRow).where(ClipNoteRow.clip_id.in_([clip.id for clip in clips]))
    for note in session.scalars(notes):
        note.text = change(note.text)


def forget_clips(session: Session, call_id: str) -> None:
    """Keep that there were clips and who marked them, and nothing of what was written."""
    rewrite_clips(session, call_id, lambda _: "")
