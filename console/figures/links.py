"""Where a number leads: to the list of calls with the filter that gives exactly as many, or to our own list.

Our own list (`/figures/calls`) understands every measure. The list of calls is better to work in, and is used
where it understands all that has to be asked: for the calls flagged with a rule, of all hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from console.figures.schemas import Wish
from ledger.statistics.behind import MEASURES
from ledger.statistics.days import Period


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Makes the links of a page. Whoever may see no calls gets none."""

    wish: Wish
    may_list: bool

    def behind(
        self,
        what: str,
        *,
        rule: str = "",
        hour: int | None = None,
        period: Period | None = None,
        **who: str,
    ) -> str:
        """The calls of a measure; `who`: a further desk, team or operator. Empty: no link."""
        if not self.may_list or what not in MEASURES:
            return ""
        asked = self._asked(hour, period, who)
        if what == "flags" and hour is None:
            return "/calls?" + urlencode(asked | ({"flag": rule} if rule else {}))
        own = {**asked, "what": what} | ({"rule": rule} if rule else {})
        return "/figures/calls?" + urlencode(own)

    def deeper(self, dim: str, name: str) -> str:
        """The figures of one line of a table; empty where it has no name."""
        if not name:
            return ""
        return "/figures?" + self.wish.query(**{dim: name, "group": ""})

    def _asked(self, hour: int | None, period: Period | None, who: dict[str, str]) -> dict[str, str]:
        names = {"desk": self.wish.desk, "team": self.wish.team, "operator": self.wish.operator, **who}
        first, last = (period.first, period.last) if period else (self.wish.first, self.wish.last)
        asked = {"day_from": str(first), "day_to": str(last)}
        asked |= {name: value for name, value in names.items() if value}
        return asked | ({"hour": str(hour)} if hour is not None else {})
