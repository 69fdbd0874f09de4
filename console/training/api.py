"""`/api/training`: playlists and clips for programs."""

from __future__ import annotations

from fastapi import APIRouter

from console.context import Here
from console.signin.visitors import user_of
from console.texts import RowId
from console.training import service
from console.training.learners import Learner, Trainer
from console.training.schemas import (
    ClipOrder,
    Made,
    PlaylistDocument,
    PlaylistOrder,
    PlaylistWithClips,
    playlist_document,
    playlist_with_clips,
    read_clip,
    read_playlist,
)

router = APIRouter()


@router.get("/api/training")
def list_api(console: Here, visitor: Learner) -> list[PlaylistDocument]:
    """Playlists that the visitor may hear."""
    with console.ledger.reading() as session:
        return [playlist_document(one) for one in service.list_playlists(session, user_of(visitor))]


@router.get("/api/training/{playlist_id}")
def playlist_api(console: Here, visitor: Learner, playlist_id: RowId) -> PlaylistWithClips:
    """A playlist with its clips."""
    with console.ledger.reading() as session:
        return playlist_with_clips(*service.open_playlist(session, user_of(visitor), playlist_id))


@router.post("/api/training")
def make_playlist_api(console: Here, visitor: Trainer, order: PlaylistOrder) -> Made:
    """Make a playlist."""
    with console.ledger.transaction() as session:
        teams = service.teams_for(session, user_of(visitor))
        wish = read_playlist(**order.model_dump(), teams=teams)
        return Made(id=service.make_playlist(session, user_of(visitor), wish))


@router.post("/api/training/{playlist_id}/clips")
def make_clip_api(console: Here, visitor: Trainer, playlist_id: RowId, order: ClipOrder) -> Made:
    """Put a span of a call into a playlist."""
    wish = read_clip(**order.model_dump())
    with console.ledger.transaction() as session:
        return Made(id=service.make_clip(session, user_of(visitor), playlist_id, wish))
