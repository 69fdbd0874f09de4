"""What the plan's parts call each other by: every name must exist.

Names are read from the file itself, so that these mistakes are told together with all others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ledger.states import MENU
from sip_config.fields import DTMF_KEYS
from sip_config.hours import ALWAYS
from sip_config.mistakes import nearest
from sip_config.ticket_states import STATES
from sip_config.yaml_file import Document, Where

_ANY = "*any*"
_OF_READ_BACK = ("prompt", "again", "offer", "offer_connect", "connecting", "ringing", "not_connected")
_PLAIN: dict[Where, str] = {
    ("notice",): "prompt",
    ("numbers", _ANY, "menu"): "menu",
    ("numbers", _ANY, "greeting"): "prompt",
    ("numbers", _ANY, "desk"): "desk",
    ("numbers", _ANY, "ticket_state"): "ticket_state",
    ("ticket_states", _ANY, "desks", _ANY): "desk",
    **{("ticket_states", _ANY, state): "prompt" for state in (*STATES, "none")},
    ("menus", _ANY, "prompt"): "prompt",
    ("menus", _ANY, "wrong"): "prompt",
    ("menus", _ANY, "silent"): "prompt",
    ("desks", _ANY, "operators", _ANY): "operator",
    ("operators", _ANY, "may_dial", _ANY): "number",
    ("desks", _ANY, "tiers", _ANY, "operators", _ANY): "operator",
    ("desks", _ANY, "announce", "prompt"): "prompt",
    ("desks", _ANY, "wait_prompt"): "prompt",
    ("desks", _ANY, "hold_music"): "prompt",
    ("desks", _ANY, "nobody"): "prompt",
    ("desks", _ANY, "closed"): "prompt",
    ("desks", _ANY, "hours"): "hours",
    ("collections", _ANY, "prompt"): "prompt",
    ("collections", _ANY, "confirm"): "prompt",
    ("collections", _ANY, "wrong"): "prompt",
    ("recordings", "keep", _ANY, "desk"): "desk",
    ("canary", "desk"): "desk",
    ("canary", "operator"): "operator",
    ("canary", "hours"): "hours",
    ("outbound", "desk"): "desk",
    ("review", "calendar"): "hours",
    **{("read_back", name): "prompt" for name in _OF_READ_BACK},
    ("transfer", "prompt"): "prompt",
    ("survey", "prompt"): "prompt",
    ("survey", "thanks"): "prompt",
}
_IN_STEPS = {
    "menu": "menu",
    "desk": "desk",
    "say": "prompt",
    "collect": "collection",
    "ticket_state": "ticket_state",
    "voicemail": "desk",
    "call_back": "desk",
}
_PLURAL = {"hours": "hours"}  # all others take an s

Known = Mapping[str, Collection[str]]


def check_references(document: Document, *, prompts: Collection[str]) -> bool:
    """Note every name that nothing has. Returns whether all menus that steps and numbers name exist."""
    known = _known(document, prompts)
    all_menus_exist = True
    for where in list(document.lines):
        kind, name = kind_of(where), document.at(where)
        if kind is None or not isinstance(name, str) or name in known[kind]:
            continue
        all_menus_exist = all_menus_exist and kind != "menu"
        _note_unknown(document, where, kind=kind, name=name, known=known[kind])
    _check_always(document)
    _check_menu_word(document)
    _check_addresses(document)
    _check_dialled(document)
    return all_menus_exist


def _known(document: Document, prompts: Collection[str]) -> Known:
    return {
        "number": _ids(document, "numbers"),
        "menu": _ids(document, "menus"),
        "desk": _ids(document, "desks"),
        "operator": _ids(document, "operators"),
        "collection": _ids(document, "collections"),
        "ticket_state": _ids(document, "ticket_states"),
        "hours": [ALWAYS, *_ids(document, "hours")],
        "prompt": prompts,
    }


def _ids(document: Document, section: str) -> list[str]:
    content = document.at((section,))
    return list(content) if isinstance(content, dict) else []


def kind_of(where: Where) -> str | None:
    """What sort of thing a value names, or None where it names nothing."""
    step_less = tuple(part for part in where[:-1] if part != "then")
    in_keys = len(step_less) == 4 and step_less[2] == "keys" and step_less[3] in DTMF_KEYS
    in_menu = step_less[:1] == ("menus",) and (in_keys or step_less[2:] == ("otherwise",))
    in_desk = step_less[:1] == ("desks",) and step_less[2:] in {("when_full",), ("when_late",)}
    if in_menu or in_desk:
        return _IN_STEPS.get(str(where[-1]))
    return next((kind for pattern, kind in _PLAIN.items() if _matches(pattern, where)), None)


def _matches(pattern: Where, where: Where) -> bool:
    same_length = len(pattern) == len(where)
    return same_length and all(part in {_ANY, here} for part, here in zip(pattern, where, strict=True))


def _note_unknown(document: Document, where: Where, *, kind: str, name: str, known: Collection[str]) -> None:
    told = ", ".join(known) or "none"
    there_is_no = "there are no" if kind == "hours" else "there is no"
    what = f"{there_is_no} {kind} {name!r}{nearest(name, known)}; {_PLURAL.get(kind, kind + 's')} are {told}"
    in_step = where[-1] in _IN_STEPS and where[0] in {"menus", "desks"} and len(where) > 3
    place = where[:-1] if in_step else where
    document.add(place, what, line=document.line(where))


def _check_always(document: Document) -> None:
    if ALWAYS in _ids(document, "hours"):
        document.add(("hours", ALWAYS), f"{ALWAYS!r} is built in and cannot be changed; choose another id")


def _check_menu_word(document: Document) -> None:
    if MENU in _ids(document, "desks"):
        what = f"{MENU!r} is where a transfer back to the menu leads; choose another id"
        document.add(("desks", MENU), what)


def _check_addresses(document: Document) -> None:
    """Two operators must not share a phone: one would ring for the other."""
    first: dict[Any, str] = {}
    for number in _ids(document, "operators"):
        where: Where = ("operators", number, "address")
        address = document.at(where)
        if not isinstance(address, str):
            continue
        if address in first:
            document.add(
                where, f"operator {first[address]} has the same address {address}; give each a phone"
            )
        first.setdefault(address, number)


def _check_dialled(document: Document) -> None:
    """What is dialled means one thing."""
    for number in _ids(document, "operators"):
        if number in _ids(document, "numbers"):
            what = f"callers dial {number} already (numbers.{number}); give the operator another number"
            document.add(("operators", number), what)
