"""Draws and estimates as documents for `--json`, and as tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table

from ledger.samples import Progress, Sampled, SampleDraw
from qa_scoring.sampling.estimating import Estimate
from qa_scoring.sampling.reporting import PER, Basis, Line, Report


def draw_document(draw: SampleDraw, sampled: Sequence[Sampled]) -> dict[str, Any]:
    """A draw whole: all that repeats it, and its calls with probability and weight."""
    head = {name: value for name, value in asdict(draw).items() if name != "cells"}
    return {**head, "calls": [_sampled_document(one) for one in sampled]}


def head_document(progress: Progress) -> dict[str, Any]:
    """A draw in the list."""
    draw = progress.draw
    return {
        "id": draw.id,
        "plan_id": draw.plan_id,
        "title": draw.title,
        "first_day": draw.first_day,
        "end_day": draw.end_day,
        "seed": draw.seed,
        "frame_sha256": draw.frame_sha256,
        "drawn_at": draw.drawn_at,
        "drawn_by": draw.drawn_by,
        "sampled": progress.sampled,
        "checked": progress.checked,
    }


def report_document(report: Report) -> dict[str, Any]:
    """The estimates of a part."""
    return {
        "part": report.part,
        "by": report.basis,
        "calls": report.calls,
        "gaps": report.gaps,
        "drawn": report.drawn,
        "judged": report.judged,
        "missing": report.missing,
        "cannot_tell": report.cannot_tell,
        "spreads": report.spreads,
        "estimates": [_line_document(line) for line in report.lines],
    }


def draws_table(found: Sequence[Progress]) -> Table:
    """One row a draw."""
    table = Table("draw", "plan", "title", "from", "to", "calls", "checked", "seed", "drawn by")
    for one in found:
        draw = one.draw
        days = (str(draw.first_day), str(draw.end_day))
        counts = (str(one.sampled), str(one.checked))
        table.add_row(str(draw.id), draw.plan_id, draw.title, *days, *counts, draw.seed, draw.drawn_by)
    return table


def sampled_table(sampled: Sequence[Sampled]) -> Table:
    """One row a drawn call."""
    table = Table("call", "part", "stratum", "probability", "weight", "listens", "found")
    for one in sampled:
        chance, weight = f"{one.probability:.6g}", f"{1 / one.probability:.5g}"
        found = one.check.outcome if one.check else ""
        table.add_row(one.call_id, one.part, one.stratum, chance, weight, one.assigned_to or "", found)
    return table


def strata_table(strata: Sequence[dict[str, Any]]) -> Table:
    """One row a stratum of a part."""
    table = Table("part", "stratum", "calls", "drawn", "least probability")
    for one in strata:
        counts = (str(one["calls"]), str(one["drawn"]))
        table.add_row(one["part"], one["stratum"] or "(all)", *counts, f"{one['least']:.6g}")
    return table


def report_table(report: Report) -> Table:
    """One row a domain, each estimate with its interval."""
    title = f"{report.part}, by {report.basis}: {report.judged} of {report.drawn} drawn calls judged"
    table = Table("of", "calls", "judged", "in order", f"wrong per {PER:,}", "mean score", title=title)
    for line in report.lines:
        name = f"{line.kind} {line.name}".strip()
        table.add_row(
            name,
            str(line.in_order.calls),
            f"{line.in_order.judged} of {line.in_order.drawn}",
            told(line.in_order, times=100, unit="%"),
            told(line.wrong, times=PER),
            told(line.score),
        )
    return table


def told(estimate: Estimate, *, times: float = 1, unit: str = "") -> str:
    """A value with its interval."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "-"
    value, low, high = (_short(number * times) for number in (estimate.value, estimate.low, estimate.high))
    return f"{value}{unit} ({low} to {high})"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:.4g}"


def report_sentences(report: Report) -> list[str]:
    """What a reader must know before the figures are believed."""
    total = report.total.in_order
    gone = ", ".join(f"{count} {gap}" for gap, count in report.gaps.items())
    also = f"; it also has {gone}" if gone else ""
    said = [f"The frame has {report.calls} calls that can be heard{also}."]
    if report.basis is Basis.MACHINE:
        said.append("The machine's own mistakes are in these figures and not in their intervals.")
    if total.spoken_for < total.calls:
        said.append(f"{total.calls - total.spoken_for} calls lie in strata of which none was judged.")
    if report.missing and total.if_missing_bad is not None and total.if_missing_good is not None:
        said.append(
            f"{report.missing} drawn calls have no judgement ({report.cannot_tell} could not be judged); "
            f"others of their strata stand for them. Were they all bad, {total.if_missing_bad:.1%} would be "
            f"in order, all good, {total.if_missing_good:.1%}."
        )
    return said


def _sampled_document(one: Sampled) -> dict[str, Any]:
    return {**asdict(one), "weight": 1 / one.probability}


def _line_document(line: Line) -> dict[str, Any]:
    return {
        "of": line.kind,
        "name": line.name,
        "in_order": asdict(line.in_order),
        "wrong": asdict(line.wrong),
        f"wrong_per_{PER}": _times(line.wrong, PER),
        "score": asdict(line.score),
    }


def _times(estimate: Estimate, times: float) -> dict[str, float | None]:
    parts = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {name: None if value is None else value * times for name, value in parts.items()}
