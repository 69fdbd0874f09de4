"""Articles are found by words, homophones, pinyin and initials, titles first, expired ones last."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from desks.knowledge import articles, files
from desks.knowledge.records import Text, Validity
from desks.knowledge.searching import find
from desks.knowledge.terms import cut_pinyin, terms_of
from ledger.database import Ledger
from ledger.pinyin import all_syllables

TODAY = date(2026, 11, 30)


def titles(session: Session, typed: str, desk: str | None = None) -> list[str]:
    """What is found, the best first."""
    return [hit.version.text.title for hit in find(session, typed, today=TODAY, desk=desk)]


def add(session: Session, title: str, body: str = "见规定。", **other: object) -> int:
    """An article."""
    return articles.add(session, Text(title=title, body=body, **other), by="li", why="新写")  # type: ignore[arg-type]


def test_articles_are_found_by_words_and_by_sound(either_ledger: Ledger) -> None:
    """As it is written, as it sounds, in pinyin half typed, by initials, by several words in any order."""
    with either_ledger.transaction() as session:
        files.bring(session, files.read(files.STARTING_SET), by="li", why="导入")
    with either_ledger.reading() as session:
        for typed in ("移机", "依机", "yiji", "yij", "yj", "搬家 固话", "固话，搬家", "yi ji"):
            assert "移机：同城搬家，号码不变" in titles(session, typed), typed
        assert titles(session, "宽带故障")[0] == "宽带故障：自己先查什么"
        assert titles(session, "款带鼓掌")[0] == "宽带故障：自己先查什么"
        assert titles(session, "kuandaiguzhang")[0] == "宽带故障：自己先查什么"
        assert titles(session, "kdgz")[0] == "宽带故障：自己先查什么"
        assert (
            titles(session, "光猫")[0] == "宽带故障：自己先查什么"
        )  # a tag, before those who only mention it
        assert titles(session, "保号费") == ["停机保号：出门几个月不用电话"]  # only its body says so
        assert titles(session, "宽带怎么报装呢")[0] == "宽带报装：要带什么、多久装好"  # some of it fits
        assert titles(session, "月球旅行") == titles(session, "？！") == titles(session, "") == []


def test_titles_come_before_tags_and_these_before_what_stands_below(either_ledger: Ledger) -> None:
    """And what is written so before what only sounds so; of equals the desk's own."""
    with either_ledger.transaction() as session:
        add(session, "甲", "说到发票。")
        add(session, "乙", tags=("发票",))
        add(session, "开发票")
        add(session, "发飘")
        add(session, "发票的抬头", desks=("180",))
        add(session, "发票的税号")
        add(session, "发票")
    with either_ledger.reading() as session:
        found = titles(session, "发票", desk="180")
    assert found == ["发票", "发票的抬头", "发票的税号", "开发票", "发飘", "乙", "甲"]


def test_expired_articles_are_marked_and_come_last(either_ledger: Ledger) -> None:
    """However well they fit; so do those that do not count yet."""
    day = timedelta(days=1)
    with either_ledger.transaction() as session:
        add(session, "资费", valid_to=TODAY - day)
        add(session, "资费说明", valid_from=TODAY + day)
        add(session, "新的资费", valid_from=TODAY, valid_to=TODAY)
    with either_ledger.reading() as session:
        found = [(hit.version.text.title, hit.validity) for hit in find(session, "资费", today=TODAY)]
    assert found == [
        ("新的资费", Validity.VALID),
        ("资费", Validity.EXPIRED),
        ("资费说明", Validity.NOT_YET),
    ]


def test_a_changed_article_is_found_by_what_it_says_now(either_ledger: Ledger) -> None:
    """And by what it said before no more."""
    with either_ledger.transaction() as session:
        made = add(session, "旧名", "老话")
        articles.change(session, made, Text(title="新称", body="如今"), begun=1, by="li", why="改名")
    with either_ledger.reading() as session:
        assert titles(session, "旧名") == titles(session, "老话") == []
        assert titles(session, "新称") == titles(session, "如今") == ["新称"]


@pytest.mark.parametrize("typed", ['"', "*", "a\0b", "' OR 1", "title:x", "NEAR(", "-", "％", "a" * 5000])
def test_nothing_that_is_typed_breaks_the_search(ledger: Ledger, typed: str) -> None:
    """Signs of the index's own language mean nothing."""
    with ledger.transaction() as session:
        add(session, "宽带")
    with ledger.reading() as session:
        assert titles(session, typed) == []


@given(st.lists(st.sampled_from(sorted(all_syllables())), min_size=1, max_size=5))
def test_pinyin_is_cut_into_syllables_that_make_it_up(syllables: list[str]) -> None:
    """Into no more than were typed, and all but the last are whole."""
    cut = cut_pinyin("".join(syllables))
    assert "".join(cut) == "".join(syllables)
    assert len(cut) <= len(syllables)
    assert set(cut[:-1]) <= all_syllables()


def test_initials_are_no_pinyin() -> None:
    """Letters that make no syllables are looked for as initials alone."""
    (term,) = terms_of("kdbz")
    assert (term.syllables, term.initials) == ((), "kdbz")
