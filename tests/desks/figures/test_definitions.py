"""Every figure is defined once, in both languages, and docs/business-figures.md says the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from desks.figures.definitions import COMPARISONS, FIGURES
from desks.figures.documented import definitions_table
from desks.figures.measures import MEASURES

PAGE = Path(__file__).parents[3] / "docs" / "business-figures.md"
BEGIN, END = "<!-- definitions -->\n", "\n<!-- end -->"


def test_the_page_has_the_definitions_of_the_code() -> None:
    """Where this fails, put the table that it shows between the two marks."""
    table = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    assert table == definitions_table()


def test_names_tell_figures_apart_and_every_number_has_its_list() -> None:
    """No two have a name in common; what stands behind is a measure; of nothing there is no share."""
    names = [figure.name for figure in FIGURES.values()] + [name for name, _, _ in COMPARISONS.values()]
    assert len({name.zh for name in names}) == len({name.en for name in names}) == len(names)
    for figure in FIGURES.values():
        assert figure.behind in MEASURES
        assert figure.read(Counter()) in {0, None}
