"""What later operators say in a transferred call is judged with it, by their desks' norms."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.commands.look import document_of
from hotline.facts import facts_of
from hotline.judging import conversation_of
from hotline.parts import Part, parts_of, read_parts
from hotline.pipeline import Pipeline
from hotline.tables import call_sheet
from ledger import archived, judgements, later_parts, masks, rejudging, retained, webhooks
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.calls import get_call
from ledger.clock import now
from ledger.conversations import Conversation, Known
from ledger.database import Ledger
from ledger.later_parts import LaterPart
from ledger.records import Call, Evidence, Finding, Mark, Scorecard, Transcript
from ledger.settings import Settings
from ledger.states import CallState, Origin, Place, Role, Verdict
from ledger.tables import DeliveryRow, LaterScorecardRow
from qa_scoring import judge, load_packs
from tests.hotline import transferred
from tests.hotline.transferred import AT, CALL, ENDING, SECOND, TURNS, turn

NUMBER = "63012345"
SAID = (
    "您好一一二请问有什么可以帮您",
    "请稍等",
    "我不知道",
    "喂",
    "电话不通",
    "谢谢您的来电再见",
    "让您久等了",
    "幺三五六七八九零",
)


class Killed(BaseException):
    """What kill -9 is to the code that runs."""


@pytest.fixture
def pipeline(settings: Settings, books: Ledger) -> Pipeline:
    """Over a ledger with the transferred call, of which a program wants to be told."""
    with books.transaction() as session:
        webhooks.add_webhook(
            session, url="http://127.0.0.1:9/", secret="x", events=(webhooks.Event.FLAGGED,), by="root"
        )
        transferred.add_transferred(session, facts={"directory_number": NUMBER, "survey_mark": "1"})
    return Pipeline(settings, books)


def parts(books: Ledger) -> dict[str, LaterPart]:
    """The call's later parts by their operators."""
    with books.reading() as session:
        return {part.operator: part for part in later_parts.newest_parts(session, CALL)}


def verdicts(findings: tuple[Finding, ...]) -> dict[str, Verdict]:
    """By rule."""
    return {finding.rule: finding.verdict for finding in findings}


def test_what_a_later_operator_says_is_found(pipeline: Pipeline, books: Ledger) -> None:
    """By the pack of that desk, with its moment; the call's own score, flags and desk are the first's."""
    assert pipeline.finish(CALL) is CallState.SCORED
    found = parts(books)
    assert {operator: part.card.pack for operator, part in found.items()} == {
        "8003": "desk-112",
        "8005": "desk-180",
    }
    taboo = next(each for each in found["8003"].failed if each.rule == "forbidden-words")
    assert taboo.evidence
    assert SECOND.start_s < taboo.evidence.start_s < SECOND.end_s
    assert "forbidden-words" in found["8003"].card.flags
    assert "forbidden-words" not in found["8005"].card.flags
    with books.reading() as session:
        call, own = get_call(session, CALL), judgements.newest_scorecard(session, CALL)
        assert list(session.scalars(later_parts.flagged_calls())) == [CALL]
    assert "after the transfer: 8003 at 112" in call_sheet(document_of(books, CALL))
    assert own
    assert (call.operator, call.score, call.flags) == ("8001", own.score, own.flags)
    assert "forbidden-words" not in call.flags
    passed_on, ended = verdicts(found["8003"].card.findings), verdicts(found["8005"].card.findings)
    assert passed_on["closing"] is Verdict.NOT_APPLICABLE
    assert ended["transfer-notice"] is Verdict.NOT_APPLICABLE  # nobody was handed over any more
    assert ended["closing"] is Verdict.PASS


def test_which_facts_hold_for_whom(pipeline: Pipeline, books: Ledger) -> None:
    """One's own wait, desk and end; the number is of who looked it up; the survey's mark is the call's."""
    with books.reading() as session:
        first, second, third = (facts_of(part.call) for part in read_parts(session, get_call(session, CALL)))
    waits = [facts["queue_wait_s"] for facts in (first, second, third)]
    assert waits == ["2.000", "40.000", "3.000"]
    assert [facts["desk"] for facts in (first, second, third)] == ["114", "112", "180"]
    assert [facts["transfers"] for facts in (first, second, third)] == ["2", "1", "0"]
    assert [facts.get("handed_over") for facts in (first, second, third)] == ["transfer", "transfer", None]
    assert [facts.get("hung_up_by") for facts in (first, second, third)] == [None, None, "caller"]
    assert [facts.get("reason") for facts in (second, third)] == [None, ENDING.reason]
    assert [facts.get("directory_number") for facts in (first, second, third)] == [NUMBER, None, None]
    assert [facts.get("survey_mark") for facts in (first, second, third)] == ["1", None, None]
    with books.reading() as session:
        call = get_call(session, CALL)
        talks = [part.talk for part in read_parts(session, call) if part.talk]
    talks.insert(0, replace(talks[0], id=0, operator="8001", desk="114", known=_known(2.0)))
    shown = parts_of(call, talks, AT + timedelta(seconds=SECOND.start_s + 5))
    read = parts_of(
        replace(call, marks=(*call.marks, Mark(place=Place.READ_BACK, start_s=91, end_s=99))), talks, None
    )
    assert [facts_of(part.call).get("directory_number") for part in shown] == [None, NUMBER, None]
    assert [facts_of(part.call).get("directory_number") for part in read] == [None, None, NUMBER]


def test_who_showed_the_number_is_in_the_audit_log(pipeline: Pipeline, books: Ledger) -> None:
    """The newest of those acts counts; this one was long after, in the last conversation."""
    with books.transaction() as session:
        write(session, Act(user="8005", action=AuditAction.NUMBER_SHOWN, call_id=CALL))
        third = read_parts(session, get_call(session, CALL))[-1]
    assert facts_of(third.call)["directory_number"] == NUMBER


def test_judging_anew_keeps_the_older_cards(pipeline: Pipeline, books: Ledger) -> None:
    """By the norms of the later desk too; a call is told of once for each flag that is new."""
    pipeline.finish(CALL)
    with books.transaction() as session:
        told = [json.loads(row.body)["data"] for row in session.query(DeliveryRow)]
        assert rejudging.judge_again(session, desk="10050") == ([], 0)
        assert rejudging.judge_again(session, desk="112") == ([CALL], 0)
    later = [each["later_part"] for each in told if "later_part" in each]
    assert [(each["operator"], each["desk"]) for each in later] == [("8003", "112")]
    assert {each["operator"] for each in told} == {"8001"}
    pipeline.finish(CALL)
    with books.transaction() as session:
        assert session.query(LaterScorecardRow).count() == 4
        assert session.query(DeliveryRow).count() == len(told)
        transferred.hear(session, TURNS[:3])
    pipeline.finish(CALL)
    assert "forbidden-words" not in parts(books)["8003"].card.flags
    with books.reading() as session:
        older = later_parts.newest_parts(session, CALL, 1)[0]
    assert "forbidden-words" in older.card.flags


def test_a_worker_that_is_killed_leaves_neither_gaps_nor_doubles(
    pipeline: Pipeline, books: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the call's card and those of its later parts: the next one finds nothing and writes all."""

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(later_parts, "save_parts", killed)
        with contextlib.suppress(Killed):
            pipeline.finish(CALL)
    with books.transaction() as session:
        assert judgements.newest_scorecard(session, CALL) is None
        row = session.get_one(transferred.CallRow, CALL)
        row.claimed_by = row.claimed_until = None  # what the sweep does of a dead worker's
    assert pipeline.finish(CALL) is CallState.SCORED
    with books.reading() as session:
        assert session.query(LaterScorecardRow).count() == 2


def test_a_mask_hides_its_words_in_later_parts_too(pipeline: Pipeline, books: Ledger) -> None:
    """In the evidence and in the sentence that quotes it; what is forgotten leaves nothing."""
    pipeline.finish(CALL)
    with books.transaction() as session:
        masks.mask_call(session, CALL, [masks.Span(start_s=SECOND.start_s, end_s=SECOND.end_s)])
    told = str(parts(books)["8003"].card.findings)
    assert "＊" in told
    assert "我不知道你" not in told
    with books.transaction() as session:
        session.get_one(transferred.CallRow, CALL).flag_count = 0  # its later part's are reason enough
        archived.mark_archived(session, judgements.get_recording(session, CALL), None)
        assert [kept.flagged for kept in retained.kept_calls(session, now())] == [True]
        retained.forget(session, CALL)
    assert not parts(books)


@st.composite
def talks_of_a_minute(draw: st.DrawFn) -> tuple[transferred.Turn, ...]:
    """Who says what, in the second conversation; pauses are whole eighths, so that no sum is rounded."""
    said, at_s = [], 0.0
    for text in draw(st.lists(st.sampled_from(SAID), min_size=1, max_size=6)):
        at_s += draw(st.integers(2, 60)) / 8
        said.append(turn(draw(st.sampled_from((Role.OPERATOR, Role.CALLER))), at_s, text))
        at_s = said[-1].end_s
    return tuple(said)


@given(said=talks_of_a_minute(), waited_s=st.integers(0, 90), facts=st.sampled_from(({}, {"language": "zh"})))
@settings(max_examples=20, deadline=None)
def test_a_later_part_is_judged_as_a_call_of_its_own(
    said: tuple[transferred.Turn, ...], waited_s: int, facts: dict[str, str]
) -> None:
    """The same words at that desk get the same card, but for the moments: those are of the whole call."""
    end_s = said[-1].end_s + 1
    shift_s = 32.0
    spoken = Mark(place=Place.OPERATOR, start_s=shift_s, end_s=shift_s + end_s, detail="8003")
    whole = _call("114", "8001", (transferred.FIRST, spoken), facts={**facts, "directory_number": NUMBER})
    talks = [_talk(1, "114", "8001", (), 4.0), _talk(2, "112", "8003", (transferred.FIRST,), 4.0 + waited_s)]
    later = parts_of(whole, talks, None)[1]
    moved = tuple(replace(each, start_s=each.start_s + shift_s, end_s=each.end_s + shift_s) for each in said)
    own = _call("112", "8003", (replace(spoken, start_s=0.0, end_s=end_s),), facts=facts)
    own = replace(own, queue_wait_s=float(waited_s))
    assert _moved(_card(later, (*TURNS[:3], *moved)), -shift_s) == _card(Part(call=own), said)


def _card(part: Part, turns: tuple[transferred.Turn, ...]) -> Scorecard:
    heard = Transcript(model="m", model_sha256="0", recording_sha256="0", turns=turns)
    conversation = conversation_of(part, transferred.recording_of("a"), heard)
    return judge(conversation, load_packs().of(conversation))


def _moved(card: Scorecard, by_s: float) -> Scorecard:
    move: Callable[[Evidence], Evidence] = lambda one: replace(  # noqa: E731
        one, start_s=round(one.start_s + by_s, 3), end_s=round(one.end_s + by_s, 3)
    )
    findings = (
        replace(each, evidence=each.evidence and move(each.evidence), more=tuple(map(move, each.more)))
        for each in card.findings
    )
    return replace(card, findings=tuple(findings))


def _call(desk: str, operator: str, marks: tuple[Mark, ...], facts: dict[str, str]) -> Call:
    return Call(
        id="a", origin=Origin.SIP, sip_call_id=None, hotline="114", caller=None, state=CallState.TRANSCRIBED,
        received_at=AT, ending=ENDING, desk=desk, operator=operator, marks=marks, facts=facts,
    )  # fmt: skip


def _known(waited_s: float, marks: tuple[Mark, ...] = ()) -> Known:
    return Known(marks=marks, facts={}, language="zh", waited_s=waited_s)


def _talk(id_: int, desk: str, operator: str, before: tuple[Mark, ...], waited_s: float) -> Conversation:
    return Conversation(
        id=id_, call_id="a", desk=desk, operator=operator, began_at=AT, ended_at=AT,
        known=_known(waited_s, before), wrap_up=None,
    )  # fmt: skip
