"""Repository of searches and of what they did not find.

A search is kept while it is typed. One after which nothing was opened becomes a question once it has rested
for RESTS; questions that sound alike are one, with a count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desks.knowledge.errors import SettledMeanwhile
from desks.knowledge.records import Question, QuestionState
from ledger.clock import now
from ledger.errors import NotFound
from ledger.search_text import SearchText, plain_of, syllables_of
from ledger.tables import KnowledgeQuestionRow, KnowledgeSearchRow

RESTS: Final = timedelta(minutes=2)  # nobody types on, and nobody opens anything any more
ALIKE: Final = 88.0  # of 100, of the sounds
SHORTEST: Final = 2  # signs; one alone asks nothing
SHORTEST_LATIN: Final = 4  # letters, mostly the beginning of pinyin
MOST_SHOWN: Final = 200
MOST_CALLS: Final = 5


def note_search(
    session: Session, *, user_id: int, call_id: str | None, desk: str | None, text: str, found: int
) -> int:
    """Keep a search, or what it has become while it is typed; its id, which opening an article names."""
    row = _typed_now(session, user_id, call_id)
    if row is None or not _goes_on(row.text, text):
        row = KnowledgeSearchRow(user_id=user_id, call_id=call_id, desk=desk, settled=False)
        session.add(row)
    row.text, row.found, row.at = text[:200], found, now()
    session.flush()
    return row.id


def note_opened(session: Session, *, search_id: int, user_id: int, article_id: int) -> None:
    """An article was opened after a search: it was found."""
    session.execute(
        update(KnowledgeSearchRow)
        .where(KnowledgeSearchRow.id == search_id, KnowledgeSearchRow.user_id == user_id)
        .where(KnowledgeSearchRow.question_id.is_(None))
        .values(opened_id=article_id, settled=True)
    )


def settle(session: Session, *, before: datetime | None = None) -> int:
    """Enter what rested without anything opened as questions; returns how many searches."""
    rests = before or now() - RESTS
    query = select(KnowledgeSearchRow).where(~KnowledgeSearchRow.settled, KnowledgeSearchRow.at < rests)
    rows = session.scalars(query.order_by(KnowledgeSearchRow.id).with_for_update(skip_locked=True)).all()
    open_ones = _open_ones(session) if rows else []
    for row in rows:
        row.settled = True
        if is_question(row.text):
            row.question_id = _enter(session, open_ones, row.text, row.at)
    session.flush()
    return len(rows)


def list_questions(session: Session, state: QuestionState = QuestionState.OPEN) -> list[Question]:
    """The questions in a state, the most asked first."""
    query = select(KnowledgeQuestionRow).where(KnowledgeQuestionRow.state == state)
    order = (KnowledgeQuestionRow.count.desc(), KnowledgeQuestionRow.last_at.desc())
    rows = session.scalars(query.order_by(*order).limit(MOST_SHOWN)).all()
    asked = defaultdict[int, list[KnowledgeSearchRow]](list)
    searches = select(KnowledgeSearchRow).where(KnowledgeSearchRow.question_id.in_([row.id for row in rows]))
    for search in session.scalars(searches.order_by(KnowledgeSearchRow.id.desc())):
        asked[search.question_id or 0].append(search)
    return [_question(row, asked[row.id]) for row in rows]


def count_open(session: Session) -> int:
    """How many wait for an answer."""
    query = select(func.count()).where(KnowledgeQuestionRow.state == QuestionState.OPEN)
    return session.scalar(query) or 0


def get_question(session: Session, question_id: int) -> Question:
    """One. Raises NotFound."""
    row = session.get(KnowledgeQuestionRow, question_id)
    if row is None:
        raise NotFound(f"there is no question {question_id}; /knowledge/questions lists them")
    searches = select(KnowledgeSearchRow).where(KnowledgeSearchRow.question_id == question_id)
    return _question(row, list(session.scalars(searches.order_by(KnowledgeSearchRow.id.desc()))))


def close(session: Session, question_id: int, *, article_id: int | None, by: str) -> None:
    """An article answers it, or nobody has to. Raises NotFound, SettledMeanwhile."""
    get_question(session, question_id)
    state = QuestionState.DISMISSED if article_id is None else QuestionState.ANSWERED
    closed = session.execute(
        update(KnowledgeQuestionRow)
        .where(KnowledgeQuestionRow.id == question_id, KnowledgeQuestionRow.state == QuestionState.OPEN)
        .values(state=state, article_id=article_id, settled_by=by, settled_at=now())
    )
    if not closed.rowcount:  # type: ignore[attr-defined]
        raise SettledMeanwhile(f"question {question_id} is settled already; load the list again")


def is_question(text: str) -> bool:
    """Whether it is more than the beginning of something."""
    plain = plain_of(text)
    return len(plain) >= (SHORTEST_LATIN if plain.isascii() else SHORTEST)


def _typed_now(session: Session, user_id: int, call_id: str | None) -> KnowledgeSearchRow | None:
    query = select(KnowledgeSearchRow).where(
        KnowledgeSearchRow.user_id == user_id,
        KnowledgeSearchRow.call_id.is_(None) if call_id is None else KnowledgeSearchRow.call_id == call_id,
        ~KnowledgeSearchRow.settled,
        KnowledgeSearchRow.at > now() - RESTS,
    )
    return session.scalars(query.order_by(KnowledgeSearchRow.id.desc()).limit(1)).first()


def _goes_on(before: str, after: str) -> bool:
    """Whether the one is the other typed further or taken back; 宽带 goes on from kuandai."""
    old, new = ("".join(syllables_of(plain_of(text))) for text in (before, after))
    return old.startswith(new) or new.startswith(old)


def _open_ones(session: Session) -> list[KnowledgeQuestionRow]:
    query = select(KnowledgeQuestionRow).where(KnowledgeQuestionRow.state == QuestionState.OPEN)
    return list(session.scalars(query))


def _enter(session: Session, open_ones: list[KnowledgeQuestionRow], text: str, at: datetime) -> int:
    """Count it with one that is asked already, else add it to those; the question's id."""
    sounds = SearchText.of([text]).sounds.strip()
    row = _alike(open_ones, sounds)
    if row is None:
        row = KnowledgeQuestionRow(
            text=text, sounds=sounds, state=QuestionState.OPEN, count=0, first_at=at, last_at=at
        )
        session.add(row)
        open_ones.append(row)
    row.count += 1
    row.last_at = max(row.last_at, at)
    session.flush()
    return row.id


def _alike(rows: Sequence[KnowledgeQuestionRow], sounds: str) -> KnowledgeQuestionRow | None:
    """A question that sounds the same, or nearly so, whatever the order of its words."""
    likeness = [(fuzz.token_sort_ratio(sounds, row.sounds), row.id, row) for row in rows]
    best = max(likeness, default=None, key=lambda one: (one[0], -one[1]))
    return best[2] if best is not None and best[0] >= ALIKE else None


def _question(row: KnowledgeQuestionRow, searches: list[KnowledgeSearchRow]) -> Question:
    return Question(
        id=row.id,
        text=row.text,
        state=QuestionState(row.state),
        count=row.count,
        first_at=row.first_at,
        last_at=row.last_at,
        desks=tuple(dict.fromkeys(search.desk for search in searches if search.desk)),
        calls=tuple(dict.fromkeys(search.call_id for search in searches if search.call_id))[:MOST_CALLS],
        nothing_found=sum(not search.found for search in searches),
        article_id=row.article_id,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )
