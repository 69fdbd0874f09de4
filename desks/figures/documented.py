"""The definitions as a table for docs/business-figures.md."""

from __future__ import annotations

from collections.abc import Iterator

from desks.figures.definitions import COMPARISONS, FIGURES
from desks.figures.figure import Unit
from desks.figures.words import Words

_UNITS = {
    Unit.COUNT: "number",
    Unit.MINUTES: "h:mm",
    Unit.SHARE: "%",
    Unit.YUAN: "yuan",
    Unit.PER_THOUSAND: "‰ lines, month",
}


def definitions_table() -> str:
    """Markdown, one line a figure."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "| id | 名称 | name | unit | 定义 | definition |"
    yield "|---|---|---|---|---|---|"
    for figure in FIGURES.values():
        yield _line(figure.id, figure.name, figure.meaning, figure.unit)
    for key, (name, meaning, unit) in COMPARISONS.items():
        yield _line(key, name, meaning, unit)


def _line(key: str, name: Words, meaning: Words, unit: Unit) -> str:
    return f"| `{key}` | {name.zh} | {name.en} | {_UNITS[unit]} | {meaning.zh} | {meaning.en} |"
