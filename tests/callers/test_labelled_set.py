"""The labelled set: halves kept apart, labels that agree with texts and times, audio that belongs to them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from callers.dialogue import RULES, BadDialogue, read_rendered
from callers.labelled_audio import CHANNELS, RATE_HZ, Talk, lay_out, read_talk, stale_audio
from callers.labelled_call import LabelledCall, load_labelled
from ledger.errors import NotFound
from ledger.states import Verdict
from tests.standard import dialogues, labelled

LABELLED = labelled()
HALVES = LABELLED.half("tune"), LABELLED.half("judge")
SHORTEST_WAIT_S, LONGEST_SILENCE_S, ANSWER_WITHIN_S = 5.0, 15.0, 5.0  # as the norms say
SHORTEST_CLASH_S, LONG_OVERLAP_S, CLASH_SHARE = 0.6, 2.0, 0.12
FASTEST, CLEARLY_SLOWER, SLOWEST = 7.5, 7.0, 2.2  # syllables a second
LONGEST_SHARED_RUN = 8  # syllables that operators of both halves say, standard wordings aside
STANDARD_WORDING = re.compile("您好|请问|还有|谢谢|感谢|再见|久等|等待|稍等|稍候|帮您|为您|号码")

CALL = """
half: tune
hotline: "114"
calls:
  - id: short-one
    title: short
    voices: {{operator: zf_xiaoxiao, caller: zm_yunxia}}
    not_applicable: [{na}]
    {more}
    turns:
      - {{operator: 您好}}
      - {{caller: 请查电话, pause_s: {pause_s}}}
"""


def write(folder: Path, *, na: str = "number-readback", more: str = "", pause_s: float = 0.4) -> Path:
    """A set of one call."""
    (folder / "tune-114.yaml").write_text(CALL.format(na=na, more=more, pause_s=pause_s), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def talks() -> dict[str, Talk]:
    """Every call as it would be recorded."""
    notes = read_rendered(LABELLED.folder / "audio")
    return {call.id: read_talk(LABELLED.folder, call, notes) for call in LABELLED.calls}


def test_there_are_enough_calls_of_every_desk_in_each_half() -> None:
    """At least thirty calls a half, of four desks, with at least twenty numbers of eight digits in all."""
    for half in HALVES:
        assert len(half.calls) >= 30
        assert set(Counter(call.hotline for call in half.calls)) == {"114", "112", "180", "10050"}
        assert {rule for call in half.calls for rule in call.fail} == set(RULES)
        assert len(half.numbers) == 60
    numbers = [call.facts["directory_number"] for call in LABELLED.calls if "directory_number" in call.facts]
    assert sum(len(number) == 8 for number in numbers) >= 20
    assert len(numbers) == len(set(numbers))


def test_texts_and_voices_of_the_halves_are_apart() -> None:
    """No voice speaks in both halves; nothing long is said in both, nor in the older dialogues."""
    tune, judge = ({voice for call in half.calls for voice in _voices(call)} for half in HALVES)
    assert len(tune) == len(judge) == 4
    assert not tune & judge
    assert {number.voice for number in HALVES[0].numbers} == tune
    assert {number.voice for number in HALVES[1].numbers} == judge
    told = [
        {turn.text for call in half.calls for turn in call.turns if len(turn.text) > 20} for half in HALVES
    ]
    older = {turn.text for dialogue in dialogues().values() for turn in dialogue.turns if len(turn.text) > 20}
    assert not told[0] & told[1]
    assert not older & (told[0] | told[1])


def test_the_judge_half_tells_every_rules_error() -> None:
    """At least 60 calls; every rule is broken by at least ten of them and kept by at least twenty."""
    judge = HALVES[1].calls
    assert len(judge) >= 60
    for rule in RULES:
        told = Counter(call.truth[rule] for call in judge)
        assert told[Verdict.FAIL] >= 10, rule
        assert told[Verdict.PASS] >= 20, rule


def test_operators_of_the_halves_have_no_sentence_in_common() -> None:
    """What they share beyond greetings, offers, waits and thanks is no longer than eight syllables."""
    tune, judge = (_own_clauses(half.calls) for half in HALVES)
    size = LONGEST_SHARED_RUN + 1
    runs = [
        {clause[at : at + size] for clause in said for at in range(len(clause) - size + 1)}
        for said in (tune, judge)
    ]
    assert all(runs)
    assert not runs[0] & runs[1]


def test_ids_are_told_once() -> None:
    """A call or a number is named by its id alone."""
    ids = [entry.id for entry in (*LABELLED.calls, *LABELLED.numbers)]
    assert len(ids) == len(set(ids))


def test_a_numbers_text_says_its_digits() -> None:
    """The digits read out are the number's, in whatever manner."""
    digits = {
        "幺": "1",
        "洞": "0",
        **{character: str(value) for value, character in enumerate("零一二三四五六七八九")},
    }
    for number in LABELLED.numbers:
        assert (
            "".join(digits.get(character, "") for character in number.text.replace("一下", ""))
            == number.number
        )


def test_all_audio_belongs_to_its_texts() -> None:
    """No text, voice or speed was changed without rendering; no file was changed at all."""
    assert stale_audio(LABELLED) == []


@pytest.mark.parametrize("call", LABELLED.calls, ids=lambda call: call.id)
def test_labels_agree_with_the_times(call: LabelledCall, talks: dict[str, Talk]) -> None:
    """What the clock can tell of a call is what its label says: waits, silences, overlaps, pace, answer."""
    talk, failed = talks[call.id], set(call.fail)
    quiet = _quiet(talk)
    waits = [length_s for length_s, ends in quiet if ends == "operator" and length_s >= SHORTEST_WAIT_S]
    assert max(quiet)[0] >= SHORTEST_WAIT_S or "hold-notice" not in failed
    assert not waits or call.truth["hold-notice"] is not Verdict.NOT_APPLICABLE
    assert ("long-silence" not in failed) or max(quiet)[0] >= LONGEST_SILENCE_S
    assert ("overtalk" in failed) == _is_talked_over(talk)
    assert ("answer-delay" in failed) == (talk.turns[0].start_s > ANSWER_WITHIN_S)
    pace = _pace(talk)
    assert pace > FASTEST if "speech-rate" in failed else SLOWEST < pace < CLEARLY_SLOWER


def test_a_negative_pause_begins_before_the_others_last_word(tmp_path: Path) -> None:
    """Both channels then hold speech at once, and each turn keeps its own length."""
    (call,) = load_labelled(write(tmp_path, pause_s=-0.5)).calls
    second = np.full(RATE_HZ, 1000, np.int16)
    talk = lay_out(call, [second, second])
    first, other = talk.turns
    assert other.start_s == pytest.approx(first.end_s - 0.5)
    at_once = np.all(talk.samples != 0, axis=1).sum() / RATE_HZ
    assert at_once == pytest.approx(0.7)  # with the edges of both
    assert (talk.samples[:, CHANNELS["caller"]] != 0).sum() == RATE_HZ


@pytest.mark.parametrize(
    ("na", "more", "told"),
    [
        ("greeting, number-readback", "", "greeting applies to every call"),
        ("hold-notice", "", "'number-readback' applies exactly where"),
        ("number-readback", "fail: [number-readback]", "cannot both fail and not apply"),
        ("number-readback", "fail: [shouting]", "'shouting'"),
    ],
)
def test_a_label_that_cannot_be_is_refused(tmp_path: Path, na: str, more: str, told: str) -> None:
    """One sentence with the file and the line."""
    with pytest.raises(BadDialogue, match=told) as refused:
        load_labelled(write(tmp_path, na=na, more=more))
    assert "tune-114.yaml:" in str(refused.value)


def test_a_folder_without_calls_and_a_call_without_audio_are_named(tmp_path: Path) -> None:
    """Both errors say what to do."""
    with pytest.raises(NotFound, match="name a folder that has some"):
        load_labelled(tmp_path)
    labelled = load_labelled(write(tmp_path))
    with pytest.raises(NotFound, match="render it with"):
        read_talk(labelled.folder, labelled.calls[0])


def _voices(call: LabelledCall) -> tuple[str, str]:
    return call.voices.operator, call.voices.caller


def _quiet(talk: Talk) -> list[tuple[float, str]]:
    """Each pause between two turns, and who ends it; the first has no pause before it."""
    return [(after.start_s - before.end_s, after.who) for before, after in pairwise(talk.turns)]


def _is_talked_over(talk: Talk) -> bool:
    """Whether the operator speaks into a caller's words for too long at once, or too much in all."""
    clashes = [
        min(before.end_s, after.end_s) - after.start_s
        for before, after in pairwise(talk.turns)
        if (before.who, after.who) == ("caller", "operator")
    ]
    counted_s = sum(clash_s for clash_s in clashes if clash_s >= SHORTEST_CLASH_S)
    spoken_s = sum(turn.end_s - turn.start_s for turn in talk.turns) - counted_s
    return max(clashes, default=0.0) >= LONG_OVERLAP_S or counted_s > CLASH_SHARE * spoken_s


def _own_clauses(calls: tuple[LabelledCall, ...]) -> set[str]:
    """The operators' clauses without standard wordings, of letters and characters alone."""
    said = (turn.text for call in calls for turn in call.turns if turn.who == "operator")
    return {
        clause for text in said for clause in re.findall(r"\w+", text) if not STANDARD_WORDING.search(clause)
    }


def _pace(talk: Talk) -> float:
    """The operator's syllables a second of speaking."""
    said = [turn for turn in talk.turns if turn.who == "operator"]
    syllables = sum(character.isalnum() for turn in said for character in turn.text)
    return syllables / sum(turn.end_s - turn.start_s for turn in said)
