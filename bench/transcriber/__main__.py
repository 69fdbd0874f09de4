"""`make bench-transcriber`: our transcriber beside the stock `vosk-transcriber` command, in one run.

ARGS: `--calls N` (in each degraded condition), `--half tune`, `--speech DIR` (real people),
`--only accuracy` or `--only speed`, `--pictures` (draw those of docs/recognition.md anew),
`--while-decoding` (leave the graph as it is found, and compose none before).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.transcriber import ours, people, pictures, speed
from bench.transcriber.accuracy import Tally
from bench.transcriber.measuring import Bench, Pair
from callers.conditions import CONDITIONS, LINE
from callers.labelled_call import load_labelled
from hotline.logs import set_up_logs
from ledger.errors import HotlineError
from transcriber.kept_graph import compose_model

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
COLUMNS = ("characters", "pinyin", "in phrases", "8 digits exact")


def main() -> None:
    """Measure and print."""
    set_up_logs("error")
    asked = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 180)
    try:
        if not asked.while_decoding:
            compose_model(ours.small_model())
        console.print(f"graph: {ours.graph()}")
        with tempfile.TemporaryDirectory() as name:
            _run(asked, Path(name), console)
    except HotlineError as error:
        sys.exit(f"bench-transcriber: {error}")


def _run(asked: argparse.Namespace, folder: Path, console: Console) -> None:
    bench = Bench(load_labelled().half(asked.half), folder)
    if asked.only != "speed":
        rows = _accuracy(bench, asked)
        if asked.speech:
            rows |= people.measure(people.read_clips(asked.speech, asked.clips), folder)
        console.print(_accuracy_table(rows, asked.half))
        console.print(_reliability_table(rows[LINE][0]))
    if asked.only != "accuracy":
        console.print(_speed_table(bench, asked.speed_calls))


def _accuracy(bench: Bench, asked: argparse.Namespace) -> dict[str, Pair]:
    """Rows of the table: A-law with all calls and by voice, the other conditions with some, the numbers."""
    line, by_voice = bench.accuracy(LINE, bench.spread(asked.line_calls))
    rows = {LINE: line} | {f"voice {name}": by_voice[name] for name in sorted(by_voice)}
    some = bench.spread(asked.calls)
    conditions = {name: bench.accuracy(name, some)[0] for name in CONDITIONS}
    if asked.pictures:
        PICTURES.mkdir(exist_ok=True)
        pictures.draw_conditions(conditions, PICTURES / "transcript-errors.svg")
        pictures.draw_reliability(line[0], PICTURES / "transcript-confidence.svg")
    rows |= {f"{name}, {len(some)} calls": pair for name, pair in conditions.items()}
    return {**rows, "numbers alone, A-law": bench.numbers()}


def _accuracy_table(rows: dict[str, Pair], half: str) -> Table:
    table = Table(
        title=f"errors in %, {half} half: ours / vosk-transcriber given each channel", title_justify="left"
    )
    for column in ("heard under", "syllables", *COLUMNS):
        table.add_column(column, justify="left" if column == "heard under" else "right")
    for name, (our, stock) in rows.items():
        cells = [
            f"{_percent(one)} / {_percent(other)}"
            for one, other in zip(_shares(our), _shares(stock), strict=True)
        ]
        cells[-1] += f" of {our.numbers}"
        table.add_row(name, str(our.syllables), *cells)
    return table


def _shares(tally: Tally) -> tuple[float | None, ...]:
    return tally.character_error, tally.pinyin_error, tally.phrase_error, tally.numbers_exact


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


def _reliability_table(tally: Tally) -> Table:
    table = Table(
        "confidence", "syllables", "wrong, %", title="our words through A-law", title_justify="left"
    )
    for tenth in range(10):
        wrong, all_of = tally.wrong_at(tenth)
        if all_of:
            table.add_row(
                f"{tenth / 10:.1f} to {(tenth + 1) / 10:.1f}", str(all_of), _percent(wrong / all_of)
            )
    return table


def _speed_table(bench: Bench, calls: int) -> Table:
    table = Table("figure", "ours", "peer", "ours / peer", "how it was measured")
    for figure in speed.figures(bench.record(LINE, bench.spread(calls))):
        table.add_row(figure.name, figure.ours_text, figure.peer_text, figure.ratio_text, figure.how)
    return table


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench-transcriber", description=__doc__)
    parser.add_argument("--half", choices=("tune", "judge"), default="judge")
    parser.add_argument("--calls", type=int, default=6, help="in each condition but the plain A-law line")
    parser.add_argument("--line-calls", type=int, default=100, help="over the plain A-law line")
    parser.add_argument("--speed-calls", type=int, default=12, help="to measure what the work costs")
    parser.add_argument("--speech", type=Path, help="a folder of real people's clips with a manifest.jsonl")
    parser.add_argument("--clips", type=int, help="so many of them")
    parser.add_argument("--while-decoding", action="store_true", help="compose no graph before")
    parser.add_argument("--only", choices=("accuracy", "speed"))
    parser.add_argument("--pictures", action="store_true", help="draw those of docs/recognition.md anew")
    return parser.parse_args()


main()
