"""The labelled set as the product hears it: what decides what is heard, and that it is heard once."""

from __future__ import annotations

from pathlib import Path

import pytest

from callers.conditions import LINE
from callers.labelled_call import LabelledCall
from hotline.labelled import HeardCall, labelled_conversations
from ledger.errors import NotFound
from ledger.settings import Settings, load_settings
from ledger.states import Role
from transcriber.transcriber import Transcriber

CALL = "114-theatre-digit-dropped"


def hear(settings: Settings, condition: str = LINE) -> HeardCall:
    """One call of the tune half."""
    (heard,) = labelled_conversations("tune", condition, settings=settings, chosen=is_the_one)
    return heard


def is_the_one(call: LabelledCall) -> bool:
    """Whether it is the shortest of the desk."""
    return call.id == CALL


@pytest.mark.slow
def test_a_call_is_heard_once_and_the_same_conversation_comes_from_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time no recogniser is asked; facts, roles, times and clearness are as they were."""
    settings = load_settings(data_dir=tmp_path)
    first = hear(settings)
    with monkeypatch.context() as patched:
        patched.setattr(Transcriber, "transcribe", None)
        second = hear(settings)
    assert second == first
    assert first.call.truth["number-readback"].value == "fail"
    conversation = first.conversation
    assert conversation.facts == {"bridged_at_s": "0.0", "directory_number": "44718269"}
    assert {turn.role for turn in conversation.turns} == {Role.CALLER, Role.OPERATOR}
    assert all(turn.sound and all(word.clearness for word in turn.words) for turn in conversation.turns)


def test_an_unknown_condition_names_those_that_there_are(tmp_path: Path) -> None:
    """One sentence, before anything is heard."""
    with pytest.raises(NotFound, match=r"'underwater'; choose one of: clean, A-law, .*white 5 dB"):
        hear(load_settings(data_dir=tmp_path), "underwater")
