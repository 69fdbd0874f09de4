"""Silences, levels, shares and lengths, each with its moments."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import BadPack
from ledger.records import Sound, Turn
from ledger.states import Role, Verdict
from qa_scoring import Conversation
from tests.qa_scoring.language import pack_of, said

OPERATOR, CALLER, MIXED = Role.OPERATOR, Role.CALLER, Role.MIXED
PASS, FAIL, OPEN, OUT = Verdict.PASS, Verdict.FAIL, Verdict.CANNOT_TELL, Verdict.NOT_APPLICABLE


def call(
    *said_at: tuple[Role, float, float, str], levels: tuple[float, ...] = (), **facts: str
) -> Conversation:
    """Turns at their times; each may have a level."""
    sounds = [Sound(level_dbfs=level, snr_db=30.0, clipped_share=0.0) for level in levels]
    turns = [
        Turn(
            role=role,
            start_s=start_s,
            end_s=end_s,
            text=text,
            sound=sounds[at] if at < len(sounds) else None,
        )
        for at, (role, start_s, end_s, text) in enumerate(said_at)
    ]
    return Conversation(hotline="114", desk="114", duration_s=60.0, turns=tuple(turns), marks=(), facts=facts)


QUIET = call(
    (OPERATOR, 1, 2, "您好"),
    (CALLER, 3, 4, "怎么办"),
    (OPERATOR, 16, 17, "请稍等"),
    (CALLER, 30, 31, "好了吗"),
    (OPERATOR, 32, 33, "好了"),
)


@pytest.mark.parametrize(
    ("claim", "verdict", "moments"),
    [
        ("longest_s: 15", PASS, 0),
        ("longest_s: 10", FAIL, 2),
        ("longest_s: 10, excused_by: [请稍等]", FAIL, 1),
        ("longest_s: 10, between: {before: operator, after: caller}", FAIL, 1),
        ("longest_s: 10, between: {before: operator, after: caller}, excused_by: [请稍等]", PASS, 0),
        ("longest_s: 10, between: {after: operator}", FAIL, 1),
        ("longest_s: 14, whose: operator", FAIL, 2),
        ("longest_s: 14.5, whose: operator", FAIL, 1),
        ("longest_s: 20, whose: caller", FAIL, 1),
    ],
)
def test_a_silence(tmp_path: Path, claim: str, verdict: Verdict, moments: int) -> None:
    """Each silence that is too long is a moment; a notice before it excuses it."""
    finding = said(tmp_path, QUIET, f"per_hit: true, silence: {{{claim}}}")
    assert finding.verdict is verdict, finding.reason
    assert finding.points == 10.0 * moments


def test_a_silence_of_nobody_knows_whom_cannot_be_told(tmp_path: Path) -> None:
    """One channel for both: a silence of both can be told, one of the operator or with a notice cannot."""
    mixed = call((MIXED, 1, 2, "您好"), (MIXED, 30, 31, "再见"))
    assert said(tmp_path, mixed, "silence: {longest_s: 20}").verdict is FAIL
    assert said(tmp_path, mixed, "silence: {longest_s: 40, whose: operator}").verdict is OPEN
    assert said(tmp_path, mixed, "silence: {longest_s: 20, excused_by: [请稍等]}").verdict is OPEN


LOUD = (
    (OPERATOR, 1.0, 2.0, "您好"),
    (OPERATOR, 4.0, 5.0, "请讲"),
    (OPERATOR, 7.0, 8.0, "什么"),
    (OPERATOR, 10.0, 11.0, "再说一遍"),
)


@pytest.mark.parametrize(
    ("levels", "claim", "verdict"),
    [
        ((-30.0, -29.0, -31.0, -30.0), "shout_db: 10, rise_db: 8", PASS),
        ((-30.0, -29.0, -31.0, -15.0), "shout_db: 10", FAIL),
        ((-40.0, -33.0, -26.0, -19.0), "rise_db: 8", PASS),
        ((-40.0, -33.0, -26.0, -17.0), "rise_db: 8", FAIL),
        ((-30.0, -29.0, -31.0), "shout_db: 10", OPEN),
        ((), "shout_db: 10", OPEN),
    ],
)
def test_loudness(tmp_path: Path, levels: tuple[float, ...], claim: str, verdict: Verdict) -> None:
    """Against the speaker's own median, and the turn before; without levels it cannot be told."""
    finding = said(tmp_path, call(*LOUD, levels=levels), f"loudness: {{{claim}}}")
    assert finding.verdict is verdict
    if verdict is FAIL:
        assert finding.evidence is not None
        assert finding.evidence.text == "再说一遍"


TALK = call((OPERATOR, 0, 12, "您好请问有什么可以帮您"), (CALLER, 12, 16, "没有"), (OPERATOR, 20, 24, "再见"))


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("talk_share: {at_most: 0.8}", PASS),
        ("talk_share: {at_most: 0.79}", FAIL),
        ("who: caller, talk_share: {at_least: 0.2}", PASS),
        ("who: caller, talk_share: {at_least: 0.21}", FAIL),
        ("where: {first_s: 16}, talk_share: {at_most: 0.75}", PASS),
        ("talk_share: {at_most: 0.5, least_s: 30}", OPEN),
        ("turns: {at_least: 2, at_most: 2}", PASS),
        ("who: any, turns: {at_least: 3}", PASS),
        ("where: {last_s: 5}, turns: {at_most: 1}", PASS),
        ("duration: {at_most_s: 60}", PASS),
        ("duration: {at_least_s: 61, of: call}", FAIL),
        ("hang_up_by: caller", OUT),
    ],
)
def test_shares_and_lengths(tmp_path: Path, body: str, verdict: Verdict) -> None:
    """Bounds are within what is allowed."""
    finding = said(tmp_path, TALK, body)
    assert finding.verdict is verdict, finding.reason


def test_turns_that_begin_in_the_callers_words(tmp_path: Path) -> None:
    """Overlaps that are too short do not count, and the share of turns has its own sentence."""
    rude = call((CALLER, 0, 5, "我家的电话打不通"), (OPERATOR, 4, 6, "报号码"), (OPERATOR, 9, 10, "好"))
    claim = "overtalk: {{least_s: {}, longest_s: 5, share: 0.9, turn_share: {}}}"
    finding = said(tmp_path, rude, claim.format(0.6, 0.4))
    assert finding.verdict is FAIL
    assert "话务员 50% 的话在用户说话时开口（1 轮）" in finding.reason
    assert said(tmp_path, rude, claim.format(0.6, 0.5)).verdict is PASS
    assert said(tmp_path, rude, claim.format(1.2, 0.4)).verdict is PASS


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("loudness: {least_turns: 4}", "shout_db, rise_db or both"),
        ("turns: {at_least: 3, at_most: 2}", "at_least must not be more than at_most"),
        ("talk_share: {}", "give at_least, at_most or both"),
        ("who: any, talk_share: {at_most: 0.5}", "talk_share is of one speaker"),
        ("who: caller, duration: {at_most_s: 5}", "duration is not of one speaker"),
        ("where: {first_turns: 1}, hang_up_by: caller", "hang_up_by is of the whole call"),
        ("who: operator, silence: {longest_s: 5}", "silence is not of one speaker"),
        ("hang_up_by: system", "'caller' or 'operator'"),
    ],
)
def test_a_measure_that_makes_no_sense_is_refused(tmp_path: Path, body: str, told: str) -> None:
    """When the pack is read."""
    with pytest.raises(BadPack) as caught:
        pack_of(tmp_path, rule=body)
    assert told in str(caught.value)
