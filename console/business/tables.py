"""The business figures as tables: on the page beside the charts, and for export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from console.business.schemas import BusinessView
from console.business.wording import CAMPAIGNS, ENQUIRY_KINDS, REFUSALS
from console.figures.definitions import FIGURES as SURVEY_FIGURES
from console.figures.definitions import Unit as SheetUnit
from console.figures.tables import Column, Table, Value
from console.words import N_
from desks.figures import EnquiryKind
from desks.figures.changes import Ranked
from desks.figures.counting import Counts, Dim
from desks.figures.definitions import COMPARISONS, FIGURES
from desks.figures.figure import Unit
from desks.figures.periods import label_of
from ledger.statistics.tally import Tally

Translate = Callable[[str], str]
Content = tuple[Sequence[Column], Sequence[Sequence[Value]]]

TITLES: Final = {
    "pieces": N_("走势"),
    "causes": N_("故障原因"),
    "branches": N_("各经营部"),
    "services": N_("各业务"),
    "sales": N_("业务咨询和送卡"),
    "refusals": N_("未成功的原因"),
    "call_backs": N_("回访"),
    "survey": N_("满意度征询"),
    "definitions": N_("指标的定义"),
}
TICKET_KEYS: Final = (
    *("tickets", "mean_limit", "handled_minutes", "mean_handling", "in_time", "late", "late_minutes"),
    *("late_customer", "late_minutes_customer", "late_arranged", "late_minutes_arranged"),
    *("late_ours", "late_minutes_ours", "late_untold", "late_minutes_untold"),
    *("in_time_share", "fault_rate", "arranged", "paused_minutes", "urged", "reopened"),
)
PIECE_KEYS: Final = ("tickets", "mean_handling", "in_time", "late", "in_time_share")
SERVICE_KEYS: Final = ("tickets", "mean_limit", "handled_minutes", "mean_handling", "late", "in_time_share")
BRANCH_KEYS: Final = (
    *("tickets", "mean_limit", "handled_minutes", "mean_handling", "late", "late_minutes", "in_time_share"),
    *("fault_rate", "arranged", "paused_minutes", "urged", "reopened"),
)
ANALYSIS_KEYS: Final = BRANCH_KEYS[:10]
SALES_KEYS: Final = ("enquiries", "succeeded", "success_share", "no_cable", "amount")
CALL_BACK_KEYS: Final = ("people", "reached_share", "reached_in_time_share", "satisfied_share")
SURVEY_KEYS: Final = (
    *("asked", "asked_share", "marked", "marked_share", "mean_mark"),
    "satisfied_marks_share",
)
_SHEET_UNITS: Final = {
    Unit.COUNT: SheetUnit.COUNT,
    Unit.MINUTES: SheetUnit.SECONDS,
    Unit.SHARE: SheetUnit.SHARE,
    Unit.YUAN: SheetUnit.MARK,
    Unit.PER_THOUSAND: SheetUnit.MARK,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Maker:
    """Makes the tables of a view, each when it is asked for, in the reader's language."""

    view: BusinessView
    language: str
    _: Translate

    def all(self) -> Iterator[Table]:
        """Every table, in the page's order."""
        return (self.make(name) for name in TITLES)

    def make(self, name: str) -> Table:
        """The table of a name of `TITLES`."""
        columns, rows = _CONTENTS[name](self)
        return Table(name=name, title=self.title(name), columns=columns, rows=rows)

    def title(self, name: str) -> str:
        """What a table is called."""
        return self._(TITLES[name])

    def branch(self, branch_id: int | None) -> str:
        """What a branch is called."""
        return self.view.lists.branches.get(branch_id or 0, self._(N_("未分派")))

    def cause(self, name: Any) -> str:
        """What a cause or a group of causes is called."""
        if name is None:
            return self._(N_("还没有原因"))
        return self.view.lists.causes.get(name, str(name)) if isinstance(name, int) else str(name)

    def pieces(self) -> Content:
        """Each day or month."""
        found = self.view.tickets.cells.by(Dim.PIECE)
        rows = [
            [label_of(piece), *self._values(found.get(place, Counts()), PIECE_KEYS)]
            for place, piece in enumerate(self.view.pieces)
        ]
        return self._columns(N_("起始日"), PIECE_KEYS), rows

    def causes(self) -> Content:
        """Each cause, with its share and its changes."""
        columns = [
            Column(title=self._(N_("原因"))),
            self._column("tickets"),
            *(
                Column(title=words[0].of(self.language), unit=_SHEET_UNITS[words[2]])
                for words in COMPARISONS.values()
            ),
            Column(title=self._(N_("上期件数")), unit=SheetUnit.COUNT),
            Column(title=self._(N_("上年同期件数")), unit=SheetUnit.COUNT),
        ]
        return columns, [self._cause_row(line) for line in self.view.tickets.causes]

    def branches(self) -> Content:
        """Each branch, and all together."""
        tickets = self.view.tickets
        ids = [*self.view.lists.branches, None]
        rows = [
            [self.branch(each), *self._values(tickets.by_branch[each], TICKET_KEYS)]
            for each in ids
            if each in tickets.by_branch
        ]
        rows.append([self._(N_("合计")), *self._values(tickets.total, TICKET_KEYS)])
        return self._columns(N_("经营部"), TICKET_KEYS), rows

    def services(self) -> Content:
        """Each service."""
        found = self.view.tickets.cells.by(Dim.SERVICE)
        rows = [[name, *self._values(counts, SERVICE_KEYS)] for name, counts in by_size(found, "tickets")]
        return self._columns(N_("业务"), SERVICE_KEYS), rows

    def sales(self) -> Content:
        """Enquiries by kind and service."""
        rows: list[list[Value]] = []
        for kind, service, counts in sales_lines(self.view):
            title = self._(ENQUIRY_KINDS[kind])
            rows.append([title, service or self._(N_("全部")), *self._values(counts, SALES_KEYS)])
        columns = self._columns(N_("业务"), SALES_KEYS)
        return [columns[0], Column(title=self._(N_("种类"))), *columns[1:]], rows

    def refusals(self) -> Content:
        """Why nothing came of enquiries."""
        found = self.view.sales.reasons
        rows: list[list[Value]] = [
            [self._(title), found.get(reason, Counts())["refused"]] for reason, title in REFUSALS.items()
        ]
        return [Column(title=self._(N_("原因"))), self._count(N_("件数"))], rows

    def call_backs(self) -> Content:
        """By kind, and all together."""
        found = self.view.call_backs.by(Dim.KIND)
        rows = [
            [self._(title), *self._values(found[kind], CALL_BACK_KEYS)]
            for kind, title in CAMPAIGNS.items()
            if kind in found
        ]
        rows.append([self._(N_("合计")), *self._values(self.view.call_backs.total(), CALL_BACK_KEYS)])
        return self._columns(N_("种类"), CALL_BACK_KEYS), rows

    def survey(self) -> Content:
        """What callers pressed, by branch, and all together."""
        figures, keys = [SURVEY_FIGURES[key] for key in SURVEY_KEYS], self.marks()
        rows: list[list[Value]] = [
            [name, *(figure.read(tally) for figure in figures), *(tally[f"mark_{key}"] for key in keys)]
            for _, name, tally in self.survey_lines()
        ]
        columns = [Column(title=self._(figure.title), unit=figure.unit) for figure in figures]
        columns += [Column(title=f"{self._(N_('评分键'))} {key}", unit=SheetUnit.COUNT) for key in keys]
        return [Column(title=self._(N_("经营部"))), *columns], rows

    def marks(self) -> Sequence[str]:
        """The keys from the highest to the lowest that callers pressed."""
        pressed = [int(key) for key in self.view.survey.whole.marks]
        return [str(key) for key in range(max(pressed), min(pressed) - 1, -1)] if pressed else []

    def survey_lines(self) -> Iterator[tuple[int | None, str, Tally]]:
        """Each branch, calls that belong to none, and all together: id, name, tally."""
        found = self.view.survey.by_branch
        for each, name in self.view.lists.branches.items():
            if each in found:
                yield each, name, found[each]
        if None in found:
            yield None, self._(N_("没有经营部")), found[None]
        yield None, self._(N_("合计")), self.view.survey.whole

    def definitions(self) -> Content:
        """What each figure is."""
        rows: list[list[Value]] = [list(line) for line in definitions(self.language)]
        rows += [
            [self._(SURVEY_FIGURES[key].title), self._(SURVEY_FIGURES[key].meaning)] for key in SURVEY_KEYS
        ]
        return [Column(title=self._(N_("指标"))), Column(title=self._(N_("定义")))], rows

    def _cause_row(self, line: Ranked) -> list[Value]:
        before, year = line.since_before, line.since_year
        return [
            self.cause(line.name),
            line.tickets,
            line.share,
            before.ratio,
            year.ratio,
            line.tickets - before.difference,
            line.tickets - year.difference,
        ]

    def _values(self, counts: Counts, keys: Sequence[str]) -> list[Value]:
        return [_in_sheet(FIGURES[key].unit, FIGURES[key].read(counts)) for key in keys]

    def _columns(self, first: str, keys: Sequence[str]) -> list[Column]:
        return [Column(title=self._(first)), *(self._column(key) for key in keys)]

    def _column(self, key: str) -> Column:
        figure = FIGURES[key]
        return Column(title=figure.name.of(self.language), unit=_SHEET_UNITS[figure.unit])

    def _count(self, title: str) -> Column:
        return Column(title=self._(title), unit=SheetUnit.COUNT)


def definitions(language: str) -> Iterator[tuple[str, str]]:
    """Each figure's name and definition, then how they are compared."""
    for figure in FIGURES.values():
        yield figure.name.of(language), figure.meaning.of(language)
    for name, meaning, _unit in COMPARISONS.values():
        yield name.of(language), meaning.of(language)


def by_size(found: Mapping[Any, Counts], measure: str) -> list[tuple[Any, Counts]]:
    """The largest first."""
    return sorted(found.items(), key=lambda item: (-item[1][measure], str(item[0])))


def sales_lines(view: BusinessView) -> Iterator[tuple[EnquiryKind, str, Counts]]:
    """Each kind, all of it under the empty name, then its services."""
    for kind in EnquiryKind:
        cells = view.sales.cells.where(Dim.KIND, kind)
        if cells.counts:
            yield kind, "", cells.total()
            for service, counts in by_size(cells.by(Dim.SERVICE), "enquiries"):
                yield kind, service, counts


def _in_sheet(unit: Unit, value: float | None) -> Value:
    """Minutes as seconds: the sheets write them as times."""
    return value * 60 if value is not None and unit is Unit.MINUTES else value


_CONTENTS: Final[Mapping[str, Callable[[Maker], Content]]] = {
    "pieces": Maker.pieces,
    "causes": Maker.causes,
    "branches": Maker.branches,
    "services": Maker.services,
    "sales": Maker.sales,
    "refusals": Maker.refusals,
    "call_backs": Maker.call_backs,
    "survey": Maker.survey,
    "definitions": Maker.definitions,
}
