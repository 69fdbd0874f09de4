"""Canary calls (自检呼叫): synthetic calls of known truth, placed every day through the real lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sip_config.fields import Dialable, Id, PlanPart, Seconds
from sip_config.yaml_file import Document

SLOT = timedelta(minutes=5)  # of a day, in which at most one canary is placed
LOOPBACK = ("127.0.0.1", "[::1]", "localhost")


class Canary(PlanPart):
    """Who answers them and when they are placed. No real operator is rung, wherever a canary goes."""

    desk: Id  # kept for them: no menu leads to it, and only `operator` sits there
    operator: Dialable  # the synthetic one, who has an address on this machine
    calls_a_day: Annotated[int, Field(ge=0, le=200)] = 8  # 0: only by `hotline canary`
    hours: Id | None = None  # within which they are placed; None: at any time
    scored_within_s: Seconds = 900.0  # from the INVITE; later it is an alarm
    dialogues: Path | None = None  # a folder of dialogues (`callers.dialogue`); None: ours


def moments(calls_a_day: int, midnight: datetime, is_open: Callable[[datetime], bool]) -> Iterator[datetime]:
    """When a day's canaries are placed: evenly spread over the slots of the day that are open."""
    slots = [midnight + SLOT * number for number in range(timedelta(days=1) // SLOT)]
    free = [slot for slot in slots if is_open(slot)]
    for number in range(min(calls_a_day, len(free))):
        yield free[(2 * number + 1) * len(free) // (2 * calls_a_day)]


def check_canary(document: Document) -> None:
    """Note what would let a canary ring somebody, or a caller come to its desk."""
    canary = document.at(("canary",))
    if not isinstance(canary, dict):
        return
    desk, operator = canary.get("desk"), canary.get("operator")
    _check_desk(document, desk, operator)
    _check_operator(document, desk, operator)


def _check_desk(document: Document, desk: object, operator: object) -> None:
    for where in document.lines:
        names_desk = where[-1:] == ("desk",) or where[-1:] in {("voicemail",), ("call_back",)}
        callers_come = where[:1] in {("menus",), ("numbers",), ("desks",)}
        if callers_come and names_desk and document.at(where) == desk:
            what = f"desk {desk!r} is kept for canary calls; lead callers to another desk"
            document.add(where, what)
    found = document.at(("desks", str(desk)))
    if isinstance(found, dict) and (found.get("operators") != [operator] or found.get("tiers")):
        what = f"only {operator!r} may sit at the desk of canary calls: operators: [{operator!r}], no tiers"
        document.add(("desks", str(desk), "operators"), what)


def _check_operator(document: Document, desk: object, operator: object) -> None:
    found = document.at(("operators", str(operator)))
    address = found.get("address") if isinstance(found, dict) else None
    if isinstance(found, dict) and not _is_local(address):
        what = "the canary's operator needs an address on this machine, e.g. sip:8999@127.0.0.1:5199"
        document.add(("operators", str(operator)), what)
    for where in document.lines:
        elsewhere = where[:1] == ("desks",) and where[1:2] != (desk,) and "operators" in where
        if elsewhere and document.at(where) == operator:
            document.add(where, f"{operator!r} answers canary calls only; take it from this desk")


def _is_local(address: object) -> bool:
    return isinstance(address, str) and any(f"@{host}:" in address for host in LOOPBACK)
