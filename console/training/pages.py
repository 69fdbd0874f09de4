"""`/training`: playlists, their clips, discussion and mutual review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from console.context import Console, Here
from console.errors import BadInput
from console.marks.schemas import MARKS
from console.refusal_words import error_words
from console.rendering import Visitor
from console.rights import Right, has, require, rights_of
from console.signin.visitors import SignedIn, user_of
from console.texts import HIGHEST_ID, Fields, RowId, checked_month
from console.training import listening, service
from console.training.learners import Learner, LearnersForm, TrainersForm
from console.training.schemas import read_clip, read_marks, read_note, read_playlist
from ledger.clock import now
from ledger.review_marks import STANDARDS

NOTHING_TYPED: Final = {"title": "", "about": "", "team": "", "month": ""}

router = APIRouter()


@router.get("/training")
def list_page(request: Request, console: Here, visitor: Learner, month: str = "") -> Response:
    """Playlists, and for staff what could be made a clip this month."""
    asked = checked_month(month) if month else now().astimezone(console.zone).date()
    return _list(request, console, visitor, asked)


@router.post("/training")
def make_playlist(
    request: Request,
    console: Here,
    visitor: TrainersForm,
    *,
    title: Annotated[str, Form()] = "",
    about: Annotated[str, Form()] = "",
    team: Annotated[str, Form()] = "",
    month: Annotated[str, Form()] = "",
) -> Response:
    """Make a playlist and go to it; a refusal shows the form again and says why."""
    typed = {"title": title, "about": about, "team": team, "month": month}
    try:
        with console.ledger.transaction() as session:
            wish = read_playlist(**typed, teams=service.teams_for(session, user_of(visitor)))
            made = service.make_playlist(session, user_of(visitor), wish)
    except BadInput as error:
        today = now().astimezone(console.zone).date()
        return _list(request, console, visitor, today, status=422, problem=error_words(error), typed=typed)
    return RedirectResponse(f"/training/{made}", status_code=303)


@router.get("/training/{playlist_id}")
def playlist_page(request: Request, console: Here, visitor: Learner, playlist_id: RowId) -> Response:
    """A playlist with what is said in its clips and of them."""
    user = user_of(visitor)
    with console.ledger.reading() as session:
        playlist, views = service.open_playlist(session, user, playlist_id)
    return console.pages.page(
        request,
        "training/one.html",
        visitor,
        playlist=playlist,
        views=views,
        is_trainer=has(visitor, Right.TRAIN),
        rights=rights_of(visitor),
        standards=STANDARDS,
        marks=MARKS,
    )


@router.post("/training/{playlist_id}/closed")
def set_closed(
    console: Here, visitor: TrainersForm, playlist_id: RowId, closed: Annotated[bool, Form()]
) -> Response:
    """Put a playlist away, or take it out again."""
    with console.ledger.transaction() as session:
        service.set_closed(session, user_of(visitor), playlist_id, closed=closed)
    return RedirectResponse(f"/training/{playlist_id}", status_code=303)


@router.post("/training/clips")
def make_clip(
    request: Request,
    console: Here,
    visitor: TrainersForm,
    *,
    playlist: Annotated[int, Form(ge=1, le=HIGHEST_ID)],
    call_id: Annotated[str, Form()] = "",
    start_s: Annotated[str, Form()] = "",
    end_s: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
) -> Response:
    """Put a span of a call into a playlist and go there; a refusal shows the form again and says why."""
    typed = {"call_id": call_id, "start_s": start_s, "end_s": end_s, "title": title, "why": why}
    try:
        wish = read_clip(**typed)
        with console.ledger.transaction() as session:
            made = service.make_clip(session, user_of(visitor), playlist, wish)
    except BadInput as error:
        return _clip(request, console, visitor, playlist=playlist, problem=error_words(error), typed=typed)
    return RedirectResponse(f"/training/{playlist}#clip-{made}", status_code=303)


@router.post("/training/{playlist_id}/clips/{clip_id}/remove")
def remove_clip(console: Here, visitor: TrainersForm, playlist_id: RowId, clip_id: RowId) -> Response:
    """Take a clip out."""
    with console.ledger.transaction() as session:
        service.remove_clip(session, user_of(visitor), playlist_id, clip_id)
    return RedirectResponse(f"/training/{playlist_id}", status_code=303)


@router.post("/training/{playlist_id}/clips/{clip_id}/move")
def move_clip(
    console: Here, visitor: TrainersForm, playlist_id: RowId, clip_id: RowId, down: Annotated[bool, Form()]
) -> Response:
    """Move a clip by one place."""
    with console.ledger.transaction() as session:
        service.move_clip(session, user_of(visitor), playlist_id, clip_id, down=down)
    return RedirectResponse(f"/training/{playlist_id}#clip-{clip_id}", status_code=303)


@router.post("/training/{playlist_id}/clips/{clip_id}/notes")
def say(
    request: Request,
    console: Here,
    visitor: LearnersForm,
    *,
    playlist_id: RowId,
    clip_id: RowId,
    text: Annotated[str, Form()] = "",
) -> Response:
    """Add to the discussion of a clip; a refusal shows the form again and says why."""
    try:
        with console.ledger.transaction() as session:
            service.say(session, user_of(visitor), playlist_id, clip_id, read_note(text))
    except BadInput as error:
        return console.pages.page(
            request,
            "training/note.html",
            visitor,
            status=422,
            playlist_id=playlist_id,
            clip_id=clip_id,
            problem=error_words(error),
            text=text,
        )
    return RedirectResponse(f"/training/{playlist_id}#clip-{clip_id}", status_code=303)


@router.post("/training/{playlist_id}/clips/{clip_id}/notes/{note_id}/withdraw")
def withdraw(
    console: Here, visitor: LearnersForm, playlist_id: RowId, clip_id: RowId, note_id: RowId
) -> Response:
    """Take back what one said."""
    with console.ledger.transaction() as session:
        service.withdraw(session, user_of(visitor), playlist_id, clip_id, note_id)
    return RedirectResponse(f"/training/{playlist_id}#clip-{clip_id}", status_code=303)


@router.post("/training/{playlist_id}/clips/{clip_id}/marks")
def mark(
    console: Here, visitor: LearnersForm, playlist_id: RowId, clip_id: RowId, fields: Fields
) -> Response:
    """Give one's marks of a clip."""
    marks = read_marks(fields)
    with console.ledger.transaction() as session:
        service.mark(session, user_of(visitor), playlist_id, clip_id, marks)
    return RedirectResponse(f"/training/{playlist_id}#clip-{clip_id}", status_code=303)


@router.get("/training/{playlist_id}/clips/{clip_id}/audio")
def clip_audio(
    request: Request, console: Here, visitor: Learner, playlist_id: RowId, clip_id: RowId
) -> Response:
    """The sound of a clip, without what callers told in confidence."""
    with console.ledger.reading() as session:
        clip = service.find_clip(session, user_of(visitor), playlist_id, clip_id)
    return listening.clip_answer(request, console, user_of(visitor), clip)


@router.get("/training/{playlist_id}/export")
def export(console: Here, visitor: SignedIn, playlist_id: RowId) -> Response:
    """All clips as one audio file, to be played to a team."""
    require(visitor, Right.DOWNLOAD)
    with console.ledger.reading() as session:
        playlist, views = service.open_playlist(session, user_of(visitor), playlist_id)
    return listening.export_answer(console, user_of(visitor), playlist, [view.clip for view in views])


def _list(
    request: Request,
    console: Console,
    visitor: Visitor,
    asked: date,
    *,
    status: int = 200,
    problem: str = "",
    typed: Mapping[str, str] = NOTHING_TYPED,
) -> Response:
    """With what was typed of a playlist that was refused."""
    user, is_trainer = user_of(visitor), has(visitor, Right.TRAIN)
    with console.ledger.reading() as session:
        playlists = service.list_playlists(session, user)
        found = service.suggestions(session, user, asked, console.zone) if is_trainer else ()
        teams = service.teams_for(session, user) if is_trainer else ()
    return console.pages.page(
        request,
        "training/list.html",
        visitor,
        status=status,
        playlists=playlists,
        suggestions=found,
        teams=teams,
        month=f"{asked:%Y-%m}",
        is_trainer=is_trainer,
        problem=problem,
        typed=typed,
    )


def _clip(
    request: Request,
    console: Console,
    visitor: Visitor,
    *,
    playlist: int,
    problem: str,
    typed: Mapping[str, str],
) -> Response:
    """The form of a clip that was refused, wherever it was sent from."""
    with console.ledger.reading() as session:
        playlists = service.open_playlists(session, visitor)
    return console.pages.page(
        request,
        "training/clip.html",
        visitor,
        status=422,
        playlists=playlists,
        into=playlist,
        problem=problem,
        typed=typed,
    )
