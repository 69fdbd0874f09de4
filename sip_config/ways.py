"""The ways through the menus: every menu is reached, and every caller gets out of them, even a silent one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sip_config.menu import Menu, Step, StepKind
from sip_config.plan import Number
from sip_config.yaml_file import Document

Numbers = Mapping[str, Number]
Menus = Mapping[str, Menu]
_NOBODY: dict[StepKind, str] = {
    "hang_up": "ends the call",
    "voicemail": "leads to voicemail",
    "call_back": "asks for a call back",
}
_NO_ZERO = "is not there"  # then it leads to the desk of the number


def check_ways(
    document: Document, *, numbers: Numbers, menus: Menus, further: Iterable[str], complete: bool
) -> None:
    """Note menus that nobody reaches or leaves, silent callers who go round, and keys 0 without a person.

    `further` menus are those that desks send callers to.

    A menu that is not in `menus` (misspelt, or with mistakes of its own that are told elsewhere) counts as a
    way out here. Then the menus are not `complete`, and none is called unreached: a slip may hide its way in.
    """
    if complete:
        _check_reached(document, [*(number.menu for number in numbers.values()), *further], menus)
    _check_left(document, numbers, menus)
    _check_silence(document, menus)
    _check_zero(document, numbers, menus)


def targets(menu_id: str, menu: Menu) -> Iterator[str | None]:
    """Where a menu's steps lead: to a menu, or out (None)."""
    yield from (_target(menu_id, step) for step in [*menu.keys.values(), menu.otherwise])


def _target(menu_id: str, step: Step) -> str | None:
    last = step.last
    return menu_id if last.kind == "repeat" else last.menu


def _reached_from(start: str, menus: Menus) -> set[str]:
    """The menus that callers can come to from one."""
    reached: set[str] = set()
    open_ends = [start]
    while open_ends:
        menu_id = open_ends.pop()
        if menu_id in reached or menu_id not in menus:
            continue
        reached.add(menu_id)
        open_ends.extend(target for target in targets(menu_id, menus[menu_id]) if target is not None)
    return reached


def _check_reached(document: Document, starts: Iterable[str], menus: Menus) -> None:
    reached = {menu for start in starts for menu in _reached_from(start, menus)}
    for menu_id in menus:
        if menu_id not in reached:
            what = "no number and no key leads to this menu; lead a key to it or remove it"
            document.add(("menus", menu_id), what)


def _check_left(document: Document, numbers: Numbers, menus: Menus) -> None:
    stuck: set[str] = set()
    for number in numbers.values():
        stuck |= _reached_from(number.menu, menus) - _leaving(menus, zero_leaves=bool(number.desk))
    for menu_id in menus:
        if menu_id in stuck:
            what = "a caller in this menu can reach no desk and no end; lead a key or 'otherwise' out of it"
            document.add(("menus", menu_id), what)


def _leaving(menus: Menus, *, zero_leaves: bool) -> set[str]:
    """The menus from which some keys lead out; an undefined 0 leads to the number's desk, if any."""
    leaving = {menu_id for menu_id, menu in menus.items() if zero_leaves and "0" not in menu.keys}
    grown = True
    while grown:
        more = {menu_id for menu_id, menu in menus.items() if _leads_into(menu_id, menu, leaving, menus)}
        grown = not more <= leaving
        leaving |= more
    return leaving


def _leads_into(menu_id: str, menu: Menu, leaving: set[str], menus: Menus) -> bool:
    return any(
        target is None or target in leaving or target not in menus for target in targets(menu_id, menu)
    )


def _check_silence(document: Document, menus: Menus) -> None:
    for menu_id in menus:
        circle = _silent_circle(menu_id, menus)
        if circle:
            way = " -> ".join([*circle, circle[0]])
            what = f"a caller who presses nothing goes round for ever ({way}); lead 'otherwise' to a desk"
            document.add(("menus", menu_id, "otherwise"), what)


def _silent_circle(start: str, menus: Menus) -> list[str]:
    """The menus that a silent caller comes through again and again, told once: from the first in the plan."""
    way: list[str] = []
    here: str | None = start
    while here is not None and here in menus and here not in way:
        way.append(here)
        here = _target(here, menus[here].otherwise)
    if here != start:
        return []
    order = list(menus)
    return way if min(way, key=order.index) == start else []


def _check_zero(document: Document, numbers: Numbers, menus: Menus) -> None:
    """A person must be reached by 0, in every menu, whatever number was dialled."""
    for number_id, number in numbers.items():
        for menu_id in _reached_from(number.menu, menus):
            problem = _zero_problem(menu_id, menus)
            if problem == _NO_ZERO and number.desk is None:
                what = (
                    f'0 reaches no person in menu {menu_id!r}; give the number a desk or the menu a key "0"'
                )
                document.add(("numbers", number_id), what)
            elif problem not in {None, _NO_ZERO}:
                what = f"0 must lead to a person and {problem}; lead it to a desk"
                document.add(("menus", menu_id, "keys", "0"), what)


def _zero_problem(menu_id: str, menus: Menus) -> str | None:
    """Why pressing 0, and 0 again in the menus it leads to, reaches no desk; None: it does."""
    passed: set[str] = set()
    here: str | None = menu_id
    while here is not None and here in menus:
        if here in passed:
            return "goes round for ever"
        passed.add(here)
        step = menus[here].keys.get("0")
        if step is None:
            return _NO_ZERO
        if step.last.kind in _NOBODY:
            return _NOBODY[step.last.kind]
        here = _target(here, step)
    return None
