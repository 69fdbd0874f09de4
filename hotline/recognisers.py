"""Which model hears a call, and the models that are loaded, several side by side."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import structlog

from asr_models.store import require
from hotline.judging import desk_phrases
from hotline.plans import recogniser_languages
from ledger.errors import MissingAsset, NoModel
from ledger.records import Call
from ledger.redoing import Kind
from ledger.settings import Settings
from ledger.states import FactKey
from qa_scoring import load_packs
from sip_config import Plan
from sip_config.fields import Language
from sip_config.recognisers import spoken_languages
from sip_config.speech import LANGUAGES
from transcriber.desk_language import DeskLanguage
from transcriber.transcriber import Transcriber

MANDARIN: Language = "zh"

log = structlog.get_logger(__name__)


def kind_of(call: Call) -> Kind:
    """What decides which model hears it."""
    return Kind(hotline=call.hotline, desk=call.desk, language=call.facts.get(FactKey.LANGUAGE))


class Recognisers:
    """The plan's choice of models. Load them and fork: the children share their memory."""

    def __init__(self, settings: Settings, plan: Plan) -> None:
        self._settings, self._plan = settings, plan
        self._loaded: dict[str, Transcriber] = {}

    def language_of(self, kind: Kind) -> Language:
        """What the caller chose, else what the number speaks, else what the plan does."""
        for language in LANGUAGES:
            if language == kind.language:
                return language
        numbers, prompts = self._plan.numbers, self._plan.prompts
        return self._plan.language_of(kind.hotline) if kind.hotline in numbers else prompts.language

    def named(self, desk: str | None, language: Language) -> str | None:
        """The model for calls in a language at a desk, installed or not; None: the plan names none."""
        model = self._plan.recogniser(desk, language)
        return self._settings.model if model is None and language == MANDARIN else model

    def choose(self, kind: Kind) -> str:
        """The model that hears such calls. Raises NoModel where none is named, or it is not here."""
        language = self.language_of(kind)
        model = self.named(kind.desk, language)
        if model is None:
            raise NoModel(
                f"no model is named for {language}; name one under 'recognisers' of the plan and install it"
            )
        if not self.is_here(model):
            raise NoModel(
                f"the model {model} for {language} is not here; run `hotline models install {model}`"
            )
        return model

    def is_here(self, model: str) -> bool:
        """Whether it is installed. A damaged one is: using it says so. Raises BadAsset."""
        try:
            require(model, self._settings.models_dir)
        except MissingAsset:
            return False
        return True

    def transcriber(self, model: str) -> Transcriber:
        """The model's transcriber, kept, told what the desks say. Raises MissingAsset, BadAsset, BadPack."""
        if model not in self._loaded:
            self._loaded[model] = Transcriber(require(model, self._settings.models_dir), desk=self._desk)
        return self._loaded[model]

    @cached_property
    def _desk(self) -> DeskLanguage:
        """What the desks say, for every model; the packs are read once. Raises BadPack."""
        return DeskLanguage(phrases=desk_phrases(load_packs(self._settings.packs_dir)))

    def load(self) -> None:
        """Read every model that the plan names and that is here into memory.

        Raises MissingAsset where none is here at all, BadAsset where one is damaged, BadPack.
        """
        self.require_one()
        for model in self.all_named():
            if self.is_here(model):
                self.transcriber(model).load()
            else:
                log.warning("model_missing", model=model, do=f"hotline models install {model}")

    def require_one(self) -> None:
        """Say now, not with the first call, that nothing can be transcribed here. Raises MissingAsset."""
        named = self.all_named()
        if not any(self.is_here(model) for model in named):
            require(named[0], self._settings.models_dir)

    def all_named(self) -> list[str]:
        """Every model that the plan names, that of its own language first."""
        first = self._plan.prompts.language
        languages = sorted(LANGUAGES, key=lambda language: language != first)
        models = (self.named(desk, each) for each in languages for desk in (None, *self._plan.desks))
        return list(dict.fromkeys(model for model in models if model))

    @property
    def desk_count(self) -> int:
        """How many desks the plan has."""
        return len(self._plan.desks)

    def serves(self) -> dict[str, list[str]]:
        """What the plan uses each model for: a language, or a language at a desk with a choice of its own."""
        served: dict[str, list[str]] = {}
        for language in LANGUAGES:
            if (model := self.named(None, language)) is not None:
                served.setdefault(model, []).append(language)
            for desk in self._plan.desks:
                own = self._plan.desks[desk].recognisers.get(language)
                if own is not None:
                    served.setdefault(own, []).append(f"{language} at {desk}")
        return served

    def absent(self) -> list[str]:
        """Models that the plan names and that are not here."""
        return [model for model in self.all_named() if not self.is_here(model)]

    def unheard(self) -> Iterator[tuple[Language, tuple[str, ...]]]:
        """Languages that callers may speak, with the desks where no model is named for them."""
        for language in spoken_languages(self._plan):
            desks = tuple(desk for desk in self._plan.desks if self.named(desk, language) is None)
            if desks:
                yield language, desks


def language_of_model(model: str) -> Language:
    """What a recogniser of the catalogue understands. Raises MissingAsset, naming those that there are."""
    known = recogniser_languages()
    if model not in known:
        raise MissingAsset(f"there is no recogniser {model!r}; choose one of: {', '.join(known)}")
    return known[model]
