"""Real recogniser output: the tune dialogues as Vosk heard them through A-law, against their truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ledger.records import Scorecard, Turn, Word
from ledger.states import Role, Verdict
from qa_scoring import Conversation, judge, load_packs

HEARD = sorted((Path(__file__).parent / "heard").glob("*.yaml"))


def read(path: Path) -> dict[str, Any]:
    """One dialogue as it was heard."""
    heard: dict[str, Any] = YAML(typ="safe").load(path)
    return heard


def judged(heard: dict[str, Any]) -> Scorecard:
    """The scorecard of what was heard."""
    conversation = Conversation(
        hotline=heard["hotline"],
        desk=heard["hotline"],
        duration_s=heard["duration_s"],
        turns=tuple(_turn(Role(role), words) for turn in heard["turns"] for role, words in turn.items()),
        marks=(),
        facts=heard["facts"],
    )
    return judge(conversation, load_packs().for_desk(heard["hotline"], heard["hotline"]))


def _turn(role: Role, heard: list[tuple[str, float, float]]) -> Turn:
    words = tuple(Word(text=text, start_s=start, end_s=end, confidence=1.0) for text, start, end in heard)
    text = "".join(word.text for word in words)
    return Turn(role=role, start_s=words[0].start_s, end_s=words[-1].end_s, text=text, words=words)


@pytest.mark.parametrize("path", HEARD, ids=lambda path: path.stem)
def test_flags_are_the_truth(path: Path) -> None:
    """The rules that a recognised call fails are those that the operator broke, and no others."""
    heard = read(path)
    broken = {rule for rule, verdict in heard["truth"].items() if verdict == "fail"}
    assert set(judged(heard).flags) == broken


@pytest.mark.parametrize("path", HEARD, ids=lambda path: path.stem)
def test_verdicts_are_the_truth_or_cannot_be_told(path: Path) -> None:
    """No recognised call gets a verdict that its truth contradicts."""
    truth = read(path)["truth"]
    for finding in judged(read(path)).findings:
        if finding.rule in truth:
            assert finding.verdict in {Verdict(truth[finding.rule]), Verdict.CANNOT_TELL}, finding.reason
