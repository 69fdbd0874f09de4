"""A plan that is accepted lets every caller out, whatever they press."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ledger.errors import PlanError
from sip_config import Plan, Step, load_plan
from sip_config.walk import walk

_WAYS_OUT = st.sampled_from(["desk: d", "desk: d", "hang_up: true", "voicemail: d", "call_back: d"])


def _steps(menus: int, deeper: int = 2) -> st.SearchStrategy[str]:
    """A step out, on to a menu, or back; perhaps after something said."""
    ways_on = st.sampled_from([*(f"menu: m{place}" for place in range(menus)), "repeat: true"])
    plain = _WAYS_OUT | ways_on | ways_on
    if not deeper:
        return plain
    first = st.sampled_from(["say: notice", "language: en"])
    said = st.builds(lambda head, step: f"{head}, then: {{{step}}}", first, _steps(menus, deeper - 1))
    return plain | plain | said | st.just("say: notice")


def _graphs(menus: int) -> st.SearchStrategy[list[Any]]:
    steps = _steps(menus)
    keys = st.dictionaries(st.sampled_from("12345678#*"), steps, max_size=4)
    zeros = st.one_of(st.none(), st.none(), st.just("desk: d"), st.just("desk: d"), steps)
    otherwise = st.one_of([_WAYS_OUT] * 8 + [steps])
    return st.lists(st.tuples(keys, zeros, otherwise), min_size=menus, max_size=menus)


def _chained(graph: list[Any]) -> list[Any]:
    """The same menus, each led to by key 9 of the one before, so that most plans are accepted."""
    links = [{"9": f"menu: m{place + 1}"} for place in range(len(graph) - 1)] + [{}]
    return [(keys | link, zero, last) for (keys, zero, last), link in zip(graph, links, strict=True)]


_GRAPHS = st.integers(1, 3).flatmap(_graphs)
_QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow]


def _menu_yaml(place: int, menu: tuple[dict[str, str], str | None, str]) -> str:
    keys, zero, otherwise = menu
    pairs = list(keys.items()) + ([("0", zero)] if zero else [])
    shown = ", ".join(f'"{key}": {{{step}}}' for key, step in pairs)
    return f"  m{place}: {{prompt: notice, tries: 2, keys: {{{shown}}}, otherwise: {{{otherwise}}}}}\n"


def _plan_yaml(graph: list[Any], has_desk: bool) -> str:
    desk = ", desk: d" if has_desk else ""
    return (
        f'version: 1\nnumbers: {{"114": {{name: n, greeting: notice, menu: m0{desk}}}}}\nmenus:\n'
        + "".join(_menu_yaml(place, menu) for place, menu in enumerate(graph))
        + 'desks: {d: {name: d, operators: ["8001"]}}\n'
        + 'operators: {"8001": {name: o, address: "sip:8001@127.0.0.1:5081"}}\n'
    )


def _after_what_goes_on(step: Step | str) -> Step | str:
    while isinstance(step, Step) and (step.say or step.language):
        step = step.then
    return step


def _end_of_caller(plan: Plan, keys: str) -> tuple[str, int]:
    """Where a caller ends who presses these keys and then nothing, and after how many prompts.

    Written apart from the product's walk, straight from what the plan says: the two must agree.
    """
    menu_id, left, mistakes, prompts = "m0", list(keys), 0, 0
    while True:
        prompts += 1
        assert prompts < 10 * (len(keys) + 2) * len(plan.menus), "the caller never gets out"
        menu = plan.menus[menu_id]
        key = left.pop(0) if left else None
        step: Step | str | None = plan.step_for(number="114", menu=menu_id, key=key) if key else None
        if step is None:
            mistakes += 1
            if mistakes < menu.tries:
                continue
            step = menu.otherwise
        elif isinstance(step, Step) and step.repeat:
            continue
        mistakes = 0
        step = _after_what_goes_on(step)
        if step == "hang_up" or (isinstance(step, Step) and step.hang_up):
            return "end", prompts
        assert isinstance(step, Step)
        for kind in ("desk", "voicemail", "call_back"):
            if getattr(step, kind):
                return kind, prompts
        menu_id = step.menu or menu_id


@settings(suppress_health_check=_QUIET, max_examples=60, deadline=None)
@given(graph=_GRAPHS.map(_chained), has_desk=st.booleans(), keys=st.text("0123456789*#", max_size=12))
def test_every_caller_of_an_accepted_plan_gets_out(
    graph: list[Any], has_desk: bool, keys: str, tmp_path: Path
) -> None:
    """Any keys and then silence end at a desk or at an end, and pressing 0 alone ends at a desk."""
    path = tmp_path / "plan.yaml"
    path.write_text(_plan_yaml(graph, has_desk), "utf-8")
    try:
        plan = load_plan(path)
    except PlanError:
        assume(False)
    end, prompts = _end_of_caller(plan, keys)
    assert _end_of_caller(plan, "0" * len(graph))[0] == "desk"
    moments = list(walk(plan, "114", keys))
    assert moments[-1].kind == end
    assert sum(moment.kind in {"key", "silence"} for moment in moments) == prompts


@settings(suppress_health_check=_QUIET, max_examples=100, deadline=None)
@given(graph=_GRAPHS, has_desk=st.booleans())
def test_a_refused_plan_is_rightly_refused(graph: list[Any], has_desk: bool, tmp_path: Path) -> None:
    """Each kind of refusal is found again by trying: a plan is never refused without cause."""
    path = tmp_path / "plan.yaml"
    path.write_text(_plan_yaml(graph, has_desk), "utf-8")
    try:
        load_plan(path)
    except PlanError as error:
        menus = YAML(typ="safe").load(path)["menus"]
        for line in str(error).splitlines():
            _assert_right(line, menus, has_desk)


def _assert_right(line: str, menus: dict[str, Any], has_desk: bool) -> None:
    unknown = re.search(r"there is no menu '(\w+)'", line)
    place = re.search(r"menus\.(m\d)", line)
    menu_id = place[1] if place else ""
    if unknown:
        assert unknown[1] not in menus
    elif "leads to this menu" in line:
        assert menu_id not in _followed("m0", menus)
    elif "goes round for ever (" in line:
        assert menu_id in _silent_way(menu_id, menus)
    elif "can reach no desk and no end" in line:
        after = {menu_id, *_followed(menu_id, menus)}
        assert not any(_exits(menus[menu], has_desk) for menu in after)
    elif "0 reaches no person" in line:
        assert not has_desk
    else:
        assert "0 must lead to a person" in line
        assert _last(menus[menu_id]["keys"]["0"]) != ("desk", "d")


def _last(step: Any) -> tuple[str, Any]:
    while isinstance(step, dict) and {"say", "language"} & set(step):
        step = step.get("then", "hang_up")
    return ("hang_up", True) if step == "hang_up" else next(iter(step.items()))


def _all_steps(menu: Any) -> list[tuple[str, Any]]:
    return [_last(step) for step in [*menu["keys"].values(), menu["otherwise"]]]


def _exits(menu: Any, has_desk: bool) -> bool:
    leaves = any(kind in {"desk", "hang_up", "voicemail", "call_back"} for kind, _ in _all_steps(menu))
    return leaves or (has_desk and "0" not in menu["keys"])


def _followed(start: str, menus: dict[str, Any]) -> set[str]:
    found, new = {start}, {start}
    while new:
        targets = {name for menu in new for kind, name in _all_steps(menus[menu]) if kind == "menu"}
        new = (targets & set(menus)) - found
        found |= new
    return found


def _silent_way(start: str, menus: dict[str, Any]) -> list[str]:
    """The menus that a silent caller comes to after one, as far as it goes or round twice."""
    way: list[str] = []
    here: Any = start
    while here in menus and way.count(here) < 2:
        kind, target = _last(menus[here]["otherwise"])
        here = here if kind == "repeat" else target if kind == "menu" else None
        way += [here] if here else []
    return way
