"""Chinese first, English by a switch, both complete."""

from __future__ import annotations

import re
from enum import Enum

import httpx
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from console import words
from console.assets import LOCALE_DIR, ROOM
from console.rules import rule_ids
from ledger.states import CallState, Decision, OperatorState, Place, Reason, Result, Role, UserRole, Verdict
from tests.console.seeding import FLAGGED, QUARANTINED, REFUSED

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# What stays Chinese on English pages: the switch, names, and what the ledger holds.
DATA = ("中文", "李质监", "查号台", "综合台", "障碍台", "请稍等")


def used_strings() -> set[str]:
    """Every string that templates and code mark for translation."""
    methods = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
    found = extract_from_dir(str(ROOM), method_map=methods, keywords={"_": None, "N_": None})
    return {str(message) for _file, _line, message, _comments, _context in found}


def translated_strings() -> dict[str, str]:
    """The English catalogue."""
    with (LOCALE_DIR / "en" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale="en")
    return {str(message.id): str(message.string) for message in catalogue if message.id and not message.fuzzy}


def test_every_string_has_an_english_one_and_none_is_left_over() -> None:
    """The catalogue and the pages hold the same strings."""
    used, translated = used_strings(), translated_strings()
    assert used - {name for name, english in translated.items() if english} == set()
    assert set(translated) - used == set()


def test_translations_keep_the_places_for_values() -> None:
    """`%(count)s` and the like stand in both languages."""
    for chinese, english in translated_strings().items():
        holes = re.compile(r"%\(\w+\)s|%%")
        assert sorted(holes.findall(chinese)) == sorted(holes.findall(english)), chinese
        assert not CHINESE.search(english.replace("请稍等", "")), english


@pytest.mark.parametrize(
    ("members", "table"),
    [
        (CallState, words.STATES),
        (Result, words.RESULTS),
        (Reason, words.REASONS),
        (Place, words.PLACES),
        (Role, words.ROLES),
        (Verdict, words.VERDICTS),
        (Decision, words.DECISIONS),
        (UserRole, words.USER_ROLES),
        (OperatorState, words.OPERATOR_STATES),
    ],
)
def test_every_member_of_the_closed_sets_has_words(members: type[Enum], table: dict[Enum, str]) -> None:
    """A new state or reason cannot reach the pages without a name."""
    assert set(table) == set(members)


def test_the_standard_packs_rules_have_short_names() -> None:
    """Rules of the packs that come with the product are named in both languages."""
    assert set(rule_ids()) == set(words.RULES)


def test_pages_are_chinese_until_english_is_chosen(monitor: httpx.Client) -> None:
    """The switch is a cookie, and it leads back to the page where it was."""
    page = monitor.get("/calls?hotline=180").text
    assert '<html lang="zh-CN">' in page
    link = re.search(r'href="(/language/en[^"]*)"', page)
    assert link
    response = monitor.get(link[1])
    assert response.headers["location"] == "/calls?hotline=180"
    assert '<html lang="en">' in monitor.get("/calls").text
    monitor.get("/language/zh")
    assert '<html lang="zh-CN">' in monitor.get("/calls").text


@pytest.mark.parametrize(
    "path",
    [
        "/calls",
        "/calls?text=nothing",
        f"/calls/{FLAGGED}",
        f"/calls/{REFUSED}",
        f"/calls/{QUARANTINED}",
        "/wallboard",
        "/operators",
        "/nope",
    ],
)
def test_english_pages_have_no_chinese_left_but_what_was_said(monitor: httpx.Client, path: str) -> None:
    """Everything that is ours is English; what the ledger holds stays as it was said."""
    monitor.get("/language/en")
    html = monitor.get(path).text
    ours = re.sub(r'<(q|p|span)[^>]*lang="zh-CN"[^>]*>.*?</\1>', "", html, flags=re.DOTALL)
    for known in DATA:
        ours = ours.replace(known, "")
    assert CHINESE.findall(ours) == []


def test_the_sign_in_speaks_english_too(stranger: httpx.Client) -> None:
    """The language can be chosen before signing in."""
    stranger.get("/language/en?next=/sign-in")
    html = stranger.get("/sign-in").text
    assert "Sign in" in html
    assert CHINESE.findall(html.replace("中文", "")) == []


def test_only_known_languages_and_local_pages_are_taken(stranger: httpx.Client) -> None:
    """The switch knows two languages and leads nowhere else."""
    assert stranger.get("/language/fr").status_code == 422
    assert stranger.get("/language/en?next=https://evil.example").headers["location"] == "/calls"
