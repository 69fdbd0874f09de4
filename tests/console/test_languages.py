"""Chinese first, English by a switch, both complete."""

from __future__ import annotations

import re
from enum import Enum

import httpx
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from console import errors, words
from console.assets import LOCALE_DIR, ROOM
from console.campaigns import wording as campaign_words
from console.refusal_words import error_words
from console.rules import NAMES, rule_ids
from desks.campaigns.languages import Spoken
from desks.campaigns.standing import Standing
from ivr.feature_code import PROMPTS, UNCHANGED
from ledger import calls, case_errors, conflicts
from ledger.database import Ledger
from ledger.entered import OWN_FACTS
from ledger.errors import Conflict
from ledger.records import Facts
from ledger.states import (
    CallState,
    Decision,
    FactKey,
    OperatorState,
    Place,
    Reason,
    Result,
    Role,
    UserRole,
    Verdict,
)
from qa_scoring import load_packs
from sip_config import load_plan
from sip_config.speech import LANGUAGES
from tests.console.seeding import FLAGGED, QUARANTINED, REFUSED

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# What stays Chinese on English pages: the switch, names, and what the ledger holds.
DATA = ("中文", "李质监", "查号台", "综合台", "障碍台", "请稍等", "张话务", "陈话务", "刘话务")


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
        assert "%" not in holes.sub("", english), english  # filling it in would fail
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
        (Standing, campaign_words.STANDINGS),
        (Spoken, campaign_words.LANGUAGES),
    ],
)
def test_every_member_of_the_closed_sets_has_words(members: type[Enum], table: dict[Enum, str]) -> None:
    """A new state or reason cannot reach the pages without a name."""
    assert set(table) == set(members)


def test_every_fact_that_the_hotline_writes_has_words() -> None:
    """So have the standard plan's entries of digits, and each value that is a word."""
    collected = {collection.fact for collection in load_plan().collections.values()}
    assert set(words.FACTS) == {*FactKey, *collected} - OWN_FACTS
    assert set(words.FACT_VALUES[FactKey.FEATURE]) == {UNCHANGED, *PROMPTS.values()}
    assert set(words.FACT_VALUES[FactKey.LANGUAGE]) == set(LANGUAGES) == set(Spoken)
    told = translated_strings()
    values = {value for table in words.FACT_VALUES.values() for value in table.values()}
    assert all(told[word] for word in {*words.FACTS.values(), *values})


@pytest.mark.parametrize("room", ["ivr", "hotline"])
def test_no_fact_is_written_by_a_name_that_pages_cannot_know(room: str) -> None:
    """Facts of the hotline's own are members of the closed set, never strings that stand in the code."""
    code = {path: path.read_text() for path in (ROOM.parent / room).rglob("*.py")}
    bare = re.compile(r"""facts(\[|=\{|\.update\(\{?|\.setdefault\()\s*f?["']""")
    judged = "judging.py"  # what the rules are told of a call; no page shows it
    assert [path for path, text in code.items() if bare.search(text) and path.name != judged] == []


@pytest.mark.parametrize(
    ("facts", "chinese", "english"),
    [
        (
            {"survey_asked": "no", "survey_why": "caller_hung_up"},
            "征询满意度 否 未征询原因 来电者先挂机",
            "Survey asked no Why not asked the caller hung up first",
        ),
        ({"left_after_s": "12"}, "接通后几秒挂机 12", "Left after, s 12"),
        ({"feature": "operator-away"}, "功能码结果 离席", "Feature code Away"),
        (
            {"survey_asked": "yes", "survey_mark": "5"},
            "征询满意度 是 满意度评分 5",
            "Survey asked yes Survey mark 5",
        ),
        ({"meter_number": "yes"}, "meter_number yes", "meter_number yes"),
    ],
)
def test_facts_are_told_in_words(
    monitor: httpx.Client, ledger: Ledger, facts: Facts, chinese: str, english: str
) -> None:
    """What a plan collects under a name of its own is shown as it is."""
    with ledger.transaction() as session:
        calls.add_facts(session, REFUSED, facts)
    for language, told in (("zh", chinese), ("en", english)):
        monitor.get(f"/language/{language}")
        html = monitor.get(f"/calls/{REFUSED}").text
        (shown,) = re.findall(r'<dl class="facts">(.*?)</dl>', html, re.DOTALL)
        assert " ".join(re.sub(r"<[^>]*>", " ", shown).split()).endswith(told)


def test_the_standard_packs_rules_have_short_names() -> None:
    """Rules of the packs that come with the product are named in both languages."""
    rules = [rule for pack in load_packs().packs for rule in pack.rules]
    assert {rule.id for rule in rules} == set(NAMES)
    assert set(rule_ids()) == {rule.id for rule in rules if rule.flag}


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
        "/samples",
        "/wallboard",
        "/operators",
        "/rounds",
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


def test_only_what_others_changed_is_called_so() -> None:
    """Each other reason why something cannot be done has a sentence of its own."""
    modules = (case_errors, conflicts, errors)
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    told = [
        error_words(kind.__new__(kind))
        for kind in kinds
        if issubclass(kind, Conflict) and kind is not Conflict
    ]
    assert len(set(told)) == len(told) > 20
    assert error_words(Conflict()) not in told
