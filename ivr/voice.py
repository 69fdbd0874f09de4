"""What the hotline says to one caller, in the language that the caller chose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ivr.phone import CallAudio
from sip_config.fields import Language
from sip_config.plan import Plan
from sip_config.speech import Values


class Voice:
    """Says the plan's prompts. `language` may change in the middle of a call."""

    def __init__(self, plan: Plan, audio: CallAudio, language: Language = "zh") -> None:
        self._plan, self._audio = plan, audio
        self.language: Language = language

    async def say(self, prompt_id: str, values: Values | None = None) -> None:
        """Say a prompt to its end; cancel the task to cut it short (barge-in).

        `values` are what its placeholders stand for; one that is not given is left out.
        """
        language = self.language
        await self._audio.play(lambda: self._plan.prompt_paths(prompt_id, language, values or {}))

    @contextmanager
    def playing_music(self, prompt_id: str) -> Iterator[None]:
        """Play music again and again while the block runs."""
        (path,) = self._plan.prompt_paths(prompt_id, self.language, {})
        with self._audio.playing(path):
            yield
