"""Rules' cases that are heard: a dialogue's audio through the real recogniser, judged as a call is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callers.dialogue import load_dialogues
from hotline.audio_cases import AudioCases
from ledger.errors import NotFound
from ledger.settings import Settings
from qa_scoring import RuleCase, audio_cases, load_packs, rule_cases, run_case

IN_EVERY_RUN = ("114-hospital-perfect", "180-complaint-go-complain")  # `--audio` has all


@pytest.fixture(scope="module")
def audio() -> AudioCases:
    """One recogniser for all."""
    return AudioCases(Settings())


@pytest.mark.slow
@pytest.mark.parametrize("dialogue", IN_EVERY_RUN)
def test_what_is_heard_is_judged_as_the_case_says(audio: AudioCases, dialogue: str) -> None:
    """Every rule that has a case of this dialogue says of its sound what the case expects."""
    cases = [case for case in audio_cases() if case.audio == dialogue]
    assert len(cases) >= 4
    results = [run_case(load_packs(), audio.heard(case)) for case in cases]
    assert [(result.rule, result.reason) for result in results if not result.is_right] == []
    assert any(result.finding.evidence and result.finding.evidence.text for result in results)


def test_audio_cases_name_dialogues_and_rules_that_there_are() -> None:
    """A case that could not be heard would only be found out by `hotline rules test --audio`."""
    dialogues, packs = load_dialogues(), load_packs()
    for case in audio_cases():
        hotline = dialogues[str(case.audio)].hotline
        assert case.rule in {rule.id for rule in packs.for_desk(hotline, hotline).rules}


def test_written_cases_are_as_they_are(audio: AudioCases) -> None:
    """Only what has audio is heard, and what is not there is told."""
    written = rule_cases()[0]
    assert audio.heard(written) is written
    missing: RuleCase = replace(audio_cases()[0], audio="114-hospital-perfct")
    with pytest.raises(NotFound, match="did you mean '114-hospital-perfect'"):
        audio.heard(missing)
