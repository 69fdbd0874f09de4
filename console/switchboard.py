"""What the console is told of the plan: desks and who sits at them, where callers reach them, reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.operators import OperatorRecord
from ledger.review_rules import ReviewRules


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A desk (服务台)."""

    id: str
    name: str  # e.g. 114查号台
    operators: tuple[str, ...]  # numbers, of all tiers
    service_level_s: float = 15.0  # answered within it counts as good service
    tools: tuple[str, ...] = ()  # directory, tickets, knowledge, enquiries: below a call on the page
    reasons: Mapping[str, str] = field(default_factory=dict)  # code: words, to wrap a conversation up with


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
    places: Mapping[str, str] = field(
        default_factory=dict
    )  # names of dialled numbers and of menus, by their ids
    canary: str | None = None  # the operator who answers canary calls, and is nobody
    sip: SipAddress | None = None  # None: nobody can tell, and readiness does not ask
    review: ReviewRules = field(default_factory=ReviewRules)
    calls_out: bool = False  # the plan says where calls go out
    outbound_desk: str | None = None  # of campaigns that name no other
    prompts: frozenset[str] = frozenset()  # all that can be said, by id
    said_in: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  # of these: which in a language itself
    language: str = "zh"  # what is heard by those of whom no other language is known
    zone: str = "Asia/Shanghai"  # in which people are called, unless a campaign says otherwise

    def desk(self, desk_id: str) -> Desk | None:
        """A desk; None where the plan does not know it any more."""
        return next((desk for desk in self.desks if desk.id == desk_id), None)

    def staff(self, operators: Sequence[OperatorRecord]) -> list[OperatorRecord]:
        """Those of these operators who are people."""
        return [operator for operator in operators if operator.number != self.canary]

    def desks_of(self, operator: str) -> tuple[Desk, ...]:
        """The desks at which an operator sits."""
        return tuple(desk for desk in self.desks if operator in desk.operators)
