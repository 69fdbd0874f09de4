"""Calls go through the pipeline once more: with another model, or after a failure."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from asr_models.store import require
from hotline.pipeline import Pipeline
from hotline.recognisers import Recognisers, kind_of, language_of_model
from ledger import calls, redoing
from ledger.backlog import ASIDE_STATES
from ledger.database import Ledger
from ledger.errors import NoModel
from ledger.redoing import HEARD_STATES, Kind
from ledger.settings import Settings
from ledger.states import CallState

LOOK_AGAIN_S = 0.3  # while workers do the rest
LAST_STATES = (*ASIDE_STATES, CallState.SCORED, CallState.UNRECORDED)


@dataclass(kw_only=True)
class Asked:
    """What is to be done once more."""

    calls: list[str] = field(default_factory=list)
    left_out: int = 0  # calls in a language that the model does not understand, or that none is here for


class Redoing:
    """Puts calls before the workers again."""

    def __init__(self, settings: Settings, ledger: Ledger, recognisers: Recognisers) -> None:
        self._settings, self._ledger, self._recognisers = settings, ledger, recognisers

    def ask(self, only: Sequence[str] | None, model: str | None) -> Asked:
        """Transcribe these calls (None: all) again, with a model or with the plan's.

        Named calls are done whatever made their newest transcript; of all, those that another model made.
        What a worker has just now, or what has no recording, stays as it is. Raises NotFound, MissingAsset,
        BadAsset, NoModel where a named call is in a language that the model does not understand.
        """
        if model is not None:
            language_of_model(model)
            require(model, self._settings.models_dir)
        if only is not None:
            self._refuse_unheard(only, model)
        asked = Asked()
        with self._ledger.reading() as session:
            kinds = redoing.kinds(session, HEARD_STATES, only)
        for kind, count in kinds:
            chosen = self._model_of(kind, model)
            if chosen is None:
                asked.left_out += count
            else:
                asked.calls += self._ask_kind(kind, chosen, only)
        return asked

    def retry(self, only: Sequence[str] | None) -> Asked:
        """Let quarantined calls try again."""
        with self._ledger.transaction() as session:
            return Asked(calls=redoing.retry(session, only))

    def want(self, call_ids: Sequence[str]) -> None:
        """Somebody waits for them: they go first."""
        with self._ledger.transaction() as session:
            redoing.want_all(session, call_ids)

    def _ask_kind(self, kind: Kind, model: str, only: Sequence[str] | None) -> list[str]:
        installed = require(model, self._settings.models_dir)
        with self._ledger.transaction() as session:
            return redoing.ask_again(
                session,
                kind,
                model=model,
                sha256=installed.sha256,
                only=only,
                is_plans=self._model_of(kind, None) == model,
            )

    def _model_of(self, kind: Kind, model: str | None) -> str | None:
        if model is None:
            try:
                return self._recognisers.choose(kind)
            except NoModel:
                return None
        return model if language_of_model(model) == self._recognisers.language_of(kind) else None

    def _refuse_unheard(self, call_ids: Sequence[str], model: str | None) -> None:
        for call_id in call_ids:
            with self._ledger.reading() as session:
                call = calls.get_call(session, call_id)
            kind = kind_of(call)
            if model is None:
                self._recognisers.choose(kind)
            elif self._model_of(kind, model) is None:
                raise NoModel(
                    f"call {call_id} is in {self._recognisers.language_of(kind)}, which {model} does not "
                    "understand; name a model for that language"
                )


def finish_all(
    pipeline: Pipeline, ledger: Ledger, call_ids: Sequence[str], tell: Callable[[int], None]
) -> list[str]:
    """Work here too until these calls are through; `tell` hears how many are. Returns those that failed.

    What another worker has is passed over, so that all work side by side.
    """
    left, failed = list(call_ids), []
    while left:
        before, left = left, []
        for call_id in before:
            while pipeline.advance(call_id):
                pass
            with ledger.reading() as session:
                state = calls.get_call(session, call_id).state
            if state not in LAST_STATES:
                left.append(call_id)
            elif state in ASIDE_STATES:
                failed.append(call_id)
            tell(len(call_ids) - len(left))
        if left:
            time.sleep(LOOK_AGAIN_S)
    return failed
