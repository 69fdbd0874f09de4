"""What the hotline can say in each language: prompts, and the fragments that values are spoken with.

A prompt is looked for in the caller's language, then in Mandarin, then wherever it is. The values in it are
read in the language of the text that was found, so that no sentence changes its language in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from ledger.clock import now
from sip_config.fields import Language
from sip_config.placeholders import NOW, Piece, Slot, has_sound, slots
from sip_config.prompts import PromptFolder, PromptLibrary, prompt_folder
from sip_config.spoken import Value, fragments_of

LANGUAGES: tuple[Language, ...] = get_args(Language)
SPOKEN = "spoken"  # the subfolder with the fragments
Values = Mapping[str, Value]  # what a prompt's placeholders stand for in one call


class Speech:
    """Everything that can be said, in all languages. Raises PlanError where texts have mistakes."""

    def __init__(self, folders: Sequence[Path], language: Language = "zh", timezone: str = "UTC") -> None:
        self._zone = ZoneInfo(timezone)
        own = {here: list(_own_folders(folders, here, language)) for here in LANGUAGES}
        self._prompts = {here: _library(own, _search_order(here, language)) for here in LANGUAGES}
        spoken = {here: [path / SPOKEN for path in own[here] if _has_texts(path / SPOKEN)] for here in own}
        self._fragments = {
            "zh": _library(spoken, ["zh"]),
            "yue": _library(spoken, ["yue", "zh"]),
            "en": _library(spoken, ["en"]),
        }

    def prompts(self, language: Language) -> PromptLibrary:
        """The prompts as a caller hears them who chose a language."""
        return self._prompts[language]

    def said_in(self, language: Language) -> frozenset[str]:
        """The prompts that are in a language itself, or are music; the others are heard in another one."""
        library = self._prompts[language]
        folders = ((name, library.folder(name)) for name in library.ids)
        return frozenset(
            name for name, folder in folders if folder.language == language or folder.texts[name].music
        )

    def fragments(self, language: Language) -> PromptLibrary:
        """What values are spoken with."""
        return self._fragments[language]

    def paths(self, prompt_id: str, language: Language, values: Values) -> tuple[Path, ...]:
        """The pieces of audio of a prompt, one after the other; a value that is not known is left out.

        Raises MissingAsset for audio that is not there, ValueError for a value that cannot be read out.
        """
        return tuple(self._paths(prompt_id, language, values))

    def text(self, prompt_id: str, language: Language, values: Values) -> str | None:
        """What is heard, written out; None for music. Raises MissingAsset, ValueError."""
        folder = self.prompts(language).folder(prompt_id)
        prompt = folder.texts[prompt_id]
        if prompt.music:
            return None
        return "".join(self._written(piece, folder.language, values) for piece in prompt.pieces)

    def check(self) -> list[str]:
        """What is wrong with the audio, a sentence each; empty when everything can be played."""
        libraries = [*self._prompts.values(), *self._fragments.values()]
        return list(dict.fromkeys(problem for library in libraries for problem in library.check()))

    def _paths(self, prompt_id: str, language: Language, values: Values) -> Iterator[Path]:
        library = self.prompts(language)
        folder = library.folder(prompt_id)
        pieces = folder.texts[prompt_id].pieces
        if not slots(pieces):
            yield library.path(prompt_id)
            return
        names = iter(folder.texts[prompt_id].files(prompt_id))
        for piece in pieces:
            if isinstance(piece, Slot):
                fragments = self.fragments(folder.language)
                yield from (fragments.path(name) for name in self._spoken(piece, folder.language, values))
            elif has_sound(piece):
                yield library.audio(folder, next(names))

    def _spoken(self, slot: Slot, language: Language, values: Values) -> tuple[str, ...]:
        value = values.get(slot.name, self._now() if slot.name == NOW else None)
        return () if value is None else fragments_of(slot.kind, value, language)

    def _written(self, piece: Piece, language: Language, values: Values) -> str:
        if isinstance(piece, str):
            return piece
        fragments = self.fragments(language)
        texts = [fragments.text(name) or "" for name in self._spoken(piece, language, values)]
        if language == "en":
            return " ".join(text for text in texts if text)
        return "".join(texts)

    def _now(self) -> str:
        return now().astimezone(self._zone).isoformat(timespec="minutes")


def text_folders(folders: Sequence[Path], language: Language) -> Iterator[tuple[Path, Language]]:
    """Every folder with texts that a plan with these folders uses, and the language that is spoken there."""
    for here in LANGUAGES:
        for path in _own_folders(folders, here, language):
            yield path, here
            if _has_texts(path / SPOKEN):
                yield path / SPOKEN, here


def rendered_folders(folder: Path, language: Language) -> Iterator[tuple[Path, Language]]:
    """A folder whose own texts are in `language`, with its folders of other languages and of fragments."""
    own = [(folder, language)] if _has_texts(folder) or not any(_subfolders(folder)) else []
    for path, here in [*own, *_subfolders(folder)]:
        yield path, here
        if _has_texts(path / SPOKEN):
            yield path / SPOKEN, here


def _own_folders(folders: Sequence[Path], language: Language, plans: Language) -> Iterator[Path]:
    """The folders of one language: the plan's, then ours."""
    for folder in folders:
        if language == plans and (_has_texts(folder) or not any(_subfolders(folder))):
            yield folder
        if _has_texts(folder / language):
            yield folder / language
    if _has_texts(prompt_folder(language)):
        yield prompt_folder(language)


def _subfolders(folder: Path) -> Iterator[tuple[Path, Language]]:
    return ((folder / here, here) for here in LANGUAGES if _has_texts(folder / here))


def _has_texts(folder: Path) -> bool:
    return (folder / "texts.yaml").is_file()


def _search_order(language: Language, plans: Language) -> list[Language]:
    return list(dict.fromkeys((language, "zh", plans, *LANGUAGES)))


def _library(own: Mapping[Language, Sequence[Path]], order: Sequence[Language]) -> PromptLibrary:
    return PromptLibrary(folders=tuple(read_folder(path, here) for here in order for path in own[here]))


def read_folder(path: Path, language: Language) -> PromptFolder:
    """A folder's texts; ours are read once in a process. Raises PlanError."""
    ours = prompt_folder(language) in {path, path.parent}
    return _read_ours(path, language) if ours else PromptFolder.load(path, language)


@cache
def _read_ours(path: Path, language: Language) -> PromptFolder:
    return PromptFolder.load(path, language)
