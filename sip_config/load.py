"""Load a plan and refuse one with mistakes, telling all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from ledger.errors import PlanError
from sip_config.canary import check_canary
from sip_config.desk import Desk, Operator
from sip_config.fields import Language, PlanPart
from sip_config.menu import Menu
from sip_config.mistakes import validate
from sip_config.overflow import all_steps, check_desks, overflow_steps
from sip_config.placeholder_checks import PromptSlots, check_placeholders
from sip_config.placeholders import slots
from sip_config.plan import Number, Plan
from sip_config.recognisers import check_recognisers
from sip_config.references import check_references
from sip_config.speech import LANGUAGES, SPOKEN, read_folder, text_folders
from sip_config.ways import check_ways
from sip_config.yaml_file import Document, Where, read_yaml

STANDARD_PLAN = Path(__file__).parent / "standard_plan.yaml"
_PLAN = TypeAdapter(Plan)
Part = TypeVar("Part", bound=PlanPart)


def load_plan(path: Path | None = None, models: Mapping[str, Language] | None = None) -> Plan:
    """The plan in a file, or the standard one. Raises PlanError with every mistake, one a line.

    `models`: the speech models that there are and what they understand; None: their names are not checked.
    """
    file = STANDARD_PLAN if path is None else path
    document = read_yaml(file)
    prompts, problems = _prompts(document, file)
    _find_files(document, file)
    plan = validate(document, _PLAN, Plan)
    if isinstance(document.content, dict):
        _check_together(document, prompts)
        if models is not None:
            check_recognisers(document, models)
    lines = [mistake.told(file) for mistake in sorted(set(document.mistakes))] + problems
    if plan is None or lines:
        raise PlanError("\n".join(lines))
    plan.speech.prompts(plan.prompts.language)  # all texts are read now, not in the first call
    return plan


def check_prompts(plan: Plan) -> list[str]:
    """What is wrong with the audio of the plan's prompts, a sentence each."""
    return plan.speech.check()


def _check_together(document: Document, prompts: PromptSlots) -> None:
    all_menus_exist = check_references(document, prompts=list(prompts))
    check_placeholders(document, prompts)
    check_canary(document)
    numbers, all_numbers = _sound(document, "numbers", Number)
    menus, all_menus = _sound(document, "menus", Menu)
    desks, all_desks = _sound(document, "desks", Desk)
    operators, _ = _sound(document, "operators", Operator)
    complete = all_menus_exist and all_numbers and all_menus and all_desks
    further = [str(step.last.menu) for desk in desks.values() for _, step in overflow_steps(desk)]
    check_ways(document, numbers=numbers, menus=menus, further=further, complete=complete)
    check_desks(document, desks=desks, operators=operators, menus=menus)
    if complete:
        _check_asked(document, {step.collect for _, step in all_steps(desks, menus)})


def _check_asked(document: Document, asked: Collection[str | None]) -> None:
    collections = document.at(("collections",))
    for name in collections if isinstance(collections, dict) else ():
        if name not in asked:
            what = "no step asks for this; lead a key to {collect: ...} or remove it"
            document.add(("collections", name), what)


def _find_files(document: Document, file: Path) -> None:
    """Files that the plan names become absolute, and must be there."""
    for name in ("certificate", "key"):
        where: Where = ("edge", "tls", name)
        given = document.at(where)
        if isinstance(given, str):
            path = (file.resolve().parent / given).resolve()
            document.at(where[:-1])[name] = str(path)
            if not path.is_file():
                document.add(where, f"there is no file {path}; bring it or leave 'tls' out")
    where = ("canary", "dialogues")
    given = document.at(where)
    if isinstance(given, str):
        folder = (file.resolve().parent / given).resolve()
        document.at(where[:-1])["dialogues"] = str(folder)
        if not folder.is_dir():
            document.add(where, f"there is no folder {folder}; make it or leave 'dialogues' out")


def _sound(document: Document, section: str, shape: type[Part]) -> tuple[dict[str, Part], bool]:
    """The entries of a section that have no mistakes in themselves, and whether that is all of them."""
    entries = document.at((section,))
    if not isinstance(entries, dict) or not entries:
        return {}, False
    sound: dict[str, Part] = {}
    for name, entry in entries.items():
        with suppress(ValidationError):  # told by validating the whole plan
            sound[name] = shape.model_validate(entry)
    return sound, len(sound) == len(entries)


def _prompts(document: Document, file: Path) -> tuple[PromptSlots, list[str]]:
    """All prompts with the values that they say, and what is wrong in the texts of the plan's own folders.

    The folders' names become absolute in the document: a plan is used from other folders than its own.
    """
    prompts: dict[str, frozenset[str]] = {}
    problems: list[str] = []
    for folder, language in text_folders(_absolute_folders(document, file), _language(document)):
        try:
            texts = read_folder(folder, language).texts
        except PlanError as error:
            problems += str(error).splitlines()
            continue
        if folder.name != SPOKEN:
            for prompt_id, prompt in texts.items():
                named = {slot.name for slot in slots(prompt.pieces)}
                prompts[prompt_id] = prompts.get(prompt_id, frozenset()) | named
    return prompts, problems


def _language(document: Document) -> Language:
    language = document.at(("prompts", "language"))
    return language if language in LANGUAGES else "zh"


def _absolute_folders(document: Document, file: Path) -> list[Path]:
    where: Where = ("prompts", "folders")
    folders = document.at(where)
    if not isinstance(folders, list) or not all(isinstance(folder, str) for folder in folders):
        return []
    absolute = [(file.resolve().parent / folder).resolve() for folder in folders]
    folders[:] = [str(folder) for folder in absolute]
    missing = [place for place, folder in enumerate(absolute) if not folder.is_dir()]
    for place in missing:
        document.add((*where, place), f"there is no folder {absolute[place]}; make it or take it out")
    return [folder for place, folder in enumerate(absolute) if place not in missing]
