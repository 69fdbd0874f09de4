"""Articles keep every version; of two who change one the second is told; what is written does no harm."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desks.knowledge import articles, files
from desks.knowledge.differences import Change, differences
from desks.knowledge.errors import BadArticle, WrittenMeanwhile
from desks.knowledge.markup import html_of
from desks.knowledge.records import Text
from ledger.database import Ledger
from ledger.errors import NotFound

FIRST = Text(title="移机", body="同城不换号。", tags=("搬家", " 搬家"), hints=("menu:services",))
SECOND = Text(title="移机", body="跨局要换号。")


def test_every_version_stays_and_the_earlier_text_comes_back_as_a_new_one(either_ledger: Ledger) -> None:
    """Who wrote what, when and why is never lost."""
    with either_ledger.transaction() as session:
        made = articles.add(session, FIRST, by="li", why="新写")
        assert articles.change(session, made, SECOND, begun=1, by="wang", why="新规定") == 2
        before = articles.get(session, made, 1).text
        articles.change(session, made, before, begun=2, by="li", why="退回第 1 版")
        told = [(one.number, one.text.body, one.by, one.why) for one in articles.versions(session, made)]
        assert told == [
            (3, "同城不换号。", "li", "退回第 1 版"),
            (2, "跨局要换号。", "wang", "新规定"),
            (1, "同城不换号。", "li", "新写"),
        ]
        assert articles.get(session, made).text.tags == ("搬家",)


def test_the_second_of_two_is_told(either_ledger: Ledger) -> None:
    """Nothing of the first is lost, and the number of what to read is named."""
    with either_ledger.transaction() as session:
        made = articles.add(session, FIRST, by="li", why="新写")
        articles.change(session, made, SECOND, begun=1, by="wang", why="新规定")
    with pytest.raises(WrittenMeanwhile) as told, either_ledger.transaction() as session:
        articles.change(session, made, FIRST, begun=1, by="li", why="改字")
    assert (told.value.begun, told.value.current) == (1, 2)
    with either_ledger.reading() as session:
        assert articles.get(session, made).by == "wang"
        assert len(articles.versions(session, made)) == 2


def test_articles_past_their_review_are_listed(either_ledger: Ledger) -> None:
    """The longest first, and none that counts no more."""
    today = date(2026, 11, 30)
    with either_ledger.transaction() as session:
        for title, by, to in (
            ("甲", date(2026, 11, 29), None),
            ("乙", date(2026, 1, 1), today),
            ("丙", today, None),
            ("丁", date(2026, 1, 1), date(2026, 11, 29)),
        ):
            text = Text(title=title, body="正文", review_by=by, valid_to=to)
            articles.add(session, text, by="li", why="新写")
        assert [one.text.title for one in articles.due(session, today)] == ["乙", "甲"]
        assert articles.count_due(session, today) == 2
        assert [one.text.title for one in articles.expired(session, today)] == ["丁"]


@pytest.mark.parametrize(
    "text",
    [
        Text(title="", body="正文"),
        Text(title="？！", body="正文"),
        Text(title="题", body=" "),
        Text(title="题", body="正文", hints=("menu services",)),
        Text(title="题", body="正文", hints=("menu:services=3",)),
        Text(title="题", body="正文", tags=("长" * 65,)),
        Text(title="题", body="正文", valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 1)),
    ],
)
def test_a_mistake_is_told(ledger: Ledger, text: Text) -> None:
    """And nothing is written."""
    with pytest.raises(BadArticle), ledger.transaction() as session:
        articles.add(session, text, by="li", why="新写")
    with ledger.reading() as session, pytest.raises(NotFound):
        articles.versions(session, 1)


@given(st.text(st.sampled_from("ab\n 宽带")), st.text(st.sampled_from("ab\n 宽带")))
def test_differences_are_the_two_texts(before: str, after: str) -> None:
    """Without what was added it is the one, without what was removed the other."""
    lines = differences(before, after)
    assert [line.text for line in lines if line.change is not Change.ADDED] == before.splitlines()
    assert [line.text for line in lines if line.change is not Change.REMOVED] == after.splitlines()


def test_within_a_line_the_changed_signs_are_told() -> None:
    """48 became 72, and the rest stayed."""
    removed, added = differences("城区48小时内", "城区72小时内")
    assert removed.pieces == (("城区", False), ("48", True), ("小时内", False))
    assert added.pieces == (("城区", False), ("72", True), ("小时内", False))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "![a](https://other.example/x.png)",
        "<img src=x onerror=alert(1)>",
        "[a](//other.example)",
    ],
)
def test_what_is_written_does_no_harm(hostile: str) -> None:
    """HTML stays text, no address runs anything, nothing is loaded."""
    html = html_of(hostile)
    for harm in ("<script", "<img", 'href="javascript', 'href="data', 'href="//'):
        assert harm not in html


def test_markdown_is_shown() -> None:
    """Tables, lists, emphasis, links; headings below the page's own."""
    html = html_of("# 一\n\n|甲|乙|\n|-|-|\n|1|2|\n\n- **要**\n\n[网](https://example.org)")
    for part in ("<h3>一</h3>", "<td>1</td>", "<strong>要</strong>", 'href="https://example.org"'):
        assert part in html


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "YAML"),
        ("a: 1", "list"),
        ("- title: 题\n  body: 正文\n  tag: [x]", "article 1: tag"),
        ("- title: 题\n  body: 正文\n  review_by: soon", "review_by"),
        ("- title: 题\n  body: 正文\n- body: 正文", "article 2: title"),
    ],
)
def test_a_file_with_a_mistake_is_told(tmp_path: Path, content: str, told: str) -> None:
    """With the article's place and the key."""
    path = tmp_path / "articles.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadArticle, match=told):
        files.read(path)


def test_a_file_brought_twice_changes_nothing(ledger: Ledger) -> None:
    """The same title is the same article."""
    texts = files.read(files.STARTING_SET)
    with ledger.transaction() as session:
        assert files.bring(session, texts, by="li", why="导入") == (len(texts), 0)
        assert files.bring(session, texts, by="li", why="导入") == (0, 0)
