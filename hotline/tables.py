"""Answers for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from ledger.records import Call

WIDE = 180  # characters of a line that goes to a file or a pipe


def show_table(table: Table) -> None:
    """Print a table on standard output."""
    terminal = Console()
    Console(width=None if terminal.is_terminal else WIDE).print(table)


def calls_table(calls: Sequence[Call]) -> Table:
    """One row a call."""
    table = Table("call", "number", "operator", "state", "score", "flags", "ended")
    for call in calls:
        score = "" if call.score is None else f"{call.score:g}"
        ended = f"{call.ending.result}: {call.ending.reason}" if call.ending else ""
        table.add_row(
            call.id, call.hotline, call.operator or "", call.state, score, " ".join(call.flags), ended
        )
    return table


def call_sheet(document: dict[str, Any]) -> str:
    """One call as text: head, transcript, findings."""
    head = f"{document['id']}  {document['hotline']}  {document['state']}  score {document['score']}"
    turns = [f"{turn['start_s']:7.1f}  {turn['role']:<8}  {turn['text']}" for turn in document["transcript"]]
    findings = [_finding_line(finding) for finding in document["findings"]]
    error = [f"error: {document['error']}"] if document["error"] else []
    return "\n".join([head, *error, "", *turns, "", *findings])


def _finding_line(finding: dict[str, Any]) -> str:
    evidence = finding["evidence"]
    heard = f"  [{evidence['start_s']:.1f} s: {evidence['text']}]" if evidence else ""
    return f"{finding['verdict']:<14}  {finding['rule']:<20}  {finding['reason']}{heard}"
