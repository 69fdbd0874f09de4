"""`python -m bench.lines [--quick]`: up to 200 callers in the menu and 100 in conversation, one table.

`python -m bench.lines deaths [--quick]`: kill -9 of one line under 100 conversations.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.lines.deaths import run_deaths, table_of
from bench.lines.runs import Run, run_bare, run_idle, run_ours
from hotline.logs import set_up_logs

MENU, CONVERSATIONS, IDLE_LINES = (20, 50, 100, 150, 200), (10, 25, 50, 100), 100
QUICK_MENU, QUICK_CONVERSATIONS, QUICK_IDLE = (20, 50), (10, 25), 20
BARE = 50  # callers on bare pjsua2, twice: with one recorder and with two, as ours
# Asterisk 22.10.1 with legs recorded apart, by bare pjsua2 with two calls a process, measured once on one
# quiet machine: 0.54 % of a core a call against 0.46 to 0.50 %, at 80 calls; 0.475 MB a call at 200 calls.
ASTERISK_BY_BARE, ASTERISK_PSS_MB = 0.54 / 0.48, 0.475


def main(*, quick: bool) -> None:
    """Measure and print."""
    set_up_logs("error")
    menu, talk = (QUICK_MENU, QUICK_CONVERSATIONS) if quick else (MENU, CONVERSATIONS)
    table = Table(
        *("load", "callers", "answered", "INVITE to 200 p50", "p99"), *("slots late", "unexplained")
    )
    for column in ("CPU a call", "memory a call", "bridged"):
        table.add_column(column)
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for run in _runs(Path(folder), menu, talk, idle=QUICK_IDLE if quick else IDLE_LINES):
            table.add_row(*_row(run))
            runs.append(run)
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)
    for sentence in _ratios(runs):
        console.print(sentence)


def deaths(*, quick: bool) -> None:
    """Kill a line under load and print who noticed."""
    set_up_logs("error")
    with tempfile.TemporaryDirectory() as folder:
        death = run_deaths(Path(folder) / "deaths", (QUICK_CONVERSATIONS if quick else CONVERSATIONS)[-1])
    Console().print(table_of(death))


def _runs(folder: Path, menu: tuple[int, ...], talk: tuple[int, ...], *, idle: int) -> Iterator[Run]:
    for callers in menu:
        yield run_ours(folder / f"menu-{callers}", callers, bridged=False)
    for callers in talk:
        yield run_ours(folder / f"talk-{callers}", callers, bridged=True)
    yield run_idle(folder / "idle", idle)
    for recorders in (1, 2):
        yield run_bare(folder / f"bare-{recorders}", BARE, recorders=recorders)


def _row(run: Run) -> list[str]:
    use = [f"{run.cpu_a_call:.3f} %", f"{run.pss_mb_a_call:.2f} MB"]
    report = run.report
    if report is None:
        return [run.what, str(run.callers), *[""] * 5, *use, ""]
    return [
        run.what,
        str(run.callers),
        f"{report.answered} of {report.calls}",
        f"{report.answer_ms_p50} ms",
        f"{report.answer_ms_p99} ms",
        f"{100 * report.late_slots_share:.3f} %",
        str(run.unexplained),
        *use,
        str(run.bridged) if run.bridged else "",
    ]


def _ratios(runs: list[Run]) -> Iterator[str]:
    menu = [run for run in runs if run.what == "in the menu"]
    talk = [run for run in runs if run.what == "conversations"]
    alone, both = (next(r for r in runs if r.what.startswith(f"bare pjsua2, {n}")) for n in (1, 2))
    ours = min(menu, key=lambda run: abs(run.callers - BARE))
    ratio = ours.cpu_a_call / both.cpu_a_call
    yield f"CPU, ours by bare pjsua2 that records as much: {ratio:.2f} (aim: under 1.3)"
    yield f"CPU, ours by bare pjsua2 that records the caller only: {ours.cpu_a_call / alone.cpu_a_call:.2f}"
    asterisk = ours.cpu_a_call / alone.cpu_a_call / ASTERISK_BY_BARE
    yield f"CPU, ours by Asterisk with legs apart, by way of bare pjsua2: {asterisk:.2f} (aim: at most 0.7)"
    largest = menu[-1]
    memory = largest.pss_mb_a_call / alone.pss_mb_a_call
    yield f"memory a call, ours at {largest.callers} by bare pjsua2: {memory:.2f} (aim: at most 0.5)"
    beside = largest.pss_mb_a_call / ASTERISK_PSS_MB
    yield f"memory a call, ours by Asterisk's {ASTERISK_PSS_MB} MB: {beside:.1f}"
    for kind in (menu, talk):
        growth = kind[-1].cpu_a_call / kind[0].cpu_a_call
        what = f"{kind[-1].callers} by {kind[0].callers} {kind[0].what}"
        yield f"CPU a call, {what}: {growth:.2f} (aim: 0.85 to 1.15)"


if __name__ == "__main__":
    run = deaths if "deaths" in sys.argv[1:] else main
    run(quick="--quick" in sys.argv[1:])
