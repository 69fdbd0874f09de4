"""Repository of the search: articles by words and by sound, the best first, expired ones last.

The index says which articles may fit, first by title and tags, then by what stands below; `scoring` looks at
their texts. Where nothing fits whole, the articles whose titles share most with it are offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, false, select, union
from sqlalchemy.orm import Session

from desks.knowledge import index, scoring
from desks.knowledge.articles import current_versions, rank_columns
from desks.knowledge.index import By
from desks.knowledge.records import Hit
from desks.knowledge.scoring import Searched
from desks.knowledge.terms import Term, terms_of
from ledger.search_text import BETWEEN, pairs_of
from ledger.tables import ArticleTextRow

ENOUGH: Final = 20  # articles
CANDIDATES: Final = 300  # whose texts are looked at; more fit only words that are in everything
OF_THE_DESK: Final = 5.0  # more for an article of the desk that asks

_Score = Callable[[Searched], float | None]


def find(session: Session, typed: str, *, today: date, desk: str | None = None) -> list[Hit]:
    """Articles that fit what somebody typed, at most ENOUGH."""
    terms = terms_of(typed)
    if not terms:
        return []
    scores = _look(session, _whole(session, terms, _HEAD), lambda one: scoring.score(one, terms))
    if len(scores) < ENOUGH:
        whole = _whole(session, terms, _ALL)
        scores |= _look(session, whole, lambda one: scoring.score(one, terms), with_body=True)
    if not scores:
        scores = _look(session, _some(session, terms), lambda one: _share(one, terms))
    return _hits(session, scores, today, desk)


def _hits(session: Session, scores: dict[int, float], today: date, desk: str | None) -> list[Hit]:
    best = sorted(_ranked(session, scores, today, desk), reverse=True)[:ENOUGH]
    versions = {one.article_id: one for one in current_versions(session, [id_ for *_, id_ in best])}
    return [
        Hit(version=versions[id_], validity=versions[id_].text.validity(today), score=score)
        for _, score, _, id_ in best
    ]


def _ranked(
    session: Session, scores: dict[int, float], today: date, desk: str | None
) -> Iterator[tuple[bool, float, datetime, int]]:
    """Whether each counts, how well it fits, when it was written, its id."""
    for row in session.execute(rank_columns(scores)):
        begins, ends = row.valid_from or today, row.valid_to or today
        more = OF_THE_DESK if desk and desk in row.desks else 0
        yield begins <= today <= ends, scores[row.article_id] + more, row.at, row.article_id


def _look(
    session: Session, ids: Select[Any] | None, score: _Score, *, with_body: bool = False
) -> dict[int, float]:
    """The scores of those that fit indeed."""
    if ids is None:
        return {}
    body = (ArticleTextRow.body, ArticleTextRow.body_sounds)
    columns = (
        ArticleTextRow.article_id,
        ArticleTextRow.head,
        ArticleTextRow.head_sounds,
        ArticleTextRow.initials,
    )
    query = select(*columns, *(body if with_body else ())).where(ArticleTextRow.article_id.in_(ids))
    rows = session.execute(query.order_by(ArticleTextRow.article_id.desc()).limit(CANDIDATES))
    scored = ((row[0], score(Searched(*row[1:]))) for row in rows)
    return {article_id: value for article_id, value in scored if value is not None}


_HEAD: Final = (By.HEAD, By.HEAD_SOUNDS)
_ALL: Final = (By.HEAD, By.HEAD_SOUNDS, By.BODY, By.BODY_SOUNDS)


def _whole(session: Session, terms: Sequence[Term], columns: Sequence[By]) -> Select[Any]:
    """Ids of the articles in which each word may be."""
    each = [ArticleTextRow.article_id.in_(_having(session, term, columns)) for term in terms]
    return select(ArticleTextRow.article_id).where(and_(*each))


def _having(session: Session, term: Term, columns: Sequence[By]) -> Any:
    ways = [index.having(session, by, grams) for by in columns for grams in _grams(term, by) if grams]
    if len(term.initials) > 1:
        ways.append(index.having(session, By.INITIALS, pairs_of([term.initials])))
    return union(*ways) if ways else select(ArticleTextRow.article_id).where(false())


def _grams(term: Term, by: By) -> list[list[str]]:
    """The lists of grams of which one must be there whole."""
    if by in {By.HEAD, By.BODY}:
        pairs = pairs_of([term.characters])
        return [pairs or (list(term.characters) if by is By.HEAD else [])]
    heard = [term.syllables, term.syllables[:-1]] if term.is_open else [term.syllables]
    return [index.syllable_grams(syllables) for syllables in heard if len(syllables) > (by is By.BODY_SOUNDS)]


def _some(session: Session, terms: Sequence[Term]) -> Select[Any] | None:
    """Ids of the articles that have something of the words in title or tags."""
    pairs = [pair for term in terms for pair in pairs_of([term.syllables], BETWEEN)]
    return index.having(session, By.HEAD_SOUNDS, pairs, some=True) if pairs else None


def _share(article: Searched, terms: Sequence[Term]) -> float | None:
    best = max(scoring.share(article, term) for term in terms)
    return scoring.SOME * best if best >= scoring.LEAST_SHARE else None
