"""Confirming and rejecting findings."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import func, select

from console.reviews.schemas import LONGEST_COMMENT
from ledger import judgements
from ledger.database import Ledger
from ledger.states import Decision
from ledger.tables import ReviewRow
from tests.console import seeding
from tests.console.conftest import csrf_of
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
    form = {"csrf": csrf_of(client.get(f"/calls/{FLAGGED}").text), "decision": decision, **more}
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
    form = {"csrf": csrf_of(monitor.get(f"/calls/{FLAGGED}").text), "decision": "rejected"}
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
