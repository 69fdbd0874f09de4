"""Confirming and rejecting findings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import func, select

from console.reviews.schemas import LONGEST_COMMENT
from ledger import audit, judgements
from ledger.case_states import CaseState
from ledger.clock import now
from ledger.database import Ledger
from ledger.reject_reasons import RejectReason
from ledger.sample_verdicts import verdict_of_call
from ledger.states import Decision
from ledger.tables import CaseRow, ReviewRow
from tests.console import seeding
from tests.console.conftest import csrf_of, open_session
from tests.console.seeding import CLEAN, FLAGGED


@pytest.fixture
def taboo(ledger: Ledger) -> int:
    """The id of the worst finding."""
    with ledger.transaction() as session:
        card = judgements.newest_scorecard(session, FLAGGED)
    assert card
    return next(finding.id for finding in card.findings if finding.rule == "forbidden-words" and finding.id)


def decide(
    client: httpx.Client, finding_id: int, decision: str, *, call_id: str = FLAGGED, **more: str
) -> httpx.Response:
    """Send a finding's form as the page without scripts would."""
    reason = {"reason": "context"} if decision == "rejected" else {}
    form = {"csrf": csrf_of(client.get(f"/calls/{FLAGGED}").text), "decision": decision, **reason, **more}
    return client.post(f"/calls/{call_id}/findings/{finding_id}/review", data=form)


def count_reviews(ledger: Ledger) -> int:
    """How many decisions were ever kept."""
    with ledger.transaction() as session:
        return session.scalar(select(func.count()).select_from(ReviewRow)) or 0


def test_a_decision_is_kept_with_its_comment(monitor: httpx.Client, ledger: Ledger, taboo: int) -> None:
    """Confirming goes back to the finding, which shows who decided what and why."""
    response = decide(monitor, taboo, "confirmed", comment=" 确有忌语 ")
    assert response.headers["location"] == f"/calls/{FLAGGED}#finding-{taboo}"
    with ledger.transaction() as session:
        review = judgements.newest_reviews(session, FLAGGED)[taboo]
    assert (review.decision, review.comment, review.user) == (Decision.CONFIRMED, "确有忌语", "李质监")
    html = monitor.get(f"/calls/{FLAGGED}").text
    assert "<b>已确认</b> 李质监" in html
    assert "确有忌语" in html
    assert "待复核 1 项" in monitor.get("/calls").text


def test_deciding_again_undoes_and_keeps_both(monitor: httpx.Client, ledger: Ledger, taboo: int) -> None:
    """The newest decision counts; the older one stays in the ledger."""
    decide(monitor, taboo, "confirmed")
    decide(monitor, taboo, "rejected")
    with ledger.transaction() as session:
        assert judgements.newest_reviews(session, FLAGGED)[taboo].decision is Decision.REJECTED
    assert count_reviews(ledger) == 2


def test_a_rejected_finding_gives_its_points_back(monitor: httpx.Client, taboo: int) -> None:
    """The machine's score stays beside the score after review."""
    decide(monitor, taboo, "rejected")
    html = monitor.get(f"/calls/{FLAGGED}").text
    assert "复核后" in html
    assert '<span class="score poor">' not in html
    assert '<span class="score fair">70</span>' in html
    assert '<span class="score good">90</span>' in html


def test_htmx_gets_the_finding_and_the_score_anew(monitor: httpx.Client, taboo: int) -> None:
    """The fragment replaces the finding and, out of band, the score."""
    csrf = csrf_of(monitor.get(f"/calls/{FLAGGED}").text)
    form = {"csrf": csrf, "decision": "rejected", "reason": "misheard"}
    response = monitor.post(
        f"/calls/{FLAGGED}/findings/{taboo}/review", data=form, headers={"HX-Request": "true"}
    )
    assert response.status_code == 200
    assert "<html" not in response.text
    assert f'id="finding-{taboo}"' in response.text
    assert 'hx-swap-oob="true"' in response.text


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é"])
def test_a_forged_form_decides_nothing(monitor: httpx.Client, ledger: Ledger, taboo: int, csrf: str) -> None:
    """Without the session's token nothing is kept, and htmx gets a sentence to show."""
    address = f"/calls/{FLAGGED}/findings/{taboo}/review"
    form = {"csrf": csrf, "decision": "confirmed"}
    assert monitor.post(address, data=form).status_code == 403
    response = monitor.post(address, data=form, headers={"HX-Request": "true"})
    assert (response.status_code, response.text[:8]) == (403, "表单已过期或来源")
    assert count_reviews(ledger) == 0


def test_a_finding_of_another_call_is_not_found(monitor: httpx.Client, ledger: Ledger, taboo: int) -> None:
    """A form cannot reach from one call to another's findings."""
    assert decide(monitor, taboo, "confirmed", call_id=CLEAN).status_code == 404
    assert decide(monitor, 10**6, "confirmed").status_code == 404
    assert count_reviews(ledger) == 0


def test_a_finding_that_was_judged_anew_is_a_conflict(
    monitor: httpx.Client, ledger: Ledger, taboo: int
) -> None:
    """A decision on an old scorecard is refused with what to do: load the call again."""
    with ledger.transaction() as session:
        seeding.add_judgement(session, FLAGGED, (seeding.turn(seeding.Role.CALLER, 1, "好"),), ())
    response = decide(monitor, taboo, "confirmed")
    assert response.status_code == 409
    assert "请重新打开页面" in response.text
    assert count_reviews(ledger) == 0


@pytest.mark.parametrize(
    ("decision", "comment"), [("perhaps", ""), ("", ""), ("confirmed", "长" * (LONGEST_COMMENT + 1))]
)
def test_a_form_filled_in_wrongly_is_refused(
    monitor: httpx.Client, ledger: Ledger, taboo: int, decision: str, comment: str
) -> None:
    """Only the two decisions are taken, and no endless comment."""
    assert decide(monitor, taboo, decision, comment=comment).status_code == 422
    assert count_reviews(ledger) == 0


def test_a_comment_is_shown_as_text(monitor: httpx.Client, taboo: int) -> None:
    """What a monitor types is escaped like everything else."""
    decide(monitor, taboo, "confirmed", comment=seeding.SCRIPT)
    html = monitor.get(f"/calls/{FLAGGED}").text
    assert seeding.SCRIPT not in html
    assert "&lt;script&gt;" in html


def test_a_rejection_says_why(monitor: httpx.Client, ledger: Ledger, taboo: int) -> None:
    """One of the listed reasons; another one needs words. A confirmation needs none."""
    assert decide(monitor, taboo, "rejected", reason="").status_code == 422
    assert decide(monitor, taboo, "rejected", reason="because").status_code == 422
    assert decide(monitor, taboo, "rejected", reason="other").status_code == 422
    assert count_reviews(ledger) == 0
    decide(monitor, taboo, "rejected", reason="other", comment="话务员在念歌名")
    assert "其他（请说明）" in monitor.get(f"/calls/{FLAGGED}").text
    with ledger.reading() as session:
        assert judgements.newest_reviews(session, FLAGGED)[taboo].reason is RejectReason.OTHER


def test_undoing_brings_the_decision_before_back(monitor: httpx.Client, ledger: Ledger, taboo: int) -> None:
    """Each undo takes one's own newest decision back; rows are only added, and the log tells of each."""
    address = f"/api/calls/{FLAGGED}/findings/{taboo}"
    monitor.post(f"{address}/review", json={"decision": "confirmed", "comment": "确有"})
    monitor.post(f"{address}/review", json={"decision": "rejected", "reason": "context"})
    undone = monitor.post(f"{address}/undo", json={}).json()
    assert (undone["review"]["decision"], undone["score"]) == ("confirmed", 70)
    assert monitor.post(f"{address}/undo", json={}).json()["review"] is None
    assert "待复核 2 项" in monitor.get("/calls").text  # in the list nobody has decided any more
    assert monitor.post(f"{address}/undo", json={}).status_code == 409
    history = monitor.get(f"/api/calls/{FLAGGED}/review").json()["findings"]
    told = next(one["history"] for one in history if one["finding"] == taboo)
    assert [(one["decision"], one["undone"]) for one in told] == [("confirmed", True), ("rejected", True)]
    with ledger.reading() as session:
        actions = [row.action for row in audit.find(session, call_id=FLAGGED)]
        verdict = verdict_of_call(session, FLAGGED)
    assert [action for action in actions if action not in {"looked", "case_moved"}] == [
        "reviewed",
        "reviewed",
        "undone",
        "undone",
    ]
    assert verdict
    assert verdict.undecided == 2


def test_only_ones_own_decision_is_undone(monitor: httpx.Client, ledger: Ledger, taboo: int) -> None:
    """Whoever disagrees with a colleague decides again: both stand."""
    decide(monitor, taboo, "confirmed")
    with ledger.transaction() as session:
        seeding.add_user(session, "zhao")
    monitor.cookies.set("hotline_session", open_session(ledger, "zhao"))
    assert monitor.post(f"/api/calls/{FLAGGED}/findings/{taboo}/undo", json={}).status_code == 409


def test_who_decides_after_somebody_else_is_told(monitor: httpx.Client, taboo: int) -> None:
    """The page gets the finding as it is now, with what was typed; the next try has seen it."""
    monitor.post(
        f"/api/calls/{FLAGGED}/findings/{taboo}/review", json={"decision": "confirmed", "comment": "甲"}
    )
    form = {
        "csrf": csrf_of(monitor.get(f"/calls/{FLAGGED}").text),
        "decision": "rejected",
        "reason": "misheard",
        "comment": "乙听到的不同",
        "seen": "0",
    }
    address = f"/calls/{FLAGGED}/findings/{taboo}/review"
    late = monitor.post(address, data=form, headers={"HX-Request": "true"})
    assert late.status_code == 409
    for part in ("有人刚刚核对了同一项", "甲", 'value="乙听到的不同"', 'name="seen" value="1"'):
        assert part in late.text
    assert monitor.post(address, data={**form, "seen": "1"}).status_code == 303


def test_200_decisions_at_once_lose_nothing(monitor: httpx.Client, ledger: Ledger, taboo: int) -> None:
    """All have seen an undecided finding: one is kept, 199 are told what it was."""
    address = f"/api/calls/{FLAGGED}/findings/{taboo}/review"

    def send(number: int) -> httpx.Response:
        wish = {"decision": "confirmed", "comment": f"第{number}次", "seen": 0}
        return monitor.post(address, json=wish)

    with ThreadPoolExecutor(max_workers=50) as pool:
        answers = list(pool.map(send, range(200)))
    kept = [answer for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code == 409]
    assert (len(kept), len(refused)) == (1, 199)
    comment = kept[0].json()["review"]["comment"]
    assert all(comment in answer.json()["error"] for answer in refused)
    assert count_reviews(ledger) == 1
    with ledger.reading() as session:
        assert list(audit.problems(session)) == []


def test_a_published_review_is_not_changed_by_calling_the_api(
    monitor: httpx.Client, ledger: Ledger, taboo: int
) -> None:
    """Decisions, marks, added findings and corrections all ask the same door."""
    with ledger.transaction() as session:
        session.add(CaseRow(call_id=FLAGGED, state=CaseState.PUBLISHED, since=now()))
    heard = {"rule": "other", "start_s": 1, "end_s": 2, "why": "x"}
    correction = {"transcript": 1, "turn": 0, "text": "x"}
    for answer in (
        monitor.post(f"/api/calls/{FLAGGED}/findings/{taboo}/review", json={"decision": "confirmed"}),
        monitor.post(f"/api/calls/{FLAGGED}/findings/{taboo}/undo", json={}),
        monitor.put(f"/api/calls/{FLAGGED}/marks", json={"marks": {"快": 1}}),
        monitor.post(f"/api/calls/{FLAGGED}/added-findings", json=heard),
        monitor.post(f"/api/calls/{FLAGGED}/corrections", json=correction),
    ):
        assert answer.status_code == 409, answer.url
