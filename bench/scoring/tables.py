"""What was counted, as tables."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from bench.scoring.counting import Counted, Tally
from bench.scoring.speed import CallsCost, PhrasesCost
from qa_scoring.auditing import Share


def by_rule(title: str, counted: Counted) -> Table:
    """A row for each rule and one for all."""
    table = Table(title=title, title_justify="left")
    table.add_column("rule")
    for column in ("breaches", "precision, %", "recall, %", "cannot tell, %", "false fails"):
        table.add_column(column, justify="right")
    for rule, tally in counted.tallies.items():
        table.add_row(rule, *_cells(tally))
    table.add_section()
    table.add_row("all", *_cells(counted.whole))
    return table


def misses(counted: Counted) -> Table:
    """Call by call, with what the finding says."""
    table = Table("call", "rule", "is", "judged", "reason", title="verdicts that are not the truth")
    for miss in counted.misses:
        table.add_row(miss.where, miss.rule, miss.truth.value, miss.got.value, miss.reason)
    return table


def calls(costs: Iterable[CallsCost]) -> Table:
    """A row for each number of calls."""
    table = Table("calls", "CPU, s", "calls a second", title="judged with the whole 114 pack, one core")
    for cost in costs:
        table.add_row(f"{cost.calls:,}", f"{cost.cpu_s:.3f}", f"{cost.a_second:,.0f}")
    return table


def phrases(costs: Iterable[PhrasesCost]) -> Table:
    """A row for each number of phrases."""
    table = Table(title="phrases listened for in one call, ms of one core", title_justify="left")
    for column in (
        "phrases",
        "by sound",
        "one alone, mean",
        "all / one",
        "a regex each, exact",
        "any one syllable free",
        "by sound / that",
    ):
        table.add_column(column, justify="right")
    for cost in costs:
        table.add_row(
            f"{cost.phrases:,}",
            f"{cost.by_sound_ms:.3f}",
            f"{cost.alone_ms:.3f}",
            f"{cost.by_sound_ms / cost.alone_ms:.1f}",
            f"{cost.exact_ms:.3f}",
            f"{cost.tolerant_ms:.2f}",
            f"{cost.by_sound_ms / cost.tolerant_ms:.2f}",
        )
    return table


def _cells(tally: Tally) -> tuple[str, ...]:
    shares = (tally.precision, tally.recall, tally.cannot_tell)
    return (str(tally.recall.of), *map(_percent, shares), f"{tally.false_fails.hits} of {tally.all_pairs}")


def _percent(share: Share) -> str:
    value, bounds = share.value, share.interval
    if value is None or bounds is None:
        return "-"
    between = f"{100 * bounds.low:.0f} to {100 * bounds.high:.0f}"
    return f"{100 * value:.1f} ({between}), {share.hits} of {share.of}"
