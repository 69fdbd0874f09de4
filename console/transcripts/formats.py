"""A transcript for other programs: JSON, WebVTT (players), TextGrid (Praat), plain text.

Times are seconds of the recording. Secrets are hidden before a transcript comes here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from console.times import clock
from console.words import ROLES
from ledger.records import Call, Secret, Transcript, Turn
from ledger.states import Role


class Format(StrEnum):
    """What a transcript is written as."""

    JSON = "json"
    WEBVTT = "vtt"
    TEXTGRID = "textgrid"
    TEXT = "txt"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.WEBVTT: "text/vtt; charset=utf-8",
    Format.TEXTGRID: "text/plain; charset=utf-8",
    Format.TEXT: "text/plain; charset=utf-8",
}
SHORTEST_S = 0.001  # of a cue or an interval

Timed = tuple[float, float, str]  # from, to, what


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """What is exported of a call."""

    call: Call
    transcript: Transcript  # hidden already unless `is_unmasked`
    secrets: tuple[Secret, ...]
    duration_s: float  # of the recording
    is_unmasked: bool


def write(export: Export, form: Format) -> str:
    """The document."""
    return WRITERS[form](export)


def _json(export: Export) -> str:
    call, transcript = export.call, export.transcript
    document: dict[str, Any] = {
        "call_id": call.id,
        "hotline": call.hotline,
        "operator": call.operator,
        "received_at": call.received_at.isoformat(),
        "duration_s": export.duration_s,
        **{name: value for name, value in asdict(transcript).items() if name != "turns"},
        "unmasked": export.is_unmasked,
        "secrets": [asdict(secret) for secret in export.secrets],
        "turns": [asdict(turn) for turn in transcript.turns],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _webvtt(export: Export) -> str:
    """One cue a turn, the speaker as its voice (W3C WebVTT)."""
    blocks = ["WEBVTT", f"NOTE\n{_origin(export)}"]
    for number, turn in enumerate(export.transcript.turns, start=1):
        start_s, end_s = _span(turn)
        text = _one_line(turn.text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{number}\n{_vtt_time(start_s)} --> {_vtt_time(end_s)}\n<v {ROLES[turn.role]}>{text}")
    return "\n\n".join(blocks) + "\n"


def _text(export: Export) -> str:
    lines = (
        f"{clock(turn.start_s)} {ROLES[turn.role]}：{_one_line(turn.text)}"
        for turn in export.transcript.turns
    )
    return "\n".join([_origin(export), "", *lines]) + "\n"


def _textgrid(export: Export) -> str:
    """Two tiers a speaker, turns and words, in Praat's long format."""
    end_s = max([export.duration_s, *(_span(turn)[1] for turn in export.transcript.turns)])
    tiers = list(_tiers(export.transcript.turns, end_s))
    head = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {end_s:g}"]
    lines = [*head, "tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for number, (name, intervals) in enumerate(tiers, start=1):
        lines += [f"    item [{number}]:", '        class = "IntervalTier"', f'        name = "{name}"']
        lines += [
            "        xmin = 0",
            f"        xmax = {end_s:g}",
            f"        intervals: size = {len(intervals)}",
        ]
        for at, interval in enumerate(intervals, start=1):
            lines += _interval(at, interval)
    return "\n".join(lines) + "\n"


def _tiers(turns: Sequence[Turn], end_s: float) -> Iterator[tuple[str, list[Timed]]]:
    for role in Role:
        said = [turn for turn in turns if turn.role is role]
        if said:
            yield f"{role} turns", _tiled([(*_span(turn), turn.text) for turn in said], end_s)
            words = [(word.start_s, word.end_s, word.text) for turn in said for word in turn.words]
            yield f"{role} words", _tiled(words, end_s)


def _tiled(spans: Iterable[Timed], end_s: float) -> list[Timed]:
    """Spans and what lies between them: a tier has no gaps and no overlaps."""
    tiled: list[Timed] = []
    reached_s = 0.0
    for start_s, stop_s, text in sorted(spans):
        start_s = max(start_s, reached_s)  # noqa: PLW2901 - cut where the one before ends
        if start_s > reached_s:
            tiled.append((reached_s, start_s, ""))
        reached_s = max(stop_s, start_s + SHORTEST_S)
        tiled.append((start_s, reached_s, text))
    return [*tiled, (reached_s, end_s, "")] if reached_s < end_s else tiled


def _interval(number: int, interval: Timed) -> list[str]:
    start_s, end_s, text = interval
    quoted = _one_line(text).replace('"', '""')
    return [
        f"        intervals [{number}]:",
        f"            xmin = {start_s:.6g}",
        f"            xmax = {end_s:.6g}",
        f'            text = "{quoted}"',
    ]


def _origin(export: Export) -> str:
    transcript = export.transcript
    return (
        f"call {export.call.id}, recording {transcript.recording_sha256}, "
        f"model {transcript.model} {transcript.model_sha256}"
    )


def _span(turn: Turn) -> tuple[float, float]:
    return turn.start_s, max(turn.end_s, turn.start_s + SHORTEST_S)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _vtt_time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


WRITERS: dict[Format, Callable[[Export], str]] = {
    Format.JSON: _json,
    Format.WEBVTT: _webvtt,
    Format.TEXTGRID: _textgrid,
    Format.TEXT: _text,
}
