"""A plan as a picture: numbers, menus, keys, desks and where they send the callers whom they cannot take.

The picture is written in DOT, the language of Graphviz; `hotline plan draw` has it drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sip_config.collection import Collection
from sip_config.menu import Menu, Step
from sip_config.overflow import overflow_steps
from sip_config.plan import Plan

_LOOKS = {
    "number": 'shape=cds, style=filled, fillcolor="#d9e8fb"',
    "menu": 'shape=box, style="rounded,filled", fillcolor="#ffffff"',
    "collect": 'shape=box, style="dotted,filled", fillcolor="#fff4d6"',
    "desk": 'shape=box, style="bold,filled", fillcolor="#dff3e1"',
    "voicemail": 'shape=note, style=filled, fillcolor="#eeeeee"',
    "call_back": 'shape=note, style=filled, fillcolor="#eeeeee"',
    "hang_up": 'shape=circle, style=filled, fillcolor="#555555", fontcolor="#ffffff", margin="0.01,0.01"',
}
_ENDS = {"voicemail": "voicemail", "call_back": "call back", "hang_up": "end"}
_HEAD = """digraph plan {
  rankdir=LR; nodesep=0.22; ranksep=0.9; splines=true;
  node [fontname="Noto Sans CJK SC", fontsize=11, margin="0.12,0.06"];
  edge [fontname="Noto Sans CJK SC", fontsize=9, color="#777777", fontcolor="#333333", arrowsize=0.7];"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrow:
    """A way from one box to another."""

    here: str
    there: str
    label: str = ""  # a key, or what else leads there
    is_chosen: bool = True  # not: what happens to a caller who chooses nothing


def draw(plan: Plan) -> str:
    """The plan in DOT. What the caller does not choose is dashed."""
    drawing = _Drawing(plan)
    arrows = list(drawing.arrows())
    nodes = [f"  {_quoted(node)} [{look}];" for node, look in drawing.nodes.items()]
    return "\n".join([_HEAD, *nodes, *_merged(arrows), "}", ""])


class _Drawing:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.nodes: dict[str, str] = {}

    def arrows(self) -> Iterator[Arrow]:
        for number_id, number in self._plan.numbers.items():
            zero = f"\n0: {number.desk}" if number.desk else ""
            node = self._node("number", number_id, f"{number_id} {number.name}{zero}")
            yield Arrow(here=node, there=self._menu(number.menu))
        for menu_id, menu in self._plan.menus.items():
            yield from self._menu_arrows(menu_id, menu)
        for desk_id, desk in self._plan.desks.items():
            for name, step in overflow_steps(desk):
                late = f"after {desk.longest_wait_s:g} s"
                when = f"{desk.most_waiting} waiting" if name == "when_full" else late
                yield from self._steps(self._desk(desk_id), when, step, is_chosen=False)

    def _menu_arrows(self, menu_id: str, menu: Menu) -> Iterator[Arrow]:
        here = self._menu(menu_id)
        for key, step in menu.keys.items():
            yield from self._steps(here, key, step, menu_id=menu_id)
        yield from self._steps(here, "otherwise", menu.otherwise, menu_id=menu_id, is_chosen=False)

    def _steps(
        self, here: str, label: str, step: Step, *, menu_id: str = "", is_chosen: bool = True
    ) -> Iterator[Arrow]:
        """The arrow of a step and of what follows it by itself."""
        while step.say or step.language or step.ticket_state:
            label += f" “{step.say}”" if step.say else f" {step.language or 'ticket'}"
            step = step.next
        there = self._entry(step) if step.collect else self._target(step, menu_id)
        yield Arrow(here=here, there=there, label=label, is_chosen=is_chosen)
        if step.collect:
            yield from self._steps(there, "", step.next, menu_id=menu_id)

    def _entry(self, step: Step) -> str:
        """The box of digits that are asked for: one for each way on from there."""
        collection = self._plan.collections[str(step.collect)]
        way_on = step.last.desk or step.last.menu or step.last.kind
        told = f"{collection.fact}\n{_length(collection)}"
        return self._node("collect", f"{step.collect}, {way_on}", told)

    def _target(self, step: Step, menu_id: str) -> str:
        if step.kind in {"menu", "repeat"}:
            return self._menu(step.menu or menu_id)
        if step.desk:
            return self._desk(step.desk)
        desk_id = step.voicemail or step.call_back or ""
        return self._node(step.kind, desk_id, f"{_ENDS[step.kind]} {desk_id}".strip())

    def _menu(self, menu_id: str) -> str:
        return self._node("menu", menu_id, menu_id)

    def _desk(self, desk_id: str) -> str:
        desk = self._plan.desk(desk_id)
        staff = f"{len(desk.everyone)} operators" + (f", {desk.hours}" if desk.hours else "")
        return self._node("desk", desk_id, f"{desk.name}\n{staff}")

    def _node(self, kind: str, name: str, label: str) -> str:
        node = f"{kind} {name}"
        self.nodes.setdefault(node, f"label={_quoted(label)}, {_LOOKS[kind]}")
        return node


def _length(collection: Collection) -> str:
    same = collection.shortest == collection.longest
    return f"{collection.longest} digits" if same else f"{collection.shortest} to {collection.longest} digits"


def _merged(arrows: Iterable[Arrow]) -> Iterator[str]:
    """One line for all keys that lead from here to there."""
    labels: dict[tuple[str, str, bool], list[str]] = {}
    for arrow in arrows:
        labels.setdefault((arrow.here, arrow.there, arrow.is_chosen), []).append(arrow.label)
    for (here, there, is_chosen), texts in labels.items():
        keys = " ".join(text for text in texts if len(text) == 1)
        told = [keys, *(text for text in texts if len(text) > 1)]
        label = _quoted("\n".join(text for text in told if text))
        style = "" if is_chosen else ", style=dashed"
        yield f"  {_quoted(here)} -> {_quoted(there)} [label={label}{style}];"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
