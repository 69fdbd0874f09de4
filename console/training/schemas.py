"""What the training pages show and what their forms send."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from console.errors import BadInput
from console.marks.schemas import read_marking
from console.texts import checked, checked_month
from console.words import N_, STANDARD_FIELDS
from ledger.clip_talk import Marks, Note
from ledger.records import Turn
from ledger.review_marks import STANDARDS
from ledger.training import Clip, ClipWish, Playlist, PlaylistWish

LONGEST_TITLE = 200  # characters
LONGEST_TEXT = 2000
LONGEST_CLIP_S = 300.0
A_TITLE = N_("请填写标题，1 到 200 个字符。")
MARK_FIELDS = frozenset(STANDARD_FIELDS.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class ClipView:
    """A clip as a page shows it to one person."""

    clip: Clip
    turns: tuple[Turn, ...]  # what is said in it, without secrets
    notes: tuple[Note, ...]
    own_marks: Marks | None
    others: int  # colleagues who gave marks
    means: Mapping[str, float]  # of all marks by standard; empty until the viewer has given own ones


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A confirmed breach that could be a clip."""

    call_id: str
    rule: str
    times: int  # how often the rule was confirmed broken in the month
    start_s: float
    end_s: float
    words: str


class ClipDocument(BaseModel):
    """A clip for programs."""

    id: int
    title: str
    why: str
    length_s: float
    made_by: str
    made_at: datetime
    is_gone: bool
    notes: int


class PlaylistDocument(BaseModel):
    """A playlist for programs."""

    id: int
    title: str
    about: str
    team: str | None
    month: str | None
    made_by: str
    made_at: datetime
    is_closed: bool
    clips: int


class PlaylistWithClips(PlaylistDocument):
    """A playlist with its clips."""

    items: list[ClipDocument]


class PlaylistOrder(BaseModel, extra="forbid"):
    """A playlist to be made."""

    title: str
    about: str = ""
    team: str = ""
    month: str = ""


class ClipOrder(BaseModel, extra="forbid"):
    """A clip to be made, in seconds of the recording."""

    call_id: str
    start_s: float
    end_s: float
    title: str
    why: str


class Made(BaseModel):
    """What was made."""

    id: int


def read_playlist(*, title: str, about: str, team: str, month: str, teams: tuple[str, ...]) -> PlaylistWish:
    """A playlist from a form. Raises BadInput."""
    if team and team not in teams:
        raise BadInput(
            f"team: there is no team {team[:64]!r}; choose one of the list",
            N_("没有这个班组。请在名单里选一个。"),
        )
    return PlaylistWish(
        title=checked("title", title, LONGEST_TITLE, is_needed=True, words=A_TITLE),
        about=checked("about", about, LONGEST_TEXT, words=N_("说明最多 2000 个字符。")),
        team=team or None,
        month=f"{checked_month(month):%Y-%m}" if month else None,
    )


def read_clip(*, call_id: str, start_s: str | float, end_s: str | float, title: str, why: str) -> ClipWish:
    """A clip from a form. Raises BadInput."""
    start, end = _seconds("start_s", start_s), _seconds("end_s", end_s)
    if not 0 < end - start <= LONGEST_CLIP_S:
        raise BadInput(
            f"end_s: a clip lasts up to {LONGEST_CLIP_S:.0f} s and ends after its start",
            N_("片段要在开头之后结束，最长 5 分钟。"),
        )
    return ClipWish(
        call_id=checked("call_id", call_id, LONGEST_TITLE, is_needed=True),
        start_s=start,
        end_s=end,
        title=checked("title", title, LONGEST_TITLE, is_needed=True, words=A_TITLE),
        why=checked(
            "why", why, LONGEST_TEXT, is_needed=True, words=N_("请写为什么值得听，1 到 2000 个字符。")
        ),
    )


def read_note(text: str) -> str:
    """What somebody says. Raises BadInput."""
    words = N_("请写看法，1 到 2000 个字符。")
    return checked("text", text, LONGEST_TEXT, is_needed=True, words=words)


def read_marks(fields: Mapping[str, str]) -> dict[str, int]:
    """Marks of all four standards from a form. Raises BadInput."""
    given = read_marking({name: value for name, value in fields.items() if name in MARK_FIELDS}).marks
    missing = [standard for standard in STANDARDS if standard not in given]
    if missing:
        raise BadInput(
            f"marks: give every standard a mark; {missing[0]} has none", N_("请给每项标准都打分。")
        )
    return dict(given)


def _seconds(name: str, value: str | float) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise BadInput(
            f"{name} must be seconds from the recording's start, got {value!r}",
            N_("片段的起止要写成录音里的秒数。"),
        )
    return seconds


def playlist_document(playlist: Playlist) -> PlaylistDocument:
    """A playlist for programs."""
    return PlaylistDocument(**_fields(playlist))


def playlist_with_clips(playlist: Playlist, views: tuple[ClipView, ...]) -> PlaylistWithClips:
    """The same with its clips."""
    return PlaylistWithClips(**_fields(playlist), items=[_clip_document(view) for view in views])


def _fields(playlist: Playlist) -> dict[str, object]:
    names = ("id", "title", "about", "team", "month", "made_by", "made_at", "clips")
    return {name: getattr(playlist, name) for name in names} | {"is_closed": playlist.closed_at is not None}


def _clip_document(view: ClipView) -> ClipDocument:
    clip = view.clip
    return ClipDocument(
        id=clip.id,
        title=clip.title,
        why=clip.why,
        length_s=clip.end_s - clip.start_s,
        made_by=clip.made_by,
        made_at=clip.made_at,
        is_gone=clip.is_gone,
        notes=len(view.notes),
    )
