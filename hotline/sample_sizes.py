"""What `hotline sample size` answers: figures as a document, and the same in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

from ledger.errors import SettingsError
from qa_scoring.sampling import sizes

SLIP = 0.0001  # by which a specificity may be believed too high
ALLOWED = (0, 1, 2, 3, 5, 10)  # errors that the sample may have, in the table


@dataclass(frozen=True, kw_only=True)
class Wish:
    """That a rate is shown to lie below a bound; rates are shares of calls."""

    bound: float
    per: int  # in which people tell the rates
    true_rate: float | None  # what it may really be
    power: float  # the chance wished for at the true rate
    confidence: float
    population: int | None
    sensitivity: float | None  # of the machine's rule
    specificity: float | None
    planted: int  # calls with a known error that the machine is tried on

    def __post_init__(self) -> None:
        if not 0 < self.bound < 1:
            raise SettingsError(
                "the bound must lie between 0 and --per; say e.g. --show-below 0.27 --per 10000"
            )
        if self.true_rate is not None and not 0 <= self.true_rate < self.bound:
            raise SettingsError("--true must lie below --show-below: what is not so cannot be shown")
        if (self.sensitivity is None) != (self.specificity is None):
            raise SettingsError("--sensitivity and --specificity go together; give both")

    def told(self, rate: float) -> str:
        """A rate as people say it."""
        return f"{rate * self.per:.3g} per {self.per:,}"


def below_document(wish: Wish) -> dict[str, Any]:
    """All figures: people alone, with the machine alone, and with both."""
    limits = {"population": wish.population, "confidence": wish.confidence}
    rows = [
        sizes.showing(wish.bound, allowed=allowed, true_rate=wish.true_rate, **limits)  # type: ignore[arg-type]
        for allowed in ALLOWED
    ]
    with_power = None
    if wish.true_rate is not None:
        with_power = sizes.with_power(
            wish.bound,
            true_rate=wish.true_rate,
            power=wish.power,
            **limits,  # type: ignore[arg-type]
        )
    return {
        "bound": wish.bound,
        "confidence": wish.confidence,
        "population": wish.population,
        "rows": [asdict(row) for row in rows],
        "with_power": asdict(with_power) if with_power else None,
        "machine": _machine(wish),
    }


def _machine(wish: Wish) -> dict[str, Any] | None:
    if wish.sensitivity is None or wish.specificity is None:
        return None
    rule = {"sensitivity": wish.sensitivity, "specificity": wish.specificity}
    both = sizes.doubling(
        wish.bound, planted=wish.planted, true_rate=wish.true_rate or 0.0, confidence=wish.confidence, **rule
    )
    return {
        **rule,
        "marked_at_bound": sizes.apparent_rate(wish.bound, **rule),
        "marked_without_errors": sizes.apparent_rate(0.0, **rule),
        "told_after_slip": _told_after_slip(**rule),
        "clean_calls": sizes.clean_calls_for_specificity(wish.bound, confidence=wish.confidence),
        "both": asdict(both) if both else None,
    }


def _told_after_slip(*, sensitivity: float, specificity: float) -> float:
    """What the corrected rate is without any error, if the specificity is a little less than believed."""
    marked = sizes.apparent_rate(0.0, sensitivity=sensitivity, specificity=specificity - SLIP)
    return sizes.rogan_gladen(marked, sensitivity=sensitivity, specificity=specificity)


def below_sentences(wish: Wish, document: dict[str, Any]) -> Iterator[str]:
    """The figures in words."""
    first = document["rows"][0]
    yield from _first_sentence(wish, first["calls"])
    if wish.true_rate is not None and first["power"] is not None:
        yield (
            f"If the rate really is {wish.told(wish.true_rate)}, a sample of that size has no error in "
            f"{first['power']:.0%} of cases; in the others it shows nothing."
        )
        yield _power_sentence(wish, document["with_power"])
    if document["machine"]:
        yield from _machine_sentences(wish, document["machine"])


def _first_sentence(wish: Wish, calls: int | None) -> Iterator[str]:
    among = f" of {wish.population:,}" if wish.population else ""
    if calls is None:
        yield f"No sample{among} calls can show a rate below {wish.told(wish.bound)}."
        return
    yield (
        f"To show a rate below {wish.told(wish.bound)} with {wish.confidence:.0%} confidence, people must "
        f"hear {calls:,} calls{among} drawn at random, and find no error in any."
    )


def _power_sentence(wish: Wish, found: dict[str, Any] | None) -> str:
    if found is None:
        return f"No sample shows it with a chance of {wish.power:.0%}."
    return (
        f"For a chance of {wish.power:.0%} it takes {found['calls']:,} calls, of which {found['allowed']} "
        "may have an error."
    )


def _machine_sentences(wish: Wish, machine: dict[str, Any]) -> Iterator[str]:
    without, at_bound = wish.told(machine["marked_without_errors"]), wish.told(machine["marked_at_bound"])
    yield (
        f"The machine alone cannot show it: without a single error it marks {without}, at the bound "
        f"{at_bound}. To tell these apart one must know its false marks as finely as the rate: none in "
        f"{machine['clean_calls']:,} calls known to be right. If its specificity is {SLIP:g} less than "
        "believed, Rogan and Gladen's correction tells "
        f"{wish.told(machine['told_after_slip'])} where there is no error."
    )
    both = machine["both"]
    if both is None:
        yield f"With {wish.planted} planted errors nothing is known of its sensitivity; plant more."
        return
    yield (
        f"Machine and people together: the machine judges {both['judged']:,} calls, people hear the "
        f"{both['listened']:,} that it is expected to mark, and may find {both['allowed']} true errors. Its "
        f"sensitivity is then at least {both['sensitivity_low']:.3f}, from {both['planted']} planted errors; "
        "this holds as far as real errors are found as well as planted ones."
    )


def below_table(document: dict[str, Any]) -> Table:
    """Calls by the errors that may be found."""
    table = Table("errors found, at most", "calls to hear", "chance to show it at --true")
    for row in document["rows"]:
        calls = "not even all" if row["calls"] is None else f"{row['calls']:,}"
        table.add_row(str(row["allowed"]), calls, "" if row["power"] is None else f"{row['power']:.0%}")
    return table


def width_document(
    *,
    share: float | None,
    spread: float | None,
    half_width: float | None,
    population: int | None,
    confidence: float,
) -> dict[str, Any]:
    """Calls for an interval of a wished width. Raises SettingsError where too little is said."""
    if half_width is None or (share is None) == (spread is None):
        raise SettingsError(
            "say --show-below RATE, or --half-width with either --share (about what is expected) or --spread"
        )
    if share is not None and not 0 < share < 1:
        raise SettingsError("--share must lie between 0 and 1; for rates near 0 use --show-below")
    limits = {"half_width": half_width, "confidence": confidence, "population": population}
    if share is not None:
        calls = sizes.for_width(share=share, **limits)  # type: ignore[arg-type]
    else:
        calls = sizes.for_mean_width(spread=spread or 0.0, **limits)  # type: ignore[arg-type]
    return {"calls": calls, "share": share, "spread": spread, **limits}


def width_sentence(document: dict[str, Any]) -> str:
    """The figure in words."""
    among = f" of {document['population']:,}" if document["population"] else ""
    return (
        f"{document['calls']:,} calls{among} drawn at random give plus and minus {document['half_width']:g} "
        f"with {document['confidence']:.0%} confidence."
    )
