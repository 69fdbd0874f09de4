"""Erlang C: the waits of M/M/c, callers who never give up, one queue (A. K. Erlang, 1917)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ErlangC:
    """Calls come at random (Poisson), handling times are exponential, whoever waits stays."""

    calls_a_second: float
    handling_s: float
    operators: int

    @property
    def load_erlang(self) -> float:
        """Operators kept busy, on the average."""
        return self.calls_a_second * self.handling_s

    @property
    def share_waiting(self) -> float:
        """Share of callers who wait at all; 1 where the operators cannot keep up."""
        load, staff = self.load_erlang, self.operators
        if load >= staff:
            return 1.0
        blocked = 1.0  # Erlang B by its recursion, which does not overflow
        for count in range(1, staff + 1):
            blocked = load * blocked / (count + load * blocked)
        return blocked / (1 - load / staff * (1 - blocked))

    @property
    def mean_wait_s(self) -> float:
        """Over all callers, those who do not wait included; infinite where the operators cannot keep up."""
        if self.load_erlang >= self.operators:
            return float("inf")
        return self.share_waiting * self.handling_s / (self.operators - self.load_erlang)


def fewest_operators(*, calls_a_second: float, handling_s: float, mean_wait_s: float) -> int:
    """How many keep the mean wait at most at `mean_wait_s`."""
    operators = int(calls_a_second * handling_s) + 1
    while (
        ErlangC(calls_a_second=calls_a_second, handling_s=handling_s, operators=operators).mean_wait_s
        > mean_wait_s
    ):
        operators += 1
    return operators
