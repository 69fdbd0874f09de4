"""The samples' pages: draws, estimates, and what monitors say of drawn calls."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy.orm import Session

from console.signin.visitors import SESSION_COOKIE
from ledger import judgements, sample_verdicts, samples, users
from ledger.audit import newest_of_call
from ledger.audit_actions import AuditAction
from ledger.database import Ledger
from ledger.samples import Outcome, Sampled
from ledger.settings import Settings
from ledger.states import Decision, UserRole, Verdict
from ledger.tables import FindingRow, ScorecardRow
from tests.console import sample_drawing, seeding
from tests.console.blinding import begin_round
from tests.console.conftest import csrf_of, open_session


@pytest.fixture
def draw_id(ledger: Ledger, settings: Settings) -> int:
    """A draw of twenty calls."""
    with ledger.transaction() as session:
        return sample_drawing.draw(session, settings)


def drawn(ledger: Ledger, draw_id: int, *, is_broken: bool) -> Sampled:
    """The first drawn call of the monitors that the machine finds broken, or in order."""
    with ledger.reading() as session:
        verdicts = sample_verdicts.verdicts_of_draw(session, draw_id)
        return next(
            one
            for one in samples.sampled_calls(session, draw_id)
            if one.part == "monitors" and bool(verdicts[one.call_id].breaches) is is_broken
        )


def send(client: httpx.Client, draw_id: int, one: Sampled, **fields: str) -> httpx.Response:
    """The form of a drawn call."""
    csrf = csrf_of(client.get(f"/samples/{draw_id}").text)
    return client.post(f"/samples/{draw_id}/calls/{one.id}/check", data={"csrf": csrf, **fields})


def outcome(ledger: Ledger, draw_id: int, one: Sampled) -> tuple[Outcome, float | None] | None:
    """What is kept of a drawn call."""
    with ledger.reading() as session:
        found = {each.id: each for each in samples.sampled_calls(session, draw_id)}[one.id].check
    return (found.outcome, found.score) if found else None


def test_a_draw_shows_its_calls_with_probability_and_weight(monitor: httpx.Client, draw_id: int) -> None:
    """Twenty calls of forty stand for two each; the estimate is the machine's until somebody checks."""
    assert "十一月抽样" in monitor.get("/samples").text
    page = monitor.get(f"/samples/{draw_id}").text
    assert page.count("data-sampled=") == 20
    assert "95% 区间" in page
    assert "机器自己的误判不在区间之内" in page
    assert 'by=machine" aria-current="page"' in page.replace("&amp;", "&")
    outside = monitor.get(f"/samples/{draw_id}?part=outside").text
    assert outside.count("data-sampled=") == 6
    assert "0.15" in outside
    assert "6.67" in outside


def test_a_call_in_order_is_checked_in_one_step(monitor: httpx.Client, ledger: Ledger, draw_id: int) -> None:
    """What the machine found stands; the audit log tells who said so; estimates are by people from now on."""
    one = drawn(ledger, draw_id, is_broken=False)
    response = send(monitor, draw_id, one, missed="nothing")
    assert response.status_code == 303
    assert outcome(ledger, draw_id, one) == (Outcome.IN_ORDER, 100.0)
    with ledger.reading() as session:
        assert AuditAction.REVIEWED in [act.action for act in newest_of_call(session, one.call_id, 9)]
    page = monitor.get(f"/samples/{draw_id}").text.replace("&amp;", "&")
    assert 'by=people" aria-current="page"' in page
    assert "抽中 20 通，19 通还没有结果" in page


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"missed": "wrong", "score": "60"}, (Outcome.WRONG, 60.0)),
        ({"missed": "breach", "score": "72.5"}, (Outcome.BREACH, 72.5)),
        ({"missed": "cannot_tell", "score": "90"}, (Outcome.CANNOT_TELL, None)),
    ],
)
def test_what_the_machine_missed_is_told(
    monitor: httpx.Client, ledger: Ledger, draw_id: int, fields: dict[str, str], kept: object
) -> None:
    """People hear more than the rules, and their own score counts; what cannot be judged has none."""
    one = drawn(ledger, draw_id, is_broken=False)
    send(monitor, draw_id, one, **fields)
    assert outcome(ledger, draw_id, one) == kept


def test_findings_are_decided_on_first(monitor: httpx.Client, ledger: Ledger, draw_id: int) -> None:
    """A confirmed breach of an error's rule is a wrong answer; a rejected one gives its points back."""
    one = drawn(ledger, draw_id, is_broken=True)
    refused = send(monitor, draw_id, one, missed="nothing")
    assert (refused.status_code, outcome(ledger, draw_id, one)) == (409, None)
    assert "请先逐项核对" in refused.text
    for decision, kept in (
        (Decision.CONFIRMED, (Outcome.WRONG, 80.0)),
        (Decision.REJECTED, (Outcome.IN_ORDER, 100.0)),
    ):
        with ledger.transaction() as session:
            li = users.find_user(session, "li")
            assert li
            judgements.save_review(session, failed_finding(session, one.call_id), li[0].id, decision, "")
        send(monitor, draw_id, one, missed="nothing")
        assert outcome(ledger, draw_id, one) == kept


@pytest.mark.parametrize(
    ("path", "status"), [("/samples/99", 404), ("/samples/1?part=x", 422), ("/samples/1?page=0", 422)]
)
def test_what_is_not_there_is_told(monitor: httpx.Client, draw_id: int, path: str, status: int) -> None:
    """A page, no traceback."""
    assert monitor.get(path).status_code == status


@pytest.mark.parametrize(
    "fields", [{"missed": "x"}, {"missed": "wrong"}, {"missed": "nothing", "score": "101"}, {"score": "nan"}]
)
def test_a_wrong_field_is_refused(
    monitor: httpx.Client, ledger: Ledger, draw_id: int, fields: dict[str, str]
) -> None:
    """Nothing is kept."""
    one = drawn(ledger, draw_id, is_broken=False)
    assert send(monitor, draw_id, one, **fields).status_code == 422
    assert outcome(ledger, draw_id, one) is None


def test_english_pages_of_a_draw_have_english_words(monitor: httpx.Client, draw_id: int) -> None:
    """What is ours is English; the plan's title, names and seed stay as they are."""
    monitor.get("/language/en")
    page = monitor.get(f"/samples/{draw_id}").text
    for told in ("What this says of all calls", "Wrong answers per 10,000 calls", "Hours", "Drawn calls"):
        assert told in page


def test_operators_and_strangers_see_no_sample(stranger: httpx.Client, ledger: Ledger, draw_id: int) -> None:
    """Whom chance chose is not told to those who are listened to."""
    assert stranger.get(f"/samples/{draw_id}").status_code == 303
    with ledger.transaction() as session:
        seeding.add_user(session, "8001", UserRole.OPERATOR)
    stranger.cookies.set(SESSION_COOKIE, open_session(ledger, "8001"))
    assert stranger.get(f"/samples/{draw_id}").status_code == 403
    assert stranger.post(f"/samples/{draw_id}/calls/1/check", data={"missed": "nothing"}).status_code == 403


def failed_finding(session: Session, call_id: str) -> int:
    """The id of the call's failed finding."""
    query = session.query(FindingRow).join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
    found = query.filter(ScorecardRow.call_id == call_id, FindingRow.verdict == Verdict.FAIL).one()
    return found.id


def test_who_judges_a_drawn_call_blind_sees_nothing_of_it(
    monitor: httpx.Client, ledger: Ledger, draw_id: int
) -> None:
    """Its row is left out of the draw's page, and a check of it is refused, until the reviews are in."""
    one = drawn(ledger, draw_id, is_broken=True)
    assert one.call_id in monitor.get(f"/samples/{draw_id}").text
    begin_round(ledger, "li", "zhao", calls=[one.call_id])
    assert one.call_id not in monitor.get(f"/samples/{draw_id}").text
    refused = send(monitor, draw_id, one, missed="nothing")
    assert refused.status_code == 403
    assert "正在盲评" in refused.text
    assert outcome(ledger, draw_id, one) is None
