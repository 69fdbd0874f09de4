"""Scorecards of later conversations, on both databases."""

from __future__ import annotations

from dataclasses import replace

from alembic import command
from alembic.config import Config

from ledger import calls, conversations, judgements, later_parts, later_reviews, teams, users
from ledger.conversations import Known
from ledger.database import MIGRATIONS, Ledger
from ledger.records import Evidence, Finding, Scorecard, Transcript
from ledger.states import Decision, Origin, UserRole, Verdict

TABOO = Finding(
    rule="forbidden-words",
    verdict=Verdict.FAIL,
    evidence=Evidence(start_s=1.0, end_s=2.0, text="喂", likeness=1.0),
    reason="忌语",
    points=20.0,
    more=(Evidence(start_s=3.0, end_s=4.0, text="说吧", likeness=0.9),),
)


def card(*findings: Finding) -> Scorecard:
    """A scorecard with these breaches."""
    flags = tuple(finding.rule for finding in findings)
    return Scorecard(
        pack="desk-112", pack_version="1", score=80.0, flags=flags, findings=findings, limits={"亲": 30.0}
    )


def add_talk(ledger: Ledger, call_id: str, origin: Origin) -> None:
    """A call in which operator 8003 talked."""
    known = Known(marks=(), facts={}, language="zh", waited_s=0.0)
    heard = Transcript(model="m", model_sha256="0", recording_sha256="0", turns=())
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114", caller=None, origin=origin)
        session.flush()
        conversations.begin(session, call_id, desk="112", operator="8003", known=known)
        judgements.save_transcript(session, call_id, heard)


def save(ledger: Ledger, call_id: str, judged: Scorecard) -> None:
    """As the pipeline does."""
    with ledger.transaction() as session:
        (talk,) = conversations.list_conversations(session, call_id)
        newest = judgements.newest_transcript(session, call_id)
        assert newest
        later_parts.save_parts(session, call_id, newest[0], [(talk, judged)])


def test_the_newest_card_counts_and_the_older_stays(either_ledger: Ledger) -> None:
    """A flag that the newest has no more flags nothing; the team is the one of the first judgement."""
    with either_ledger.transaction() as session:
        teams.note_teams(session, {"8003": "早班"})
    add_talk(either_ledger, "a", Origin.SIP)
    add_talk(either_ledger, "ours", Origin.CANARY)
    for call_id in ("a", "ours"):
        save(either_ledger, call_id, card(TABOO))
    with either_ledger.reading() as session:
        (part,) = later_parts.newest_parts(session, "a")
        assert part.card == card(replace(TABOO, id=1))
        assert (part.operator, part.desk, part.team) == ("8003", "112", "早班")
        assert set(session.scalars(later_parts.flagged_calls())) == {"a", "ours"}
        assert later_parts.flagged_parts(session, ["a", "b"]) == {"a": (part,)}
        assert [own.call.id for own in later_parts.parts_of_operator(session, "8003", 9)] == ["a"]
    with either_ledger.transaction() as session:
        teams.note_teams(session, {"8003": "晚班"})
    save(either_ledger, "a", card())
    with either_ledger.reading() as session:
        (newer,) = later_parts.newest_parts(session, "a")
        assert (newer.card.flags, newer.team) == ((), "早班")
        assert newer.id > part.id
        assert list(session.scalars(later_parts.flagged_calls())) == ["ours"]
        assert later_parts.newest_parts(session, "a", 99) == ()


def test_what_was_decided_before_is_counted_by_the_migration(either_ledger: Ledger) -> None:
    """A part of which all is decided waits for nobody, another does."""
    for call_id in ("open", "decided"):
        add_talk(either_ledger, call_id, Origin.SIP)
        save(either_ledger, call_id, card(TABOO))
    with either_ledger.transaction() as session:
        li = users.save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="x")
        (part,) = later_parts.newest_parts(session, "decided")
        later_reviews.save_review(session, part.id, 1, li, decision=Decision.CONFIRMED, comment="")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = either_ledger.engine
    command.downgrade(config, "0038")
    command.upgrade(config, "head")
    with either_ledger.reading() as session:
        assert list(session.scalars(later_parts.undecided_calls())) == ["open"]
