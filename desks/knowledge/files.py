"""Articles in a YAML file: a list, each with title, body and what else there is to say.

The keys are those of `desks.knowledge.records.Text`; days are written 2026-11-30.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlalchemy.orm import Session

from desks.knowledge import articles
from desks.knowledge.errors import BadArticle
from desks.knowledge.records import Text

STARTING_SET: Final = Path(__file__).parent / "articles" / "telecom.yaml"
_WORDS: Final = ("title", "body", "owner")
_LISTS: Final = ("tags", "desks", "hints")
_DAYS: Final = ("valid_from", "valid_to", "review_by")


def read(path: Path) -> list[Text]:
    """The articles of a file. Raises BadArticle with the article's place and its mistake."""
    try:
        documents = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadArticle(str(path), f"it cannot be read: {error.strerror}; name another file") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise BadArticle(str(path), f"it is no YAML in UTF-8: {' '.join(str(error).split())}") from error
    if not isinstance(documents, list) or not documents:
        raise BadArticle(str(path), "it must be a list of articles, each with title and body")
    return list(_texts(path, documents))


def bring(session: Session, texts: list[Text], *, by: str, why: str) -> tuple[int, int]:
    """Write articles, the same title being the same article; how many are new, and how many changed."""
    added = changed = 0
    for text in texts:
        there = articles.titled(session, text.title)
        if there is None:
            articles.add(session, text, by=by, why=why)
            added += 1
        elif there.text != text:
            articles.change(session, there.article_id, text, begun=there.number, by=by, why=why)
            changed += 1
    return added, changed


def _texts(path: Path, documents: list[Any]) -> Iterator[Text]:
    for place, document in enumerate(documents, start=1):
        try:
            yield articles.checked(_text(document))
        except BadArticle as error:
            raise BadArticle(f"{path}, article {place}", str(error)) from error


def _text(document: Any) -> Text:
    if not isinstance(document, dict):
        raise BadArticle("article", "it must have keys: title, body and others")
    unknown = set(document) - {*_WORDS, *_LISTS, *_DAYS}
    if unknown:
        raise BadArticle(str(sorted(map(str, unknown))[0]), "there is no such key")
    fields: dict[str, Any] = {key: _word(key, document.get(key, "")) for key in _WORDS}
    fields |= {key: tuple(_words(key, document.get(key, []))) for key in _LISTS}
    fields |= {key: _day(key, document.get(key)) for key in _DAYS}
    return Text(**fields)


def _word(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadArticle(key, "it must be text")
    return value


def _words(key: str, value: Any) -> Iterator[str]:
    if not isinstance(value, list):
        raise BadArticle(key, "it must be a list")
    yield from (str(word) for word in value)


def _day(key: str, value: Any) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise BadArticle(key, f"it must be a day such as 2026-11-30, not {value!r}")
