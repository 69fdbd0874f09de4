"""The bench of verdicts: its counts, its baseline, and a fixed share of the judge half in every run."""

from __future__ import annotations

import pytest

from bench.scoring import wordings
from bench.scoring.counting import Counted, Tally, count
from bench.scoring.exact import judge_by_text
from bench.scoring.speed import conversation
from callers.conditions import LINE
from callers.labelled_call import LabelledCall, load_labelled
from hotline.labelled import labelled_conversations
from ledger.settings import load_settings
from ledger.states import Verdict
from qa_scoring import judge, load_packs
from qa_scoring.auditing import Case, Share
from qa_scoring.wilson import wilson

SHARE = ("112-slow-pickup", "114-notary-caller-thinks")
FLORIST = "114-florist-grouped-in-fours"
PASS, FAIL, CANNOT_TELL = Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL


def a_case(truth: Verdict, got: Verdict) -> Case:
    """A call of which this is true, and this was said."""
    return Case(rule="greeting", rule_hash="", truth=truth, got=got, where="a-call")


def test_a_tally_counts_a_breach_that_cannot_be_told_as_not_found() -> None:
    """Two breaches, one found; one false fail; one of the four pairs cannot be told."""
    pairs = ((FAIL, FAIL), (FAIL, CANNOT_TELL), (PASS, FAIL), (PASS, PASS))
    beside = (Verdict.NOT_APPLICABLE, Verdict.NOT_APPLICABLE)
    tally = Tally(cases=[a_case(truth, got) for truth, got in (*pairs, beside)])
    assert tally.precision == Share(hits=1, of=2)
    assert tally.recall == Share(hits=1, of=2)
    assert tally.cannot_tell == Share(hits=1, of=4)
    assert tally.false_fails == Share(hits=1, of=5)


def test_the_interval_is_wilsons() -> None:
    """9 of 10: from Wilson's formula worked by hand; nothing of nothing may be anything."""
    nine = wilson(9, 10)
    assert (nine.low, nine.high) == (pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))
    nothing = wilson(0, 0)
    assert (nothing.low, nothing.high) == (0.0, 1.0)


def test_the_baseline_finds_what_is_written_and_misses_what_only_sounds_so() -> None:
    """A labelled text passes by exact search where it says the pack's words; a homophone does not."""
    (call,) = (
        call for call in load_labelled().half("tune").calls if call.id == "114-florist-grouped-in-fours"
    )
    pack = load_packs().for_desk("114", "114")
    as_written = {found.rule: found.verdict for found in judge_by_text(conversation(call), pack)}
    assert {as_written["greeting"], as_written["number-readback"]} == {PASS}
    misheard = conversation(_with_first_words(call, "您好，要要四茶号抬，情问您插哪里？"))
    assert {found.rule: found.verdict for found in judge_by_text(misheard, pack)}["greeting"] is FAIL
    assert {found.rule: found.verdict for found in judge(misheard, pack).findings}["greeting"] is PASS


def _with_first_words(call: LabelledCall, text: str) -> LabelledCall:
    first = call.turns[0].model_copy(update={"text": text})
    return call.model_copy(update={"turns": (first, *call.turns[1:])})


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """Two calls of the judge half through A-law, judged as the product judges them."""
    packs = load_packs()
    settings = load_settings(data_dir=tmp_path_factory.mktemp("data"))
    heard = labelled_conversations(
        "judge", LINE, settings=settings, packs=packs, chosen=lambda call: call.id in SHARE
    )
    return count(
        (each.call, judge(each.conversation, packs.of(each.conversation)).findings) for each in heard
    )


@pytest.mark.slow
def test_a_share_of_the_judge_half_is_judged_as_right_as_was_measured(counted: Counted) -> None:
    """No false fail, and no more than one verdict in ten that is not the truth."""
    assert counted.whole.all_pairs == 11 * len(SHARE)
    assert counted.whole.false_fails.hits == 0
    assert len(counted.misses) <= 0.1 * counted.whole.all_pairs


def test_taboos_that_nobody_listed_are_found() -> None:
    """A share of the judge half's wordings, which no pack knows: four in five, and hardly a plain one."""
    taboos = wordings.judged("judge", every=3).tallies["forbidden-words"]
    assert (taboos.recall.value or 0.0) >= 0.8
    assert (taboos.precision.value or 0.0) >= 0.95
