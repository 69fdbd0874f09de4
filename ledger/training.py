"""Repository of training: playlists of clips for teams (`ledger.clip_talk` has what is said of them)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from ledger.blind_reviews import blind_calls
from ledger.clock import now
from ledger.errors import NotFound
from ledger.records import User
from ledger.scopes import BY_DESK_AND_TEAM
from ledger.states import UserRole
from ledger.tables import ClipRow, PlaylistRow, RecordingRow, UserRow
from ledger.teams import team_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Playlist:
    """Clips for a team to hear together."""

    id: int
    title: str
    about: str
    team: str | None  # None: for all teams
    month: str | None  # 2026-11: these are the month's typical cases
    made_by: str
    made_at: datetime
    closed_at: datetime | None
    clips: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """A span of a call in a playlist. Nobody's name but its maker's goes with it."""

    id: int
    playlist_id: int
    call_id: str
    start_s: float
    end_s: float
    title: str
    why: str
    made_by: str
    made_at: datetime
    is_gone: bool  # its recording was deleted


@dataclass(frozen=True, kw_only=True, slots=True)
class ClipWish:
    """A clip to be made."""

    call_id: str
    start_s: float
    end_s: float
    title: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaylistWish:
    """A playlist to be made."""

    title: str
    about: str
    team: str | None
    month: str | None


def list_playlists(session: Session, user: User) -> list[Playlist]:
    """Those that somebody may hear, open ones first, the newest first."""
    newest_first = (PlaylistRow.closed_at.is_not(None), PlaylistRow.made_at.desc(), PlaylistRow.id.desc())
    query = _playlists(user).where(_heard_by(session, user)).order_by(*newest_first)
    return [_playlist(row, made_by, clips) for row, made_by, clips in session.execute(query)]


def get_playlist(session: Session, user: User, playlist_id: int) -> Playlist:
    """One that somebody may hear. Raises NotFound."""
    query = _playlists(user).where(PlaylistRow.id == playlist_id, _heard_by(session, user))
    found = session.execute(query).first()
    if found is None:
        raise NotFound(f"there is no playlist {playlist_id} for you; /training lists them")
    row, made_by, clips = found
    return _playlist(row, made_by, clips)


def add_playlist(session: Session, user: User, wish: PlaylistWish) -> int:
    """Make a playlist; its id."""
    row = PlaylistRow(
        title=wish.title,
        about=wish.about,
        team=wish.team,
        month=wish.month,
        made_by_id=user.id,
        made_at=now(),
    )
    session.add(row)
    session.flush()
    return row.id


def set_closed(session: Session, playlist_id: int, *, closed: bool) -> None:
    """Put a playlist away, or take it out again."""
    session.get_one(PlaylistRow, playlist_id).closed_at = now() if closed else None


def clips_of(session: Session, user: User, playlist_id: int) -> list[Clip]:
    """Its clips in order, without those of calls that somebody judges blind: they tell what was found."""
    query = (
        select(ClipRow, UserRow.display_name, RecordingRow.call_id)
        .join(UserRow, UserRow.id == ClipRow.made_by_id)
        .outerjoin(RecordingRow, RecordingRow.call_id == ClipRow.call_id)
        .where(ClipRow.playlist_id == playlist_id, *_shown_to(user))
        .order_by(ClipRow.place, ClipRow.id)
    )
    return [_clip(row, name, is_gone=recorded is None) for row, name, recorded in session.execute(query)]


def get_clip(session: Session, user: User, playlist_id: int, clip_id: int) -> Clip:
    """One clip of a playlist that somebody may hear. Raises NotFound."""
    found = next((clip for clip in clips_of(session, user, playlist_id) if clip.id == clip_id), None)
    if found is None:
        raise NotFound(f"playlist {playlist_id} has no clip {clip_id}; load its page again")
    return found


def add_clip(session: Session, user: User, playlist_id: int, wish: ClipWish) -> int:
    """Put a clip at a playlist's end; its id."""
    session.get_one(PlaylistRow, playlist_id, with_for_update=True)
    last = session.scalar(select(func.max(ClipRow.place)).where(ClipRow.playlist_id == playlist_id))
    row = ClipRow(
        playlist_id=playlist_id,
        place=(last or 0) + 1,
        call_id=wish.call_id,
        start_s=wish.start_s,
        end_s=wish.end_s,
        title=wish.title,
        why=wish.why,
        made_by_id=user.id,
        made_at=now(),
    )
    session.add(row)
    session.flush()
    return row.id


def remove_clip(session: Session, clip_id: int) -> None:
    """Take a clip out of its playlist; what was said of it stays with it."""
    session.get_one(ClipRow, clip_id).removed_at = now()


def move_clip(session: Session, playlist_id: int, clip_id: int, *, down: bool) -> None:
    """Change places with the next clip, or the one before; at the end nothing happens."""
    session.get_one(PlaylistRow, playlist_id, with_for_update=True)
    query = select(ClipRow).where(ClipRow.playlist_id == playlist_id, ClipRow.removed_at.is_(None))
    rows = list(session.scalars(query.order_by(ClipRow.place, ClipRow.id)))
    at = next(place for place, row in enumerate(rows) if row.id == clip_id)
    to = at + 1 if down else at - 1
    if not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for place, row in enumerate(rows, start=1):
        row.place = place


def _heard_by(session: Session, user: User) -> ColumnElement[bool]:
    """Staff hear their teams' playlists and those for all; operators the same of their own team."""
    if user.role is UserRole.OPERATOR:
        team = team_of(session, user.name)
        for_team = or_(PlaylistRow.team.is_(None), PlaylistRow.team == team)
        return and_(for_team, PlaylistRow.closed_at.is_(None))
    if user.role in BY_DESK_AND_TEAM and user.teams:
        return or_(PlaylistRow.team.is_(None), PlaylistRow.team.in_(sorted(user.teams)))
    return PlaylistRow.id.is_not(None)


def _shown_to(user: User) -> tuple[ColumnElement[bool], ...]:
    """Clips that are in a list, but none of a call that somebody judges blind."""
    return ClipRow.removed_at.is_(None), ClipRow.call_id.not_in(blind_calls(user.id))


def _playlists(user: User) -> Select[Any]:
    """With the name of who made each, and as many clips as `clips_of` has for the user."""
    count = (
        select(func.count()).where(ClipRow.playlist_id == PlaylistRow.id, *_shown_to(user)).scalar_subquery()
    )
    return select(PlaylistRow, UserRow.display_name, count).join(
        UserRow, UserRow.id == PlaylistRow.made_by_id
    )


def _playlist(row: PlaylistRow, made_by: str, clips: int) -> Playlist:
    return Playlist(
        id=row.id,
        title=row.title,
        about=row.about,
        team=row.team,
        month=row.month,
        made_by=made_by,
        made_at=row.made_at,
        closed_at=row.closed_at,
        clips=clips,
    )


def _clip(row: ClipRow, made_by: str, *, is_gone: bool) -> Clip:
    return Clip(
        id=row.id,
        playlist_id=row.playlist_id,
        call_id=row.call_id,
        start_s=row.start_s,
        end_s=row.end_s,
        title=row.title,
        why=row.why,
        made_by=made_by,
        made_at=row.made_at,
        is_gone=is_gone,
    )
