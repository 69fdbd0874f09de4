"""The full-text search on both databases: by characters, by sound, and never out of step."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from ledger import calls, judgements, retained, search, search_grams, secrets_told
from ledger.database import Ledger
from ledger.errors import NotFound
from ledger.masks import Span, mask_call
from ledger.records import Transcript
from ledger.search import Wanted
from ledger.search_grams import By
from ledger.search_text import SearchText
from ledger.states import Role
from ledger.tables import CallRow, SearchTextRow, TranscriptRow
from tests.ledger.spoken_secrets import conversation


def add(session: Session, call_id: str, *texts: str) -> int:
    """A call in which these turns were said."""
    if session.get(CallRow, call_id) is None:
        calls.add_call(session, call_id=call_id, hotline="112")
        session.flush()
    turns = conversation(*((Role.CALLER, each) for each in texts))
    transcript = Transcript(model="m", model_sha256="0" * 64, recording_sha256="1" * 64, turns=turns)
    return judgements.save_transcript(session, call_id, transcript)


def found(ledger: Ledger, said: str, *, by_sound: bool = False) -> list[str]:
    """Calls that are found, the better ones first."""
    wanted = Wanted.of(said, by_sound=by_sound)
    with ledger.reading() as session:
        query = search.calls_saying(session, wanted).order_by(search.fit_of(wanted), SearchTextRow.call_id)
        return list(session.scalars(query))


def grams(ledger: Ledger) -> list[Any]:
    """Transcripts that the index knows by 故障, 鼓掌 or their sound."""
    asked = ((By.CHARACTERS, "故障"), (By.CHARACTERS, "鼓掌"), (By.SOUNDS, "gu-zhang"))
    with ledger.reading() as session:
        known = (session.scalars(search_grams.having(session, by, [pair])) for by, pair in asked)
        return sorted({id_ for ids in known for id_ in ids})


def test_words_are_found_wherever_they_stand(either_ledger: Ledger) -> None:
    """At the edges of a turn, across blanks and punctuation, one sign or many; not across turns."""
    with either_ledger.transaction() as session:
        add(session, "a", "您好，宽带 坏了", "请您稍等")
        add(session, "b", "套餐VIP100%满意")
    for said, expected in {
        "宽带坏了": ["a"],
        "您好宽带": ["a"],
        "好": ["a"],
        "稍等": ["a"],
        "坏了请您": [],
        "带宽": [],
        "vip": ["b"],
        "ＶＩＰ１００": ["b"],
        "１": ["b"],
    }.items():
        assert found(either_ledger, said) == expected, said


def test_a_misheard_word_is_found_by_its_sound_after_the_exact_ones(either_ledger: Ledger) -> None:
    """故障 was heard as 鼓掌, 一三八 as figures; without leave to go by sound they are not found."""
    with either_ledger.transaction() as session:
        add(session, "heard-wrong", "我家电话有鼓掌")
        add(session, "heard-right", "我要报故障")
        add(session, "figures", "楼号6309")
    assert found(either_ledger, "故障", by_sound=True) == ["heard-right", "heard-wrong"]
    assert found(either_ledger, "报故障", by_sound=True) == ["heard-right"]
    assert found(either_ledger, "故障") == ["heard-right"]
    assert found(either_ledger, "六三零九", by_sound=True) == ["figures"]


def test_a_pages_moments_are_asked_for_at_once(ledger: Ledger) -> None:
    """However many calls it has, as each of them fits: a call that says the text shows nothing else."""
    with ledger.transaction() as session:
        for number in range(5):
            add(session, f"right-{number}", "有鼓掌", "我要报故障")
        add(session, "wrong", "我家电话有鼓掌")
    asked: list[str] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    fits = {f"right-{number}": search.EXACT for number in range(5)} | {"wrong": search.BY_SOUND}
    with ledger.reading() as session:
        said = search.turns_saying(session, Wanted.of("故障"), fits)
    texts = {call_id: [turn.text for turn in turns] for call_id, turns in said.items()}
    assert texts == {f"right-{number}": ["我要报故障"] for number in range(5)} | {"wrong": ["我家电话有鼓掌"]}
    assert len(asked) <= 4


def test_only_the_newest_transcript_is_searched(either_ledger: Ledger) -> None:
    """What another model corrected is not found any more."""
    with either_ledger.transaction() as session:
        add(session, "a", "有鼓掌")
        newer = add(session, "a", "有故障")
    assert found(either_ledger, "鼓掌") == []
    assert found(either_ledger, "故障") == ["a"]
    assert grams(either_ledger) == [newer]


def test_what_is_rolled_back_was_never_searched(either_ledger: Ledger) -> None:
    """The index is of the same transaction."""
    with pytest.raises(NotFound), either_ledger.transaction() as session:
        add_and_fail(session)
    assert found(either_ledger, "故障", by_sound=True) == []
    assert grams(either_ledger) == []


def test_masked_and_secret_words_are_not_searched(either_ledger: Ledger) -> None:
    """Neither what a lead has masked nor a telephone number, by characters and by sound."""
    with either_ledger.transaction() as session:
        add(session, "a", "我手机一三八零零一三八零零零坏了", "密码是秋天的树")
        turn = conversation(
            (Role.CALLER, "我手机一三八零零一三八零零零坏了"), (Role.CALLER, "密码是秋天的树")
        )[1]
        assert found_in(session, "秋天的树") == ["a"]
        mask_call(session, "a", [Span(start_s=turn.start_s + 0.8, end_s=turn.end_s)])
    for said in ("秋天", "秋天的树", "邱田", "一三八", "零零一三八", "机一三", "零坏了", "13800138000"):
        assert found(either_ledger, said, by_sound=True) == [], said
    assert found(either_ledger, "坏了") == ["a"]
    assert found(either_ledger, "密码是") == ["a"]


def add_and_fail(session: Session) -> None:
    """Two writes in one transaction."""
    add(session, "a", "有故障")
    calls.get_call(session, "b")


def found_in(session: Session, said: str) -> list[str]:
    """The same within a transaction."""
    return list(session.scalars(search.calls_saying(session, Wanted.of(said))))


def test_a_forgotten_call_leaves_nothing_to_search(either_ledger: Ledger) -> None:
    """Retention takes text and index away with the transcript."""
    with either_ledger.transaction() as session:
        add(session, "a", "有故障")
        add(session, "b", "有故障")
    with either_ledger.transaction() as session:
        retained.forget(session, "a")
    assert found(either_ledger, "故障", by_sound=True) == ["b"]
    assert len(grams(either_ledger)) == 1


def test_another_finder_finds_again(either_ledger: Ledger) -> None:
    """Transcripts that an older finder looked at get their secrets, and are searched without them."""
    with either_ledger.transaction() as session:
        transcript_id = add(session, "a", "我手机一三八零零一三八零零零")
        row = session.get_one(TranscriptRow, transcript_id)
        row.secrets, row.finder = [], 0
        session.flush()
        search.index_call(session, "a")
        assert found_in(session, "零零一三八") == ["a"]
        assert secrets_told.due_for_finding(session, again=False, after=0, limit=9) == [transcript_id]
        assert [secret.kind for secret in secrets_told.find_again(session, [transcript_id])] == ["mobile"]
        assert secrets_told.due_for_finding(session, again=False, after=0, limit=9) == []
        assert found_in(session, "零零一三八") == []


def test_an_older_transcript_has_a_veil_of_its_own(either_ledger: Ledger) -> None:
    """Its places are its own; the words of all are hidden in what quotes any."""
    with either_ledger.transaction() as session:
        older = add(session, "a", "手机一三八零零一三八零零零")
        add(session, "a", "谢谢")
        assert secrets_told.veil_of(session, "a").secrets == ()
        veil = secrets_told.veil_of(session, "a", older)
        assert [(secret.first, secret.last) for secret in veil.secrets] == [(2, 13)]
        assert "一三八" not in secrets_told.veil_of(session, "a").over_text("他说一三八零")


SIGNS = "您好故障鼓掌请稍等宽带号一二三a1 ，"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(SIGNS, min_size=1, max_size=12), min_size=1, max_size=4), st.data())
def test_any_piece_of_any_turn_is_found(ledger: Ledger, texts: list[str], data: st.DataObject) -> None:
    """Whatever was said and whatever part of it is asked for; and a text that nobody said is not."""
    chosen = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(chosen) - 1))
    piece = chosen[start : data.draw(st.integers(start + 1, len(chosen)))]
    with ledger.transaction() as session:
        add(session, "a", *texts)
        wanted = Wanted.of(piece, by_sound=False)
        if not wanted.is_empty:
            assert found_in(session, piece) == ["a"]
        said = SearchText.of(texts).characters.split("\n")
        other = data.draw(st.text(SIGNS, min_size=2, max_size=4))
        plain = Wanted.of(other).text.characters
        is_said = any(plain in line for line in said)
        exact = list(session.scalars(search.calls_saying(session, Wanted.of(other, by_sound=False))))
        assert (exact == ["a"]) is (is_said and bool(plain)) or not plain


def test_the_migration_fills_what_is_there_already(either_ledger: Ledger) -> None:
    """Old transcripts get their secrets and are searched; of a call's several the newest."""
    with either_ledger.transaction() as session:
        add(session, "a", "有鼓掌")
        add(session, "a", "有故障，我手机一三八零零一三八零零零")
        add(session, "b", "您好")
        session.get_one(CallRow, "b").facts = {"language": "x" * 17}  # some program's that files them
    before = grams(either_ledger)
    config = Config()
    config.set_main_option("script_location", "ledger/migrations")
    config.attributes["engine"] = either_ledger.engine
    command.downgrade(config, "0008")
    either_ledger.migrate()
    assert grams(either_ledger) == before
    assert found(either_ledger, "故障", by_sound=True) == ["a"]
    assert found(either_ledger, "鼓掌") == []
    assert found(either_ledger, "零零一三八") == []
    with either_ledger.reading() as session:
        kinds = [[each["kind"] for each in row.secrets] for row in session.scalars(select(TranscriptRow))]
        assert session.get_one(CallRow, "b").language == "x" * 16
    assert sorted(kinds) == [[], [], ["mobile"]]
