"""Secrets in what is said: found, and hidden without a rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric

from ledger.records import Evidence, Finding
from ledger.redaction.finding import find_secrets
from ledger.redaction.hiding import HIDDEN, Veil, silent_spans
from ledger.states import Role, SecretKind, Verdict
from tests.ledger.spoken_secrets import conversation, said, samples, score

SPOKEN = "零一二三四五六七八九"
FILLERS = ["", "", "呃", "嗯", "啊", " ", "，", "那个", "就是", "哦哦"]
NODS = ["嗯", "好", "好的", "对", "您说", "嗯嗯，请继续", "记下了", "然后呢"]


@pytest.mark.parametrize("half", ["tune", "judge"])
def test_the_labelled_sentences(half: str) -> None:
    """At least 95 % of each kind of secret are found whole, and 85 % of what is found is one."""
    sums = score(half)
    assert len(list(samples(half))) >= 75
    for kind in SecretKind:
        assert sums.recall(kind) >= 0.95, sums.told
        assert sums.precision(kind) >= 0.85, sums.told


def digits(count: int) -> st.SearchStrategy[str]:
    """So many figures."""
    return st.text("0123456789", min_size=count, max_size=count)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A number that is secret, with the words before it."""
    kind = draw(st.sampled_from(list(SecretKind)[:4]))
    if kind is SecretKind.MOBILE:
        return "我的手机是", "1" + draw(st.sampled_from("3456789")) + draw(digits(9))
    if kind is SecretKind.LANDLINE:
        return "电话是", draw(st.sampled_from(["", "010", "028", "0571"])) + draw(
            st.sampled_from("2345678")
        ) + draw(digits(7))
    if kind is SecretKind.BANK_CARD:
        body = "62" + draw(digits(draw(st.integers(13, 16))))
        return "卡号是", body + luhn.calc_check_digit(body)
    day = f"{draw(st.integers(1930, 2015))}{draw(st.integers(1, 12)):02d}{draw(st.integers(1, 28)):02d}"
    body = "510104" + day + draw(digits(3))
    return "身份证是", body + ric.calc_check_digit(body + "0")


def spoken(draw: st.DrawFn, sign: str) -> str:
    """One figure as it may be said or written."""
    ways = {"X": ["X", "叉"], "1": ["1", "一", "幺"], "0": ["0", "零"], "2": ["2", "二", "两"]}
    return draw(st.sampled_from(ways.get(sign) or [sign, SPOKEN[int(sign)]]))


@st.composite
def tellings(draw: st.DrawFn) -> tuple[tuple[Role, str], ...]:
    """A number in one or several turns, with fillers between the figures and nods between the turns."""
    lead_in, number = draw(numbers())
    told, lines = lead_in, []
    for at, sign in enumerate(number):
        told += spoken(draw, sign) + draw(st.sampled_from(FILLERS))
        if at < len(number) - 1 and draw(st.integers(0, 4)) == 0:
            lines += [(Role.CALLER, told), (Role.OPERATOR, draw(st.sampled_from(NODS)))]
            told = ""
    lines.append((Role.CALLER, told + draw(st.sampled_from(["", "谢谢您", "麻烦快点"]))))
    return tuple(line for line in lines if line[1].strip())


@settings(max_examples=150, deadline=None)
@given(tellings())
def test_a_number_is_hidden_however_it_is_told(lines: tuple[tuple[Role, str], ...]) -> None:
    """With fillers, nods, turn breaks, 幺 or 一: not one of its digits is left, in text or words."""
    turns = conversation(*lines)
    hidden = Veil.of(turns, find_secrets(turns)).over_turns(turns)
    left = "".join(turn.text + "".join(word.text for word in turn.words) for turn in hidden)
    assert not set(left) & set("0123456789零一二三四五六七八九幺两X叉"), left
    assert [len(turn.text) for turn in hidden] == [len(turn.text) for turn in turns]


@settings(max_examples=75, deadline=None)
@given(tellings(), st.integers(0, 20))
def test_what_quotes_a_secret_tells_no_three_digits_of_it(
    lines: tuple[tuple[Role, str], ...], start: int
) -> None:
    """Evidence and reasons are cut out of turns anywhere."""
    turns = conversation(*lines)
    veil = Veil.of(turns, find_secrets(turns))
    quoted = "".join(turn.text for turn in turns)[start : start + 12]
    finding = Finding(
        rule="closing",
        verdict=Verdict.FAIL,
        evidence=Evidence(start_s=1, end_s=2, text=quoted, likeness=0.9),
        reason=f"最接近：“{quoted}”",
    )
    hidden = veil.over_finding(finding)
    for secret in veil.secrets:
        said_there = turns[secret.turn].text[secret.first : secret.last]
        pieces = [said_there[at : at + 3] for at in range(len(said_there) - 2)]
        assert hidden.evidence
        assert not any(piece.isalnum() and piece in hidden.evidence.text + hidden.reason for piece in pieces)


def test_evidence_that_runs_across_turns_tells_nothing() -> None:
    """The scoring joins what one speaker says, whatever was said between."""
    turns = conversation(
        (Role.CALLER, "电话幺三"),
        (Role.OPERATOR, "嗯"),
        (Role.CALLER, "八零"),
        (Role.CALLER, "零幺三八零零零谢谢"),
    )
    veil = Veil.of(turns, find_secrets(turns))
    assert veil.over_text("电话幺三八零零幺三八零零零谢谢") == "电话" + HIDDEN * 11 + "谢谢"


def test_a_number_among_other_words_leaves_them() -> None:
    """Only the number is hidden."""
    turns = conversation((Role.CALLER, "我手机一三八零零一三八零零零坏了"))
    assert Veil.of(turns, find_secrets(turns)).over_turns(turns)[0].text == "我手机" + HIDDEN * 11 + "坏了"


def test_the_services_answer_stays_on_the_operators_channel_only() -> None:
    """The fact's number, said by the operator, also with a digit misheard; the caller's words are hidden."""
    turns = conversation((Role.OPERATOR, "请记录六三零九一二三四"), (Role.CALLER, "六三零九一二三四"))
    assert [secret.turn for secret in find_secrets(turns, "63091234")] == [1]
    misheard = conversation((Role.OPERATOR, "请记录六三零酒一二三八"))
    assert find_secrets(misheard, "028-63091234"[4:]) == ()
    assert len(find_secrets(turns)) == 2


def test_a_turn_without_words_is_hidden_in_text_and_silent_as_a_whole() -> None:
    """Where no word has a time, nobody knows when the number is said."""
    turn = said(Role.CALLER, "电话13800138000", 2.0, with_words=False)
    (secret,) = find_secrets((turn,))
    assert (secret.start_s, secret.end_s) == (turn.start_s, turn.end_s)


def test_prompts_of_the_system_tell_no_secrets() -> None:
    """What we say ourselves is known to everybody."""
    assert find_secrets(conversation((Role.SYSTEM, "请拨打六三零九一二三四"))) == ()


def test_silence_has_a_margin_and_is_joined() -> None:
    """Pieces that touch are one span."""
    turns = conversation(
        (Role.CALLER, "电话一三八"), (Role.OPERATOR, "嗯"), (Role.CALLER, "零零一三八零零零")
    )
    secrets = find_secrets(turns)
    assert len(silent_spans(secrets, 0.2)) == 2
    assert len(silent_spans(secrets, 2.0)) == 1
