"""The speech models that the plan names: each must exist and understand what it is to hear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sip_config.fields import Language
from sip_config.mistakes import nearest
from sip_config.overflow import all_steps
from sip_config.plan import Plan
from sip_config.speech import LANGUAGES
from sip_config.yaml_file import Document, Where

_KEY = "recognisers"


def check_recognisers(document: Document, models: Mapping[str, Language]) -> None:
    """Note every model that the catalogue has not, or that understands another language."""
    for where in _places(document):
        named = document.at(where)
        for language, name in named.items() if isinstance(named, dict) else ():
            if isinstance(name, str) and language in LANGUAGES:  # another key is told as such
                _check(document, (*where, language), name, models)


def spoken_languages(plan: Plan) -> tuple[Language, ...]:
    """What callers can speak: the languages of the numbers, and those that menus let them choose."""
    numbers = {plan.language_of(number) for number in plan.numbers}
    chosen = {step.language for _, step in all_steps(plan.desks, plan.menus)}
    return tuple(language for language in LANGUAGES if language in numbers | chosen)


def _places(document: Document) -> Iterator[Where]:
    yield (_KEY,)
    desks = document.at(("desks",))
    for desk in desks if isinstance(desks, dict) else ():
        yield ("desks", desk, _KEY)


def _check(document: Document, where: Where, name: str, models: Mapping[str, Language]) -> None:
    if name not in models:
        known = ", ".join(models)
        document.add(where, f"there is no model {name!r}{nearest(name, models)}; models are {known}")
    elif models[name] != where[-1]:
        what = f"{name} understands {models[name]}, not {where[-1]}; name another model or leave it out"
        document.add(where, what)
