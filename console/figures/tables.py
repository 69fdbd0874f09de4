"""The figures of a page as tables: for screen readers beside the charts, and for export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from console.figures.definitions import COLUMNS, FIGURES, RULE_MEANINGS, Unit
from console.figures.schemas import FiguresView, Heat
from console.figures.wording import GROUPS, NOBODY, value_of
from console.words import N_
from ledger.statistics.counting import Dim
from ledger.statistics.tally import RuleTally, Tally

Value = str | float | None
Translate = Callable[[str], str]

ALL_FIGURES = tuple(FIGURES)
# By name, in the page's order.
TITLES: Final = {
    "summary": N_("总览"),
    "groups": N_("分组"),  # it is called by what it groups by
    "pieces": N_("走势"),
    "hours": N_("一天的各小时"),
    "rules": N_("各规则的判定"),
    "heat": N_("规则与话务员"),
    "marks": N_("满意度评分"),
    "appeals": N_("申诉"),
    "samples": N_("抽样估计"),
    "definitions": N_("指标的定义"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column; None: of names."""

    title: str
    unit: Unit | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table with its rows; all texts are in the reader's language."""

    name: str  # in addresses
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]


Content = tuple[Sequence[Column], Sequence[Sequence[Value]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Maker:
    """Makes the tables of a view, each when it is asked for; `rule` is what a rule is called."""

    view: FiguresView
    _: Translate
    rule: Callable[[str], str]

    def all(self) -> Iterator[Table]:
        """Every table, in the page's order."""
        return (self.make(name) for name in TITLES)

    def make(self, name: str) -> Table:
        """The table of a name of `TITLES`."""
        columns, rows = _CONTENTS[name](self)
        return Table(name=name, title=self.title(name), columns=columns, rows=rows)

    def title(self, name: str) -> str:
        """What a table is called, without making it."""
        title = GROUPS[self._dim] if name == "groups" else TITLES[name]
        return self._(title)

    @property
    def _dim(self) -> Dim:
        return self.view.wish.grouping or Dim.OPERATOR

    def summary(self) -> Content:
        """Each figure, now and before."""
        wanted, total, before = self.view.wanted, self.view.total, self.view.before
        rows: list[list[Value]] = [
            [
                self._(figure.title),
                value_of(key, total, wanted),
                value_of(key, before, wanted),
                str(figure.unit),
            ]
            for key, figure in FIGURES.items()
        ]
        columns = self._names(N_("指标"), N_("本期"), N_("上期"), N_("单位"))
        return columns, rows

    def groups(self) -> Content:
        """Each desk, team or operator."""
        dim = self._dim
        rows = [
            [group.name or self._(NOBODY[dim]), *self._values(group.tally, ALL_FIGURES, dim)]
            for group in self.view.groups
        ]
        return self._figures(GROUPS[dim], ALL_FIGURES), rows

    def pieces(self) -> Content:
        """Each day, week or month."""
        rows = [
            [str(piece.period.first), *self._values(piece.tally, ALL_FIGURES)] for piece in self.view.pieces
        ]
        return self._figures(N_("起始日"), ALL_FIGURES), rows

    def hours(self) -> Content:
        """Each hour of the day."""
        rows = [[f"{int(one.label):02}:00", *self._values(one.tally, COLUMNS)] for one in self.view.hours]
        return self._figures(N_("小时"), COLUMNS), rows

    def rules(self) -> Content:
        """What was found by each rule."""
        titles = [self._(title) for title, _ in RULE_MEANINGS.values()]
        rows = [
            [self.rule(rule), *(getattr(tally, name) for name in RULE_MEANINGS), self._before(rule).flags]
            for rule, tally in self.view.rules.items()
        ]
        columns = [Column(title=self._(N_("规则")))]
        columns += [Column(title=title, unit=Unit.COUNT) for title in (*titles, self._(N_("上期标记的电话")))]
        return columns, rows

    def heat(self) -> Content:
        """Flagged calls by operator and rule."""
        heat = self.view.heat or Heat(operators=(), rules=(), flags={})
        columns = [
            Column(title=self._(GROUPS[Dim.OPERATOR])),
            Column(title=self._(N_("已评分")), unit=Unit.COUNT),
            *(Column(title=self.rule(rule), unit=Unit.COUNT) for rule in heat.rules),
        ]
        rows: list[list[Value]] = [
            [one.label, one.tally["judged"], *(heat.flags.get((one.name, rule), 0) for rule in heat.rules)]
            for one in heat.operators
        ]
        return columns, rows

    def marks(self) -> Content:
        """How often each key was given."""
        rows: list[list[Value]] = [[key, count] for key, count in self.view.total.marks.items()]
        columns = [Column(title=self._(N_("评分键"))), Column(title=self._(N_("通数")), unit=Unit.COUNT)]
        return columns, rows

    def appeals(self) -> Content:
        """What became of appeals."""
        now, before = self.view.appeals, self.view.appeals_before
        rows: list[list[Value]] = [
            [self._(N_("申诉")), now.appealed, before.appealed],
            [self._(N_("成立")), now.upheld, before.upheld],
            [self._(N_("不成立")), now.dismissed, before.dismissed],
            [self._(N_("待裁定")), now.waiting, before.waiting],
        ]
        columns = self._names(N_("申诉"), N_("本期"), N_("上期"))
        return columns, rows

    def samples(self) -> Content:
        """What draws say of all calls, with intervals."""
        rows: list[list[Value]] = []
        for sample in self.view.samples:
            for line in sample.lines:
                estimates = (line.in_order, line.wrong, line.score)
                told = [part for one in estimates for part in (one.value, one.low, one.high)]
                rows.append([sample.draw.title, line.name or self._(N_("全部")), line.in_order.judged, *told])
        columns = [
            *self._names(N_("抽样"), N_("范围")),
            Column(title=self._(N_("有结果")), unit=Unit.COUNT),
            *(Column(title=title, unit=unit) for title, unit in self._estimates()),
        ]
        return columns, rows

    def definitions(self) -> Content:
        """What each figure is."""
        rows = [[self._(one.title), self._(one.meaning), one.source] for one in FIGURES.values()]
        rows += [
            [self._(title), self._(meaning), "calls.flags, findings, reviews"]
            for title, meaning in RULE_MEANINGS.values()
        ]
        columns = self._names(N_("指标"), N_("定义"), N_("来源"))
        return columns, rows

    def _figures(self, first: str, keys: Sequence[str]) -> list[Column]:
        figures = (Column(title=self._(FIGURES[key].title), unit=FIGURES[key].unit) for key in keys)
        return [Column(title=self._(first)), *figures]

    def _names(self, *titles: str) -> list[Column]:
        return [Column(title=self._(title)) for title in titles]

    def _values(self, tally: Tally, keys: Sequence[str], dim: Dim | None = None) -> list[Value]:
        return [value_of(key, tally, self.view.wanted, dim) for key in keys]

    def _before(self, rule: str) -> RuleTally:
        return self.view.rules_before.get(rule, RuleTally())

    def _estimates(self) -> Iterator[tuple[str, Unit]]:
        for title, unit in (
            (N_("符合规范的电话"), Unit.SHARE),
            (N_("有差错的电话"), Unit.SHARE),
            (N_("平均得分"), Unit.SCORE),
        ):
            for end in ("", N_("下限"), N_("上限")):
                yield f"{self._(title)} {self._(end) if end else ''}".strip(), unit


_CONTENTS: Final[Mapping[str, Callable[[Maker], Content]]] = {
    "summary": Maker.summary,
    "groups": Maker.groups,
    "pieces": Maker.pieces,
    "hours": Maker.hours,
    "rules": Maker.rules,
    "heat": Maker.heat,
    "marks": Maker.marks,
    "appeals": Maker.appeals,
    "samples": Maker.samples,
    "definitions": Maker.definitions,
}
