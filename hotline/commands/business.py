"""`hotline business`: a month of the desks' own figures, as `/business/analysis` has them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from console.business.documents import AnalysisDocument, Values
from console.business.schemas import read_month_wish
from console.business.service import open_analysis
from console.business.tables import ANALYSIS_KEYS, CALL_BACK_KEYS, SALES_KEYS
from console.business.telling import analysis_document
from console.business.wording import tell
from console.times import SHANGHAI
from desks.figures.definitions import FIGURES
from hotline.commands.options import AsJson, Data, print_json, say, settings_of
from hotline.tables import show_table
from ledger.clock import now
from ledger.database import open_ledger


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(business)


def business(
    month: Annotated[
        str, typer.Option("--month", help="Such as 2026-11. [default: the last whole month]")
    ] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Tell a month's faults, sales and call-backs; with --json all that /api/business/analysis answers."""
    at = now()
    wish = read_month_wish({"month": month}, at.astimezone(SHANGHAI).date(), SHANGHAI)
    with open_ledger(settings_of(data_dir=data)).reading() as session:
        told = analysis_document(*open_analysis(session, wish, SHANGHAI, None, at))
    if as_json:
        print_json(told.model_dump(mode="json"))
    else:
        _tell(told)


def _tell(told: AnalysisDocument) -> None:
    say(f"faults, {told.period.first} to {told.period.last}:")
    table = Table("branch", *(FIGURES[key].name.en for key in ANALYSIS_KEYS))
    for line in told.tickets.branches:
        table.add_row(line.name or "not assigned", *_cells(line.values, ANALYSIS_KEYS))
    table.add_row("all", *_cells(told.tickets.total, ANALYSIS_KEYS))
    show_table(table)
    for name, values, keys in (
        ("complaints", told.complaints.total, ("tickets", "in_time_share")),
        ("sales", told.sales.total, SALES_KEYS),
        ("call-backs", told.call_backs.total, CALL_BACK_KEYS),
    ):
        cells = zip((FIGURES[key].name.en for key in keys), _cells(values, keys), strict=True)
        say(f"{name}: " + ", ".join(f"{title} {cell}" for title, cell in cells))


def _cells(values: Values, keys: tuple[str, ...]) -> list[str]:
    return [tell(FIGURES[key].unit, values[key]) for key in keys]
