"""Draws: repeated exactly, probabilities that add up, nobody left out."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_scoring.sampling import BadSamplePlan, Draw, Frame, FrameCall, Gap, draw_sample
from qa_scoring.sampling.drawing import DrawPart
from qa_scoring.sampling.numbers import Purpose, random_number
from tests.qa_scoring.sampling.months import NOVEMBER, frame_of, plan_of

STRATA = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(2, 40), min_size=1)
SIZES = st.lists(st.floats(0, 50), min_size=1, max_size=7).map(tuple)
SELECT = st.sampled_from(["simple", "risk"])


def of_part(draw: Draw, part: DrawPart) -> list[str]:
    """Ids of the part's calls."""
    return [one.call_id for one in draw.drawn if one.part is part]


def test_a_calls_number_is_what_any_shell_computes() -> None:
    """The first 13 hexadecimal digits of SHA-256, plus one half, by 2^52."""
    digits = hashlib.sha256("骰子 4 2 6|draw|20261101-080000-aa".encode()).hexdigest()[:13]
    expected = (int(digits, 16) + 0.5) / 2**52
    assert random_number("骰子 4 2 6", Purpose.DRAW, "20261101-080000-aa") == expected


def test_the_same_frame_plan_and_seed_give_known_calls() -> None:
    """A draw made by hand once, so that no release can change what old draws give."""
    draw = draw_sample(plan_of(sample={"total": 3}), frame_of({"": 20}), seed="known", window=NOVEMBER)
    by_hand = sorted(range(20), key=lambda n: hashlib.sha256(f"known|draw|-{n:05}".encode()).hexdigest())[:3]
    assert of_part(draw, DrawPart.MONITORS) == sorted(f"-{number:05}" for number in by_hand)


@settings(max_examples=60, deadline=None)
@given(strata=STRATA, sizes=SIZES, select=SELECT, share=st.floats(0.05, 0.9), seed=st.text(max_size=8))
def test_draws_repeat_and_add_up(
    strata: dict[str, int], sizes: tuple[float, ...], select: str, share: float, seed: str
) -> None:
    """Again from the kept text: identical. As many calls as the probabilities add up to, in each stratum."""
    frame = frame_of(strata, sizes)
    total = max(int(share * sum(strata.values())), 2 * len(strata))
    plan = plan_of(sample={"total": total}, strata=["operator"], select=select)
    draw = draw_sample(plan, frame, seed=seed, window=NOVEMBER)
    assert draw_sample(plan, Frame.unpacked(frame.packed), seed=seed, window=NOVEMBER) == draw
    assert len(draw.drawn) == sum(one.drawn for one in draw.strata) == min(total, len(frame.calls))
    assert Counter(one.stratum for one in draw.drawn) == {one.stratum: one.drawn for one in draw.strata}
    assert {one.stratum: one.calls for one in draw.strata} == strata
    assert len({one.call_id for one in draw.drawn}) == len(draw.drawn)
    least = {one.stratum: one.least for one in draw.strata}
    assert all(least[one.stratum] <= one.probability <= 1 for one in draw.drawn)
    rates = {one.stratum: one.drawn / one.calls for one in draw.strata}
    assert all(least[name] >= (1.0 if select == "simple" else 0.5) * rates[name] - 1e-12 for name in least)


def test_the_order_of_the_frames_calls_does_not_matter() -> None:
    """A frame is by id, whatever order the ledger gave."""
    frame = frame_of({"a": 30, "b": 9}, (1.0, 4.0))
    turned = Frame.of(reversed(frame.calls))
    assert turned.sha256 == frame.sha256
    assert frame.sha256 == hashlib.sha256(frame.text.encode()).hexdigest()


@pytest.mark.parametrize("change", [{"size": 1.5}, {"stratum": "b"}, {"gap": Gap.DELETED}, {"call_id": "zz"}])
def test_any_change_of_the_frame_shows_in_its_hash(change: dict[str, object]) -> None:
    """Ids, strata, sizes and gaps are all hashed."""
    frame = frame_of({"a": 5})
    assert Frame.of([replace(frame.calls[0], **change), *frame.calls[1:]]).sha256 != frame.sha256


def test_calls_that_cannot_be_heard_are_counted_and_never_drawn() -> None:
    """Deleted and unrecorded calls stand in the frame with their reason."""
    heard = [FrameCall(call_id=f"h{n}", stratum="") for n in range(10)]
    gone = [FrameCall(call_id=f"g{n}", stratum="", gap=Gap.DELETED) for n in range(5)]
    lost = [FrameCall(call_id="u", stratum="", gap=Gap.UNRECORDED)]
    frame = Frame.of([*gone, *heard, *lost])
    draw = draw_sample(plan_of(sample={"total": 10}), frame, seed="s", window=NOVEMBER)
    assert {one.call_id for one in draw.drawn} == {call.call_id for call in heard}
    assert frame.gaps() == {Gap.DELETED: 5, Gap.UNRECORDED: 1}
    assert len(Frame.unpacked(frame.packed).calls) == 16


@pytest.mark.parametrize("select", ["simple", "risk"])
def test_calls_are_drawn_as_often_as_their_probability_says(select: str) -> None:
    """Over 600 seeds each call's share of draws is its probability, within four standard errors."""
    frame, draws = frame_of({"": 12}, (0.0, 1.0, 5.0)), 600
    plan = plan_of(sample={"total": 4}, select=select)
    seen: Counter[str] = Counter()
    chances: dict[str, float] = {}
    for number in range(draws):
        for one in draw_sample(plan, frame, seed=f"{number}", window=NOVEMBER).drawn:
            seen[one.call_id] += 1
            chances[one.call_id] = one.probability
    assert sum(chances.values()) == pytest.approx(4)
    for call in frame.calls:
        chance = chances[call.call_id]
        assert seen[call.call_id] / draws == pytest.approx(chance, abs=4 * (chance / draws) ** 0.5)


def test_the_outside_supervisors_own_draw_knows_nothing_of_the_first() -> None:
    """Calls of both are as many as chance gives, and each has its own probability."""
    plan = plan_of(sample={"total": 100}, outside={"total": 50})
    frame, both = frame_of({"": 400}), 0
    for number in range(50):
        draw = draw_sample(plan, frame, seed=f"{number}", window=NOVEMBER)
        assert {one.probability for one in draw.drawn if one.part is DrawPart.OUTSIDE} == {50 / 400}
        both += len(set(of_part(draw, DrawPart.MONITORS)) & set(of_part(draw, DrawPart.OUTSIDE)))
    assert both / 50 == pytest.approx(100 * 50 / 400, abs=1.5)


def test_a_share_for_the_outside_supervisors_is_taken_from_the_monitors() -> None:
    """Nobody hears twice; the probabilities of both parts add up to that of the draw."""
    frame = frame_of({"a": 60, "b": 40})
    plan = plan_of(sample={"total": 40}, strata=["desk"], outside={"share": 0.25})
    draw = draw_sample(plan, frame, seed="s", window=NOVEMBER)
    theirs, mine = of_part(draw, DrawPart.OUTSIDE), of_part(draw, DrawPart.MONITORS)
    assert (len(theirs), len(mine), set(theirs) & set(mine)) == (10, 30, set())
    assert {round(one.probability, 9) for one in draw.drawn if one.part is DrawPart.OUTSIDE} == {0.1}
    assert {round(one.probability, 9) for one in draw.drawn if one.part is DrawPart.MONITORS} == {0.3}
    assert sum(one.drawn for one in draw.strata) == 40


def test_too_few_calls_for_the_strata_are_told_with_what_it_takes() -> None:
    """One sentence, with the number."""
    with pytest.raises(BadSamplePlan, match="draw at least 6"):
        draw_sample(
            plan_of(sample={"total": 5}), frame_of({"a": 5, "b": 5, "c": 5}), seed="", window=NOVEMBER
        )
    with pytest.raises(BadSamplePlan, match="no call of the frame"):
        draw_sample(plan_of(), Frame.of([]), seed="", window=NOVEMBER)
