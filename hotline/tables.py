"""Answers for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table

from ledger.backlog import ASIDE_STATES, Progress
from ledger.records import Call

WIDE = 180  # characters of a line that goes to a file or a pipe


def show_table(table: RenderableType) -> None:
    """Print a table, or several things, on standard output."""
    terminal = Console()
    Console(width=None if terminal.is_terminal else WIDE).print(table)


def calls_table(calls: Sequence[Call]) -> Table:
    """One row a call."""
    table = Table("call", "number", "operator", "state", "score", "flags", "ended, or what is wrong")
    for call in calls:
        score = "" if call.score is None else f"{call.score:g}"
        ended = f"{call.ending.result}: {call.ending.reason}" if call.ending else ""
        if call.state in ASIDE_STATES and call.error:
            ended = call.error
        table.add_row(
            call.id, call.hotline, call.operator or "", call.state, score, " ".join(call.flags), ended
        )
    return table


def progress_document(progress: Progress) -> dict[str, Any]:
    """The pipeline at one moment, for JSON."""
    return {
        **asdict(progress),
        "at": progress.at.isoformat(timespec="seconds"),
        "left_s": progress.left_s,
        "through_at": progress.through_at.isoformat(timespec="seconds") if progress.through_at else None,
    }


def progress_view(progress: Progress) -> Group:
    """The pipeline at one moment: the sums, and a row for each call that a worker has."""
    table = Table("call", "stage", "worker", "for", "recording")
    for running in progress.running:
        audio = "" if running.audio_s is None else f"{running.audio_s:.0f} s"
        table.add_row(running.call_id, running.stage, running.worker, f"{running.took_s:.0f} s", audio)
    rows = [table] if progress.running else []
    return Group(_waiting_line(progress), *rows, _pace_line(progress))


def _waiting_line(progress: Progress) -> str:
    waiting = ", ".join(f"{count} to {stage}" for stage, count in progress.waiting.items())
    aside = {"quarantined": progress.quarantined, "without a model": progress.no_model}
    told = [f"{count} {what}" for what, count in aside.items() if count]
    return "; ".join([f"waiting: {waiting}", *told])


def _pace_line(progress: Progress) -> str:
    if progress.audio_hours_per_hour is None:
        pace = "nothing was transcribed in the last minutes"
    else:
        pace = f"{progress.audio_hours_per_hour:.1f} audio-hours an hour"
    left = f"{progress.waiting_audio_s / 3600:.2f} audio-hours left"
    through = f", through at about {progress.through_at:%H:%M:%S} UTC" if progress.through_at else ""
    return f"{pace}; {left}{through}"


def call_sheet(document: dict[str, Any]) -> str:
    """One call as text: head, transcript, findings."""
    head = f"{document['id']}  {document['hotline']}  {document['state']}  score {_score(document)}"
    turns = [f"{turn['start_s']:7.1f}  {turn['role']:<8}  {turn['text']}" for turn in document["transcript"]]
    findings = [_finding_line(finding) for finding in document["findings"]]
    later = [line for part in document.get("later_parts", ()) for line in _later_lines(part)]
    error = [f"error: {document['error']}"] if document["error"] else []
    return "\n".join([head, *error, "", *turns, "", *findings, *later])


def _score(document: dict[str, Any]) -> str:
    """With what each dimension took off, and what it would have without its limit."""
    lost = [
        f"{loss['dimension'] or '?'} -{loss['taken']:g}"
        + (f" (of {loss['points']:g})" if loss["points"] > loss["taken"] else "")
        for loss in document["losses"]
    ]
    return f"{document['score']}" + (f"  {', '.join(lost)}" if lost else "")


def _later_lines(part: dict[str, Any]) -> list[str]:
    """What was found in a later part, below its head."""
    head = f"after the transfer: {part['operator']} at {part['desk']}  score {part['score']:g}"
    return ["", head, *map(_finding_line, part["findings"])]


def _finding_line(finding: dict[str, Any]) -> str:
    evidence = finding["evidence"]
    heard = f"  [{evidence['start_s']:.1f} s: {evidence['text']}]" if evidence else ""
    points = f"-{finding['points']:g}" if finding["points"] else ""
    return f"{finding['verdict']:<14}  {points:>5}  {finding['rule']:<20}  {finding['reason']}{heard}"
