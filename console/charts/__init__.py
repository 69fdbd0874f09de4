"""Charts as SVG, drawn by the server: they need no script, print as they are and follow the dark mode by CSS.

Each has a title and a description for screen readers; the page puts the same numbers into a table beside it.
Series differ by shape or pattern as well as by colour. `console/static/figures.css` has the colours.
"""

from console.charts.bars import bars, stacked
from console.charts.canvas import Point
from console.charts.lines import lines
from console.charts.whiskers import whiskers

__all__ = ["Point", "bars", "lines", "stacked", "whiskers"]
