"""`python -m bench.campaign [--numbers 50] [--lines 4]`: call synthetic people back, print what came of it.

Exit status 1 where somebody ended otherwise than written, or a call is not accounted for.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.campaign.people import crowd
from bench.campaign.run import Report, run
from callers.people import Person
from hotline.logs import set_up_logs


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numbers", type=int, default=50)
    parser.add_argument("--lines", type=int, default=4)
    asked = parser.parse_args()
    set_up_logs("warning")
    people = list(crowd(asked.numbers))
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(run(Path(folder) / "var", people, lines=asked.lines))
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(_by_manner(people, report))
    for sentence in _sentences(report):
        console.print(sentence)
    sys.exit(0 if report.is_right else 1)


def _by_manner(people: list[Person], report: Report) -> Table:
    table = Table("what the person does", "people", "calls", "ended as", "as written")
    kinds: dict[str, list[Person]] = {}
    for person in people:
        kinds.setdefault(", then ".join(person.manners), []).append(person)
    for manners, some in kinds.items():
        told = [report.people[one.number] for one in some]
        outcomes = Counter(str(one["outcome"]) for one in told)
        right = sum(one.number not in report.otherwise for one in some)
        ended = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
        attempts = sum(len(one["attempts"]) for one in told)
        table.add_row(manners, str(len(some)), str(attempts), ended, f"{right} of {len(some)}")
    return table


def _sentences(report: Report) -> list[str]:
    told = report.document["figures"]
    share = told["reached"] / told["people"]
    return [
        f"people {told['people']}, reached {told['reached']} ({share:.0%}), within the limit "
        f"{told['in_time']}, satisfied {told['satisfied']} of {told['asked']}; in {report.took_s:.0f} s",
        f"by reason: {told['reasons']}",
        f"calls by the page {told['attempts']}, by the ledger {report.rows.total()} ({dict(report.rows)}), "
        f"by the people {report.visits}; to one number at once: {len(report.twice)}",
        f"reconcile: {report.account.document['invites']} INVITEs, {report.account.recorded} recorded, "
        f"{report.account.explanations}, unexplained {report.account.unexplained_count}",
        "all as written" if report.is_right else f"OTHERWISE: {report.otherwise}",
    ]


if __name__ == "__main__":
    main()
