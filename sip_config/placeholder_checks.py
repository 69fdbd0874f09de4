"""What a prompt says must be known where it is said: `{wait:minutes}` means something in a queue only."""

from __future__ import annotations

from collections.abc import Mapping

from sip_config.placeholders import NOW
from sip_config.references import kind_of
from sip_config.yaml_file import Document, Where

PromptSlots = Mapping[str, frozenset[str]]  # a prompt's id: the names of its placeholders
IN_QUEUE = frozenset({"position", "wait"})
IN_CONFIRMATION = frozenset({"digits"})
ARRANGED = frozenset({"until"})  # of a ticket for which a later time was arranged
IN_READ_BACK = frozenset({"number"})


def check_placeholders(document: Document, prompts: PromptSlots) -> None:
    """Note every prompt that is used where one of its values is not known."""
    facts = _facts(document)
    for where in list(document.lines):
        if kind_of(where) != "prompt":
            continue
        name = document.at(where)
        said = prompts.get(name, frozenset()) if isinstance(name, str) else frozenset()
        known = _known(where, facts)
        for unknown in sorted(said - known):
            told = ", ".join(sorted(known)) or "none"
            document.add(
                where, f"the prompt {name!r} says {{{unknown}}}, which is not known here; known: {told}"
            )


def _known(where: Where, facts: frozenset[str]) -> frozenset[str]:
    if where[-1] in {"hold_music", "ringing"}:
        return frozenset()
    if where in {("read_back", "prompt"), ("read_back", "again")}:
        return IN_READ_BACK | {NOW}
    if where[0] == "desks" and where[-2:] == ("announce", "prompt"):
        return IN_QUEUE | {NOW}
    if where[0] == "collections" and where[-1] == "confirm":
        return IN_CONFIRMATION | facts | {NOW}
    if where[0] == "ticket_states":
        return facts | {NOW} | (ARRANGED if where[-1] == "arranged" else frozenset())
    return facts | {NOW} if where[0] in {"menus", "collections"} else frozenset({NOW})


def _facts(document: Document) -> frozenset[str]:
    collections = document.at(("collections",))
    entries = collections.values() if isinstance(collections, dict) else ()
    facts = [entry.get("fact") for entry in entries if isinstance(entry, dict)]
    return frozenset(fact for fact in facts if isinstance(fact, str))
