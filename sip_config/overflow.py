"""Desks among each other: nobody is sent round between them for ever, and what a step asks for is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sip_config.desk import Desk, Operator
from sip_config.menu import Menu, Step
from sip_config.ways import Menus
from sip_config.yaml_file import Document, Where

Desks = Mapping[str, Desk]
Operators = Mapping[str, Operator]
OVERFLOWS = ("when_full", "when_late")


def check_desks(document: Document, *, desks: Desks, operators: Operators, menus: Menus) -> None:
    """Note circles of overflow, operators named twice, skills that nobody at the desk has."""
    for desk_id, desk in desks.items():
        _check_twice(document, desk_id, desk)
        if desk.when_full and desk.most_waiting is None:
            what = "this never happens: say with 'most_waiting' how many may wait, or leave it out"
            document.add(("desks", desk_id, "when_full"), what)
        for name, step in overflow_steps(desk):
            if step.last.kind == "repeat":
                what = "there is no menu to hear again here; lead to a desk, a menu or voicemail"
                document.add(("desks", desk_id, name), what)
    _check_circles(document, desks, menus)
    for where, step in all_steps(desks, menus):
        _check_skills(document, where, step, desks, operators)


def overflow_steps(desk: Desk) -> Iterator[tuple[str, Step]]:
    """Where callers go whom a desk cannot take."""
    steps = ((name, getattr(desk, name)) for name in OVERFLOWS)
    return ((name, step) for name, step in steps if step is not None)


def all_steps(desks: Desks, menus: Menus) -> Iterator[tuple[Where, Step]]:
    """Every step of the plan, with its place in the file; those after `then` each by itself."""
    for menu_id, menu in menus.items():
        for where, step in _menu_steps(menu_id, menu):
            yield from _with_following(where, step)
    for desk_id, desk in desks.items():
        for name, step in overflow_steps(desk):
            yield from _with_following(("desks", desk_id, name), step)


def _menu_steps(menu_id: str, menu: Menu) -> Iterator[tuple[Where, Step]]:
    for key, step in menu.keys.items():
        yield ("menus", menu_id, "keys", key), step
    yield ("menus", menu_id, "otherwise"), menu.otherwise


def _with_following(where: Where, step: Step) -> Iterator[tuple[Where, Step]]:
    yield where, step
    if step.goes_on:
        yield from _with_following((*where, "then"), step.next)


def _check_twice(document: Document, desk_id: str, desk: Desk) -> None:
    seen = set(desk.operators)
    for place, tier in enumerate(desk.tiers):
        for number in tier.operators:
            if number in seen:
                what = f"operator {number} is asked earlier already; name each once"
                document.add(("desks", desk_id, "tiers", place, "operators"), what)
        seen |= set(tier.operators)


def _check_circles(document: Document, desks: Desks, menus: Menus) -> None:
    order = list(desks)
    told: set[frozenset[str]] = set()
    for start in order:
        circle = _circle(start, desks, menus)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            way = " -> ".join([*circle, start])
            name = _leading(desks[start], [*circle, start][1], menus)
            what = f"a caller may go round for ever ({way}); let one end in voicemail, call_back or hang_up"
            document.add(("desks", start, name), what)


def _circle(start: str, desks: Desks, menus: Menus) -> list[str]:
    """The shortest way by overflow from a desk back to itself, without its end; empty where there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for desk_id in _next_desks(desks[way[-1]], menus):
            if desk_id == start:
                return way
            if desk_id in desks and desk_id not in seen:
                seen.add(desk_id)
                ways.append([*way, desk_id])
    return []


def _next_desks(desk: Desk, menus: Menus) -> list[str]:
    found = (silent_desk(step, menus) for _, step in overflow_steps(desk))
    return [desk_id for desk_id in found if desk_id]


def _leading(desk: Desk, to: str, menus: Menus) -> str:
    return next(name for name, step in overflow_steps(desk) if silent_desk(step, menus) == to)


def silent_desk(step: Step, menus: Menus) -> str | None:
    """The desk that a step leads a caller to who presses nothing."""
    passed: set[str] = set()
    last = step.last
    while last.menu in menus and last.menu not in passed:
        passed.add(str(last.menu))
        last = menus[str(last.menu)].otherwise.last
    return last.desk


def _check_skills(document: Document, where: Where, step: Step, desks: Desks, operators: Operators) -> None:
    desk = desks.get(step.desk or "")
    if desk is None or not step.skills:
        return
    staff = [operators[number] for number in desk.everyone if number in operators]
    if not any(set(step.skills) <= set(operator.skills) for operator in staff):
        wanted = ", ".join(step.skills)
        what = (
            f"no operator of desk {step.desk!r} has the skills {wanted}; give them to one or leave them out"
        )
        document.add(where, what)
