"""What is wrong between packs: names that are not there, twice there, or go round in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from qa_scoring.inheriting import desk_names_of, rules_of, synonyms_of
from qa_scoring.pack_days import mistakes_in_days
from qa_scoring.pack_file import COMMON, Known, PackFile
from qa_scoring.pack_schema import PackSpec, RuleSpec
from qa_scoring.phrases import BadPhrase, spell
from qa_scoring.reading import Loc, holds, nearest
from qa_scoring.wordings import expanded, wordings


def mistakes_between(files: list[PackFile]) -> list[str]:
    """What is wrong with files that are right by themselves, each mistake once."""
    known = {file.spec.id: file for file in files if file.spec}
    mistakes = [] if COMMON in known or any(not file.spec for file in files) else [_no_common(files)]
    broken = {str(file.content["id"]) for file in files if not file.spec and holds(file.content, "id")}
    for file in files:
        if file.spec:
            mistakes.extend(_mistakes_of(file, file.spec, known, broken))
    return list(dict.fromkeys(mistakes))


def _no_common(files: list[PackFile]) -> str:
    return f"{files[0].path.parent}: there is no pack {COMMON!r}; desks without a pack fall back to it"


def _mistakes_of(file: PackFile, spec: PackSpec, known: Known, broken: set[str]) -> Iterable[str]:
    if known[spec.id] is not file:
        yield file.at(("id",), f"id: {spec.id!r} is also in {known[spec.id].path}; give it another id")
    bases = list(_bases(file, spec, known, broken))
    yield from bases
    yield from _twice(file, spec)
    yield from _unfilled_slots(file, spec, known)
    yield from mistakes_in_days(file, spec, known)
    if not bases and not broken.intersection(spec.extends):
        yield from _between_rules(file, spec, known)
        yield from _unspellable(file, spec, known)


def _bases(file: PackFile, spec: PackSpec, known: Known, broken: set[str]) -> Iterator[str]:
    for at, base in enumerate(spec.extends):
        if base in broken:
            continue  # its own mistakes are told
        if base not in known or base == spec.id:
            names = ", ".join(sorted(set(known) - {spec.id}))
            yield file.at(("extends", at), f"extends: there is no pack {base!r}; packs are {names}")
        elif (known[base].spec or spec).extends:
            yield file.at(("extends", at), f"extends: {base!r} itself extends; extend one that does not")


def _twice(file: PackFile, spec: PackSpec) -> Iterator[str]:
    seen: set[str] = set()
    for at, rule in enumerate(spec.rules):
        if rule.id in seen:
            yield file.at(("rules", at, "id"), f"rules: the rule {rule.id!r} is here twice; remove one")
        seen.add(rule.id)


def _unfilled_slots(file: PackFile, spec: PackSpec, known: Known) -> Iterator[str]:
    if spec.desk_names or any(other.spec and other.spec.desk_names for other in known.values()):
        return
    for at, rule in enumerate(spec.rules):
        texts = [text for phrase in rule.all_phrases() for text in (phrase.text, *phrase.not_within)]
        if any("{desk}" in text for text in texts):
            yield file.at(("rules", at), f"rules: {rule.id!r} uses {{desk}}, but no pack has desk_names")


def _between_rules(file: PackFile, spec: PackSpec, known: Known) -> Iterator[str]:
    """The windows that hang on other rules: those must be there, and not hang on this one."""
    rules = rules_of(spec, _specs(known))
    for rule in rules.values():
        for needed, loc in rule.anchors():
            if needed not in rules:
                yield _not_there(file, known, rule, (needed, loc))
            elif rule.id in _needed_by(rules, needed):
                home, at = _home(file, spec, known, rule)
                told = f"the window of {rule.id!r} hangs on {needed!r}, which hangs on {rule.id!r} itself"
                yield home.at(("rules", at, *loc), f"rules: {told}; cut the circle")


def _unspellable(file: PackFile, spec: PackSpec, known: Known) -> Iterator[str]:
    """Phrases with synonyms that the pack does not have, or that spell too many with them."""
    specs = _specs(known)
    synonyms, names = synonyms_of(spec, specs), desk_names_of(spec, specs)
    for rule in rules_of(spec, specs).values():
        for text in (text for phrase in rule.all_phrases() for text in (phrase.text, *phrase.not_within)):
            try:
                for wording in wordings(text) if names else ():
                    spell(expanded(wording, synonyms), names)
            except BadPhrase as error:
                home, at = _home(file, spec, known, rule)
                yield home.at(home.place_of(text, ("rules", at)), f"rules: {rule.id}: {error}")


def _not_there(file: PackFile, known: Known, rule: RuleSpec, anchor: tuple[str, Loc]) -> str:
    (needed, loc), spec = anchor, file.spec
    assert spec is not None, "a file without a spec tells its own mistakes"
    if needed in spec.drop:
        at = spec.drop.index(needed)
        return file.at(
            ("drop", at), f"drop: the window of {rule.id!r} hangs on {needed!r}; drop that rule too"
        )
    home, rule_at = _home(file, spec, known, rule)
    rules = rules_of(spec, _specs(known))
    hint = nearest(needed, rules) or f"; rules are {', '.join(rules)}"
    return home.at(("rules", rule_at, *loc), f"rules: there is no rule {needed!r}{hint}")


def _specs(known: Known) -> dict[str, PackSpec]:
    return {name: each.spec for name, each in known.items() if each.spec}


def _home(file: PackFile, spec: PackSpec, known: Known, rule: RuleSpec) -> tuple[PackFile, int]:
    """The file in which a rule stands, and its place there."""
    for each in (file, *(known[base] for base in spec.extends)):
        rules = each.spec.rules if each.spec else ()
        for at, own in enumerate(rules):
            if own is rule:
                return each, at
    return file, 0


def _needed_by(rules: Mapping[str, RuleSpec], rule_id: str) -> set[str]:
    """Every rule that a rule's windows hang on, directly or by others."""
    reached: set[str] = set()
    open_ids = [rule_id]
    while open_ids:
        rule = rules.get(open_ids.pop())
        for needed in rule.needs if rule else ():
            if needed not in reached:
                reached.add(needed)
                open_ids.append(needed)
    return reached
