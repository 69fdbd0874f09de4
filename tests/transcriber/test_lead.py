"""是 before a number, heard as 四: told by the number's length."""

from __future__ import annotations

import pytest

from ledger.records import Word
from transcriber.lead import with_lead


def said(text: str) -> list[Word]:
    """Words of a text written with blanks between them."""
    return [
        Word(text=word, start_s=float(at), end_s=at + 0.5, confidence=0.9)
        for at, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    "text", ["门诊 电话 四 八 三 零 五 幺 九 四 七", "我 手机 四 幺 三 八 零 零 一 二 三 四 五 六"]
)
def test_a_number_with_a_digit_too_many_begins_after_the_four(text: str) -> None:
    """Eight digits of a line, eleven of a mobile: the 四 before them is 是, at the same moment."""
    heard = said(text)
    meant = list(with_lead(heard))
    place = [word.text for word in heard].index("四")
    assert meant[place].text == "是"
    assert meant[place].start_s == heard[place].start_s
    assert meant[:place] + meant[place + 1 :] == heard[:place] + heard[place + 1 :]


@pytest.mark.parametrize(
    "text",
    [
        "电话 四 三 零 五 幺 九 四 七",  # eight digits, 四 among them
        "电话 四 零 零 八 二 零 五 五 五",  # a service's number that lost a digit
        "电话 四 一 三 零 五 幺 九 四 七",  # no line's number begins with a one
        "好的 四 八 三 零 五 幺 九 四 七",  # nothing leads up to a number
        "电话 是 八 三 零 五 幺 九 四 七",
        "电话 四",
        "",
    ],
)
def test_other_numbers_stay_as_they_were_heard(text: str) -> None:
    """A 四 that may belong to the number is never taken from it."""
    assert list(with_lead(said(text))) == said(text)
