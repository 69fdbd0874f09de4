"""What is given out of clips: each stands in the audit log before."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import Response

from console.context import Console
from console.recordings.ranges import answer
from console.recordings.service import find_recording
from console.secrets import spans_to_silence
from console.training import sounds
from ledger.audit import Act, write, write_once
from ledger.audit_actions import AuditAction
from ledger.errors import NotFound
from ledger.records import User
from ledger.training import Clip, Playlist

PRIVATE = "private, no-cache"


def clip_answer(request: Request, console: Console, user: User, clip: Clip) -> Response:
    """A clip's sound, whole or by range. Raises NotFound where its recording was deleted."""
    part = _part(console, clip)
    act = _act(user, AuditAction.LISTENED, clip)
    headers = {"Cache-Control": PRIVATE, "ETag": f'"{part.sha256}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        write_once(console.ledger, act)  # the browser plays what it has kept
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range")
    if request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        wanted = None  # it has parts of what this clip was before
    sound = sounds.clip_file(console.recordings, part)
    write_once(console.ledger, act)
    return answer(io.BytesIO(sound), wanted, media_type=sounds.MEDIA_TYPE, headers=headers)


def export_answer(console: Console, user: User, playlist: Playlist, clips: Sequence[Clip]) -> Response:
    """All clips that still have sound as one file. Raises NotFound where none has."""
    heard = [clip for clip in clips if not clip.is_gone]
    if not heard:
        raise NotFound(f"playlist {playlist.id} has no clip that can be heard")
    sound = sounds.one_file(console.recordings, [_part(console, clip) for clip in heard])
    with console.ledger.transaction() as session:
        for clip in heard:
            write(session, _act(user, AuditAction.DOWNLOADED, clip))
    name = re.sub(r"[^A-Za-z0-9._-]", "-", f"playlist-{playlist.id}_{playlist.month or 'clips'}.flac")
    headers = {"Cache-Control": PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(sound, media_type=sounds.MEDIA_TYPE, headers=headers)


def _part(console: Console, clip: Clip) -> sounds.Part:
    """Raises NotFound where the recording was deleted."""
    recording = find_recording(console.ledger, clip.call_id)
    return sounds.Part(recording=recording, clip=clip, secrets=spans_to_silence(console, clip.call_id))


def _act(user: User, action: AuditAction, clip: Clip) -> Act:
    details = {"clip": str(clip.id), "playlist": str(clip.playlist_id)}
    return Act(user=user, action=action, call_id=clip.call_id, details=details)
