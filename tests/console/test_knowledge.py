"""The knowledge window over HTTP: search, hints, readings, versions, questions, the API."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from desks.knowledge import questions, readings
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.database import Ledger
from ledger.retained import forget
from ledger.tables import KnowledgeSearchRow
from tests.console.knowing import DISPATCHER, EDITOR, OPERATOR, become, fill
from tests.console.seeding import CLEAN, FLAGGED, FLAGGED_ONCE

ARTICLE = {"title": "卫星电视怎么装", "body": "**不装。**\n\n请打广电的电话。", "why": "有人问"}


@pytest.fixture
def client(stranger: httpx.Client, ledger: Ledger) -> httpx.Client:
    """Of a console with articles."""
    fill(ledger)
    return stranger


def titles(page: str) -> list[str]:
    """What a list shows."""
    return re.findall(r'<b lang="zh-CN">([^<]+)</b>', page)


def rest(ledger: Ledger) -> None:
    """All searches have rested."""
    with ledger.transaction() as session:
        session.execute(update(KnowledgeSearchRow).values(at=now() - timedelta(minutes=3)))


def test_an_operator_finds_reads_and_it_is_kept_with_the_call(client: httpx.Client, ledger: Ledger) -> None:
    """Hints first, then what is typed; what was opened stands on the call's page for staff."""
    become(client, ledger, OPERATOR)
    panel = client.get("/knowledge/panel", params={"call": FLAGGED}).text
    assert "<html" not in panel
    assert titles(panel)[0] == "固定电话故障：听不到拨号音"  # by what was keyed in
    assert "宽带故障：自己先查什么" in titles(panel)
    assert re.search(r"已输入\s+障碍号码", panel)  # why it is offered
    found = client.get("/knowledge/panel/results", params={"call": FLAGGED, "q": "kdgz"}).text
    assert titles(found) == ["宽带故障：自己先查什么"]
    address = re.search(r'hx-get="([^"]+)"', found)
    assert address
    article = client.get(address[1].replace("&amp;", "&")).text
    assert "<td>" in article
    assert "<html" not in article
    rest(ledger)
    with ledger.transaction() as session:
        (read,) = readings.of_call(session, FLAGGED)
        assert (read.title, read.version) == ("宽带故障：自己先查什么", 1)
        questions.settle(session)
        assert questions.list_questions(session) == []
    become(client, ledger, "li")
    assert "通话中看过的条目" in client.get(f"/calls/{FLAGGED}").text
    assert "通话中看过的条目" not in client.get(f"/calls/{CLEAN}").text


def test_hints_of_a_call_are_for_those_whose_call_it_is(client: httpx.Client, ledger: Ledger) -> None:
    """Of another's call there is nothing, on pages and under /api."""
    for name, call in (
        (OPERATOR, FLAGGED_ONCE),
        (EDITOR, FLAGGED),
        (DISPATCHER, FLAGGED),
        (OPERATOR, "none"),
    ):
        become(client, ledger, name)
        for path in ("/knowledge", "/knowledge/panel", "/knowledge/1", "/api/knowledge", "/api/knowledge/1"):
            assert client.get(path, params={"call": call}).status_code == 404, (name, path)


def test_a_question_that_is_not_found_is_answered_by_an_article(client: httpx.Client, ledger: Ledger) -> None:
    """It waits in the list with its count until an editor writes; then the search finds it."""
    become(client, ledger, OPERATOR)
    for typed in ("卫星", "卫星电视"):
        assert titles(client.get("/knowledge", params={"q": typed, "call": FLAGGED}).text) == []
    rest(ledger)
    csrf = become(client, ledger, EDITOR)
    page = client.get("/knowledge/questions").text
    assert titles(page) == ["卫星电视"]
    assert FLAGGED not in page  # the editor knows no calls
    form = client.get("/knowledge/new", params={"question": 1}).text
    assert 'value="卫星电视"' in form
    made = client.post("/knowledge", data={"csrf": csrf, "question": "1", **ARTICLE})
    assert made.status_code == 303, made.text
    assert titles(client.get("/knowledge/questions").text) == []
    assert titles(client.get("/knowledge/questions", params={"state": "answered"}).text) == ["卫星电视"]
    assert titles(client.get("/knowledge", params={"q": "weixingdianshi"}).text) == [ARTICLE["title"]]
    again = client.post("/knowledge/questions/1", data={"csrf": csrf, "article": "1"})
    assert again.status_code == 409
    with ledger.reading() as session:
        acts = [row.action for row in audit.find(session, user=EDITOR)]
    assert acts == [AuditAction.ARTICLE_CHANGED, AuditAction.QUESTION_SETTLED]


def test_an_article_for_a_question_that_was_settled_meanwhile_is_not_lost(
    client: httpx.Client, ledger: Ledger
) -> None:
    """The form comes back with what was written; saved once more it is an article by itself."""
    become(client, ledger, OPERATOR)
    client.get("/knowledge", params={"q": "卫星电视", "call": FLAGGED})
    rest(ledger)
    csrf = become(client, ledger, EDITOR)
    client.get("/knowledge/questions")
    assert client.post("/knowledge/questions/1", data={"csrf": csrf}).status_code == 303
    refused = client.post("/knowledge", data={"csrf": csrf, "question": "1", **ARTICLE})
    assert refused.status_code == 409
    assert "刚刚有人处理了" in refused.text
    assert "请打广电的电话。" in refused.text
    assert 'name="question"' not in refused.text
    assert client.post("/knowledge", data={"csrf": csrf, **ARTICLE}).status_code == 303


def test_of_two_who_write_the_second_is_told_and_keeps_the_text(client: httpx.Client, ledger: Ledger) -> None:
    """With the difference; saved once more it is the next version, and every earlier one comes back."""
    csrf = become(client, ledger, EDITOR)
    text = {"csrf": csrf, "title": "移机", "why": "新规定", "begun": "1"}
    assert client.post("/knowledge/5", data={**text, "body": "先来的"}).status_code == 303
    second = client.post("/knowledge/5", data={**text, "body": "后来的"})
    assert second.status_code == 409
    assert "后来的</textarea>" in second.text
    assert "先来的" in second.text
    assert 'name="begun" value="2"' in second.text
    assert client.post("/knowledge/5", data={**text, "body": "后来的", "begun": "2"}).status_code == 303
    differ = client.get("/knowledge/5/differences", params={"before": 1, "after": 3}).text
    assert "同城搬家" in differ
    undone = {"csrf": csrf, "version": "1", "begun": "3", "why": "退回"}
    assert client.post("/knowledge/5/restore", data=undone).status_code == 303
    assert "号码一般可以不变" in client.get("/knowledge/5").text
    assert client.get("/knowledge/5/versions").text.count('name="before"') == 4
    assert "第 2 版" in client.get("/knowledge/5", params={"version": 2}).text


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"body": ""}, {"why": ""}, {"hints": "menu"}, {"valid_from": "soon"}, {"title": "a\0b"}],
)
def test_a_form_with_a_mistake_comes_back_as_it_was(
    client: httpx.Client, ledger: Ledger, wrong: dict[str, str]
) -> None:
    """And says what is wrong."""
    csrf = become(client, ledger, EDITOR)
    answer = client.post("/knowledge", data={"csrf": csrf, **ARTICLE, "owner": "资料组一班", **wrong})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "资料组一班" in answer.text


def test_programs_search_read_and_write(client: httpx.Client, ledger: Ledger) -> None:
    """By the same rules."""
    become(client, ledger, EDITOR)
    found = client.get("/api/knowledge", params={"q": "移机"}).json()
    assert found["articles"][0]["title"].startswith("移机")
    article = client.get(
        f"/api/knowledge/{found['articles'][0]['id']}", params={"search": found["search"]}
    ).json()
    order = {"title": article["title"], "body": "新的", "why": "试", "begun": article["version"]}
    address = f"/api/knowledge/{article['id']}"
    assert client.put(address, json=order).json() == {"id": article["id"], "version": 2}
    assert client.put(address, json=order).status_code == 409
    assert [one["version"] for one in client.get(f"{address}/versions").json()] == [2, 1]
    made = client.post("/api/knowledge", json=ARTICLE).json()
    assert client.get(f"/api/knowledge/{made['id']}").json()["body"] == ARTICLE["body"]
    client.get("/api/knowledge", params={"q": "月球基站"})
    rest(ledger)
    (question,) = client.get("/api/knowledge/questions").json()
    assert (question["text"], question["nothing_found"]) == ("月球基站", 1)
    answered = client.put(f"/api/knowledge/questions/{question['id']}", json={"article": made["id"]}).json()
    assert answered["state"] == "answered"


def test_a_call_that_is_forgotten_takes_its_searches_along(client: httpx.Client, ledger: Ledger) -> None:
    """What was typed may name the caller; what was read stays as a figure."""
    become(client, ledger, OPERATOR)
    client.get("/knowledge", params={"q": "张三 13800000001", "call": FLAGGED})
    with ledger.transaction() as session:
        forget(session, FLAGGED)
    with ledger.reading() as session:
        assert session.query(KnowledgeSearchRow).one().text == ""
