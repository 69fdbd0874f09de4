"""What the console is told of the plan: which desks there are, who sits at them, where callers reach them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.operators import OperatorRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A desk (服务台)."""

    id: str
    name: str  # e.g. 114查号台
    operators: tuple[str, ...]  # numbers, of all tiers
    service_level_s: float = 15.0  # answered within it counts as good service


@dataclass(frozen=True, kw_only=True, slots=True)
class SipAddress:
    """Where SIP is answered, by the edge or by a line itself (UDP)."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Switchboard:
    """The desks in the plan's order. The top floor makes it, since only that may read the plan."""

    desks: tuple[Desk, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # of operators, by number
    canary: str | None = None  # the operator who answers canary calls, and is nobody
    sip: SipAddress | None = None  # None: nobody can tell, and readiness does not ask

    def staff(self, operators: Sequence[OperatorRecord]) -> list[OperatorRecord]:
        """Those of these operators who are people."""
        return [operator for operator in operators if operator.number != self.canary]

    def desks_of(self, operator: str) -> tuple[Desk, ...]:
        """The desks at which an operator sits."""
        return tuple(desk for desk in self.desks if operator in desk.operators)
