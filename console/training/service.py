"""Puts playlists and clips together, and keeps what people make of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from datetime import date, tzinfo
from statistics import fmean

import structlog
from sqlalchemy.orm import Session

from console.errors import BadInput, StillBlind
from console.rendering import Visitor
from console.rights import Right, has
from console.signin.visitors import user_of
from console.training import repository
from console.training.schemas import ClipView, Suggestion
from console.words import N_
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clip_talk import Marks
from ledger.errors import NotAllowed, NotFound
from ledger.records import Turn, User
from ledger.statistics.days import month_of
from ledger.training import Clip, ClipWish, Playlist, PlaylistWish

MOST_SUGGESTED = 10
LOOKED_THROUGH = 500  # confirmed findings of a month
LEAD_S = 1.0  # of sound before a suggested clip and after it
LONGEST_SUGGESTED_S = 240.0  # people may make it longer

log = structlog.get_logger(__name__)


def list_playlists(session: Session, user: User) -> list[Playlist]:
    """Those that somebody may hear."""
    return repository.list_playlists(session, user)


def open_playlists(session: Session, visitor: Visitor) -> list[Playlist]:
    """Those that somebody may put clips into; none where the visitor makes none."""
    if not has(visitor, Right.TRAIN):
        return []
    return [one for one in list_playlists(session, user_of(visitor)) if one.closed_at is None]


def open_playlist(session: Session, user: User, playlist_id: int) -> tuple[Playlist, tuple[ClipView, ...]]:
    """One with its clips. Raises NotFound."""
    playlist = repository.get_playlist(session, user, playlist_id)
    return playlist, _views(session, user, repository.clips_of(session, user, playlist_id))


def find_clip(session: Session, user: User, playlist_id: int, clip_id: int) -> Clip:
    """One clip that somebody may hear. Raises NotFound."""
    repository.get_playlist(session, user, playlist_id)
    return repository.get_clip(session, user, playlist_id, clip_id)


def make_playlist(session: Session, user: User, wish: PlaylistWish) -> int:
    """Make one; its id. Raises NotAllowed for a team that the user does not see."""
    if wish.team and user.teams and wish.team not in user.teams:
        raise NotAllowed(f"team {wish.team!r} is none of yours: choose one of your own")
    made = repository.add_playlist(session, user, wish)
    _note(session, user, playlist=made, what="made")
    return made


def set_closed(session: Session, user: User, playlist_id: int, *, closed: bool) -> None:
    """Put one away, or take it out again. Raises NotFound."""
    repository.get_playlist(session, user, playlist_id)
    repository.set_closed(session, playlist_id, closed=closed)
    _note(session, user, playlist=playlist_id, what="closed" if closed else "opened")


def make_clip(session: Session, user: User, playlist_id: int, wish: ClipWish) -> int:
    """Put a span of a call into a playlist; the clip's id.

    Raises NotFound, StillBlind where the user judges the call blind, BadInput beyond the recording's end.
    """
    repository.get_playlist(session, user, playlist_id)
    repository.require_visible(session, user, wish.call_id)
    if repository.is_blind(session, user.id, wish.call_id):
        raise StillBlind(f"you judge call {wish.call_id} blind; /rounds lists your open reviews")
    length_s = repository.get_recording(session, wish.call_id).duration_s
    if wish.end_s > length_s:
        raise BadInput(
            f"end_s: the recording ends after {length_s:.1f} s", N_("录音没有这么长。请看结束的秒数。")
        )
    made = repository.add_clip(session, user, playlist_id, wish)
    act = Act(
        user=user,
        action=AuditAction.CLIPPED,
        call_id=wish.call_id,
        details={"clip": str(made), "playlist": str(playlist_id)},
    )
    write(session, act)
    log.info("clip_made", clip=made, playlist=playlist_id, call_id=wish.call_id)
    return made


def remove_clip(session: Session, user: User, playlist_id: int, clip_id: int) -> None:
    """Take a clip out. Raises NotFound."""
    find_clip(session, user, playlist_id, clip_id)
    repository.remove_clip(session, clip_id)
    _note(session, user, playlist=playlist_id, what=f"removed clip {clip_id}")


def move_clip(session: Session, user: User, playlist_id: int, clip_id: int, *, down: bool) -> None:
    """Move a clip by one place. Raises NotFound."""
    find_clip(session, user, playlist_id, clip_id)
    repository.move_clip(session, playlist_id, clip_id, down=down)
    _note(session, user, playlist=playlist_id, what=f"moved clip {clip_id}")


def say(session: Session, user: User, playlist_id: int, clip_id: int, text: str) -> None:
    """Add to the discussion of a clip. Raises NotFound."""
    find_clip(session, user, playlist_id, clip_id)
    repository.add_note(session, user, clip_id, text)
    _note(session, user, playlist=playlist_id, what=f"spoke of clip {clip_id}")


def withdraw(session: Session, user: User, playlist_id: int, clip_id: int, note_id: int) -> None:
    """Take back what one said. Raises NotFound, NotAllowed for what others said."""
    clip = find_clip(session, user, playlist_id, clip_id)
    notes = repository.notes_of(session, [clip.id]).get(clip.id, [])
    note = next((one for one in notes if one.id == note_id), None)
    if note is None:
        raise NotFound(f"clip {clip_id} has no note {note_id}; load its page again")
    if note.user_id != user.id:
        raise NotAllowed("only who said it takes it back")
    repository.withdraw_note(session, note_id)
    _note(session, user, playlist=playlist_id, what=f"withdrew note {note_id}")


def mark(session: Session, user: User, playlist_id: int, clip_id: int, marks: Marks) -> None:
    """Give one's marks of a clip. Raises NotFound."""
    find_clip(session, user, playlist_id, clip_id)
    repository.set_marks(session, user, clip_id, marks)
    _note(session, user, playlist=playlist_id, what=f"marked clip {clip_id}")


def suggestions(session: Session, user: User, month: date, zone: tzinfo) -> tuple[Suggestion, ...]:
    """Of each rule that was confirmed broken in a month the newest case, the most broken rule first."""
    asked = month_of(month, zone)
    found = repository.confirmed_failures(session, user, asked.starts_at, asked.ends_at, limit=LOOKED_THROUGH)
    times = Counter(one.finding.rule for one in found)
    veils = repository.veils_of(session, sorted({one.call_id for one in found}))
    newest: dict[str, Suggestion] = {}
    for one in found:
        finding = veils[one.call_id].over_finding(one.finding) if one.call_id in veils else one.finding
        evidence = finding.evidence
        assert evidence is not None
        start_s = max(0.0, evidence.start_s - LEAD_S)
        newest.setdefault(
            finding.rule,
            Suggestion(
                call_id=one.call_id,
                rule=finding.rule,
                times=times[finding.rule],
                start_s=start_s,
                end_s=min(evidence.end_s + LEAD_S, one.length_s, start_s + LONGEST_SUGGESTED_S),
                words=evidence.text,
            ),
        )
    return tuple(sorted(newest.values(), key=lambda one: (-one.times, one.rule))[:MOST_SUGGESTED])


def teams_for(session: Session, user: User) -> tuple[str, ...]:
    """The teams that somebody may make playlists for."""
    return tuple(team for team in repository.list_teams(session) if not user.teams or team in user.teams)


def _views(session: Session, user: User, clips: Sequence[Clip]) -> tuple[ClipView, ...]:
    ids = [clip.id for clip in clips]
    notes, marks = repository.notes_of(session, ids), repository.marks_of(session, ids)
    said = _transcripts(session, {clip.call_id for clip in clips if not clip.is_gone})
    return tuple(
        ClipView(
            clip=clip,
            turns=_within(clip, said.get(clip.call_id, ())),
            notes=tuple(notes.get(clip.id, ())),
            own_marks=marks.get(clip.id, {}).get(user.id),
            others=len(marks.get(clip.id, {}).keys() - {user.id}),
            means=_means(marks.get(clip.id, {}), user),
        )
        for clip in clips
    )


def _transcripts(session: Session, call_ids: Set[str]) -> dict[str, tuple[Turn, ...]]:
    """What was said in calls, without secrets; those without a transcript are left out."""
    veils = repository.veils_of(session, sorted(call_ids))
    newest = {call_id: repository.newest_transcript(session, call_id) for call_id in sorted(call_ids)}
    return {
        call_id: veils[call_id].over_turns(found[1].turns) if call_id in veils else found[1].turns
        for call_id, found in newest.items()
        if found is not None
    }


def _within(clip: Clip, turns: Sequence[Turn]) -> tuple[Turn, ...]:
    return tuple(turn for turn in turns if turn.start_s < clip.end_s and turn.end_s > clip.start_s)


def _means(given: dict[int, Marks], user: User) -> dict[str, float]:
    """Nobody is led by others: who has not marked yet sees nothing."""
    if user.id not in given:
        return {}
    standards = given[user.id].keys()
    return {standard: fmean(marks[standard] for marks in given.values()) for standard in standards}


def _note(session: Session, user: User, *, playlist: int, what: str) -> None:
    details = {"playlist": str(playlist), "what": what}
    write(session, Act(user=user, action=AuditAction.TRAINING_CHANGED, details=details))
