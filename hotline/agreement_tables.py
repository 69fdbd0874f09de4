"""Agreement for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table

from qa_scoring.agreement import Cws, Estimate, Report, Why
from qa_scoring.agreement.report import RuleRow
from qa_scoring.agreement.scales import KRIPPENDORFF, LANDIS_KOCH

WHYS = {
    Why.NOTHING_SHARED: "nothing judged by two",
    Why.ONE_CATEGORY: "all the same",
    Why.ONE_CALL: "one call only",
    Why.NO_REPEATS: "no repeats",
    Why.NO_INCONSISTENCY: "no bound: each repeat the same",
    Why.NO_SPREAD: "interval without width",
    Why.UNSTABLE: "too little for an interval",
}


def report_view(report: Report) -> Group:
    """The whole report, with what its words are worth."""
    head = f"{report.units} calls, {report.judgements} reviews by {', '.join(report.raters) or 'nobody'}"
    tables: list[RenderableType] = [
        _rules("monitors among each other", report.between, with_bias=False),
        _rules("monitors and the machine", report.machine, with_bias=True),
        _scales(report),
        _people(report),
    ]
    return Group(f"{head}; intervals are for 95 %, seed {report.seed}", *tables, _words())


def _rules(title: str, rows: tuple[RuleRow, ...], *, with_bias: bool) -> Table:
    bias = ("bias",) if with_bias else ()
    table = Table(
        "rule", "calls", "agreement", "kappa", "", "alpha", "", "PABAK", "fails", *bias, title=title
    )
    for row in rows:
        fails = row.beside.prevalence.get("fail", 0.0) if row.beside.prevalence else None
        cells = [row.rule, str(row.agreement.n), _cell(row.agreement), _cell(row.kappa), row.strength or ""]
        cells += [_cell(row.alpha), row.reliance or "", _plain(row.beside.pabak), _plain(fails)]
        table.add_row(*cells, *([_plain(row.beside.bias_index)] if with_bias else []))
    return table


def _scales(report: Report) -> Table:
    table = Table(
        "standard", "calls", "alpha", "", "weighted kappa", "mean difference", title="marks and scores"
    )
    for row in report.scales:
        kappa = _cell(row.kappa) if row.kappa else ""
        cells = (_cell(row.alpha), row.reliance or "", kappa, _plain(row.difference))
        table.add_row(row.scale, str(row.alpha.n), *cells)
    return table


def _people(report: Report) -> Table:
    table = Table(
        "who", "calls", "with others", "with the expert", "with the machine", title="person by person"
    )
    for column in ("fails", "score above", "same again", "expert index"):
        table.add_column(column)
    for row in report.people:
        who = f"{row.rater} (expert)" if row.is_reference else row.rater
        reference = _cell(row.with_reference) if row.with_reference else ""
        agreement = (_cell(row.with_others), reference, _cell(row.with_machine))
        consistency = (_cell(row.retest), _index(row.cws))
        table.add_row(
            who, str(row.judged), *agreement, _plain(row.fails), _plain(row.score_difference), *consistency
        )
    return table


def _words() -> str:
    return (
        f"The words for kappa are conventions of {LANDIS_KOCH}; for alpha of {KRIPPENDORFF}.\n"
        "Where fails are rare or frequent kappa is low however high agreement is: read it beside PABAK."
    )


def _cell(estimate: Estimate) -> str:
    if estimate.value is None:
        return f"- ({WHYS[estimate.why]})" if estimate.why else "-"
    if estimate.interval:
        return f"{estimate.value:.2f} [{estimate.interval.low:.2f}, {estimate.interval.high:.2f}]"
    return f"{estimate.value:.2f} ({WHYS[estimate.why]})" if estimate.why else f"{estimate.value:.2f}"


def _index(cws: Cws) -> str:
    if cws.value is None:
        return f"- ({WHYS[cws.why]})" if cws.why else "-"
    return f"{cws.value:.1f}"


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
