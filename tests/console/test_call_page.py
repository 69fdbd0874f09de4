"""One call: head, score, transcript, findings, and why there is no sound."""

from __future__ import annotations

import re

import httpx
import pytest

from console.assets import STATIC_DIR
from console.calls.pieces import show_turn
from console.rules import NAMES
from console.times import clock
from ledger import calls
from ledger.database import Ledger
from ledger.records import Evidence, Turn, Word
from ledger.settings import Settings
from ledger.states import FactKey, Role, UserRole, Verdict
from tests.console import seeding
from tests.console.conftest import sign_in
from tests.console.seeding import FLAGGED, FLAGGED_ONCE, QUARANTINED, REASONS, REFUSED


def test_the_head_tells_the_facts_and_how_the_call_ended(monitor: httpx.Client) -> None:
    """Number, desk, time, caller, operator, wait, facts, and the ending in words."""
    html = monitor.get(f"/calls/{FLAGGED}").text
    for part in (
        "114",
        "查号台",
        "2026-11-20 12:00:00",
        "13800000001",
        "8001",
        "1 秒",
        "所查号码",
        "68881234",
    ):
        assert part in html
    assert "<span>已服务</span><span>来电者挂机</span><span>人工通话</span>" in html


@pytest.mark.parametrize("role", [UserRole.MONITOR, UserRole.TEAM_LEAD, UserRole.ADMINISTRATOR])
def test_a_masked_fact_is_read_by_administrators_alone(
    stranger: httpx.Client, ledger: Ledger, role: UserRole
) -> None:
    """Others see that there is one and how long it is; what only programs read is shown to nobody."""
    with ledger.transaction() as session:
        seeding.add_user(session, "chen", role)
        told = {FactKey.MASKED_FACTS: "directory_number", "recording_pause": "{}"}
        calls.add_facts(session, FLAGGED, told)
    sign_in(stranger, name="chen")
    html = stranger.get(f"/calls/{FLAGGED}").text
    assert '所查号码 <span class="faint">已屏蔽</span>' in html
    assert ("68881234" in html) is (role is UserRole.ADMINISTRATOR)
    assert ("＊" * 8 in html) is (role is not UserRole.ADMINISTRATOR)
    assert not {"masked_facts", "recording_pause"} & set(re.findall(r"<dt>([a-z_]+)</dt>", html))
    assert "68881234" not in stranger.get(f"/api/calls/{FLAGGED}").text


def test_the_score_shows_how_it_came_about(monitor: httpx.Client) -> None:
    """A hundred less each finding's points, worst first."""
    html = monitor.get(f"/calls/{FLAGGED}").text
    box = html[html.index('id="score"') : html.index("</section>", html.index('id="score"'))]
    assert re.sub(r"<[^>]+>|\s+", "", box).endswith("机器评分70100−20服务忌语−10问候语")


def test_the_player_knows_where_sound_peaks_and_places_are(monitor: httpx.Client) -> None:
    """The script reads addresses, length, channels and spans from the page."""
    html = monitor.get(f"/calls/{FLAGGED}").text
    assert f'data-audio="/calls/{FLAGGED}/audio" data-peaks="/calls/{FLAGGED}/peaks"' in html
    assert 'data-duration="20.0" data-channels="2"' in html
    assert 'data-place="operator" data-start="4" data-end="20.0"' in html
    assert "排队等候" in html  # in the legend


def test_words_carry_their_times_and_the_evidence_is_marked(monitor: httpx.Client) -> None:
    """Each word has its place, so that a script can light it; what a failed finding rests on is marked."""
    html = monitor.get(f"/calls/{FLAGGED}").text
    turns = dict(re.findall(r'id="turn-(\d)" data-timing="([^"]*)"', html))
    assert turns["2"].split()[:2] == ["2,600,40", "2,40,40"]  # 请问 from 6.0 to 6.4, 人民 from 6.4 to 6.8
    assert turns["3"].split()[:2] == ["1,900,40,e", "3,40,40,e"]
    assert '<p class="turn-text" lang="zh-CN">请问人民医院的电话</p>' in html


def test_findings_come_worst_first_with_their_evidence(monitor: httpx.Client) -> None:
    """Failed ones by points, then those that nobody can tell, the rest folded away."""
    html = monitor.get(f"/calls/{FLAGGED}").text
    titles = re.findall(r"<h3[^>]*>([^<]+)</h3>", html)
    assert titles == ["服务忌语", "问候语", "主动询问其他需要", "结束语", "报号核对"]
    assert html.index('class="settled"') > html.index("主动询问其他需要")
    for part in ("我不知道你问别人去", "相似度 97%", REASONS["forbidden-words"], "−20", "0:09–0:11"):
        assert part in html


def test_a_refused_call_says_why_there_is_no_sound(monitor: httpx.Client) -> None:
    """The reason stands where the waveform would be."""
    html = monitor.get(f"/calls/{REFUSED}").text
    assert "这通电话没有接通，因此没有录音：线路全忙（486）" in html
    assert 'id="player"' not in html
    assert "转写" not in html  # nothing is to come


def test_a_quarantined_call_shows_its_error(monitor: httpx.Client) -> None:
    """The last error and what to do about it."""
    html = monitor.get(f"/calls/{QUARANTINED}").text
    assert "the capture has no samples; record again" in html
    assert "请管理员重新处理" in html


@pytest.mark.parametrize(
    "call_id", ["nope", "..", "%2e%2e%2fledger.sqlite3", "..%2F..%2Fetc%2Fpasswd", "a" * 5000]
)
@pytest.mark.parametrize("rest", ["", "/audio", "/peaks"])
def test_an_unknown_call_is_a_page_that_says_so(monitor: httpx.Client, call_id: str, rest: str) -> None:
    """Ids are looked up in the ledger: there is no way from an address to a file."""
    response = monitor.get(f"/calls/{call_id}{rest}")
    assert response.status_code in {303, 404}  # `..` alone leads to the start page before it gets here
    if response.status_code == 404:
        assert "回到录音列表" in response.text


def test_a_flagged_call_without_words_still_shows_the_reason(monitor: httpx.Client) -> None:
    """A finding without evidence has no moment to play, but it has its reason and its form."""
    html = monitor.get(f"/calls/{FLAGGED_ONCE}").text
    assert "closing 的理由" in html
    assert "data-moment" not in html
    assert 'value="confirmed"' in html


def said(turn: Turn, *moments: Evidence) -> list[tuple[str, float, float, bool]]:
    """A turn's pieces as tuples."""
    findings = [seeding.finding("x", Verdict.FAIL, 1, moment) for moment in moments]
    return [(p.text, p.start_s, p.end_s, p.is_evidence) for p in show_turn(turn, findings).pieces]


def test_what_no_word_says_gets_the_time_between_its_neighbours() -> None:
    """The text is shown as it is, with punctuation that nobody said; a figure has its digit's time."""
    words = (
        Word(text="号码", start_s=1, end_s=2, confidence=1),
        Word(text="八八", start_s=2, end_s=3, confidence=1),
        Word(text="请", start_s=3, end_s=4, confidence=1),
    )
    turn = Turn(role=Role.OPERATOR, start_s=1, end_s=5, text="号码 88，请。", words=words)
    assert said(turn) == [
        ("号码", 1, 2, False),
        (" ", 2, 2, False),
        ("88", 2, 3, False),
        ("，", 3, 3, False),
        ("请", 3, 4, False),
        ("。", 4, 5, False),
    ]


def test_masked_words_do_not_come_back_through_their_times() -> None:
    """A word that the text hides is not shown."""
    words = (Word(text="六二二二", start_s=1, end_s=2, confidence=1),)
    turn = Turn(role=Role.CALLER, start_s=1, end_s=2, text="****", words=words)
    assert said(turn) == [("****", 1, 2, False)]


def test_only_words_inside_the_evidence_are_marked() -> None:
    """The neighbours of the evidence stay plain."""
    turn = seeding.turn(Role.OPERATOR, 0, "喂", "您好")
    moment = Evidence(start_s=0, end_s=0.4, text="喂", likeness=1)
    assert said(turn, moment) == [("喂", 0, 0.4, True), ("您好", 0.4, 0.8, False)]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (9.99, "0:09"), (83.4, "1:23"), (3683, "1:01:23")]
)
def test_places_in_a_call_read_like_a_clock(seconds: float, text: str) -> None:
    """Minutes and seconds, with hours where there are any."""
    assert clock(seconds) == text


def test_a_call_of_thirty_minutes_stays_light(
    monitor: httpx.Client, ledger: Ledger, settings: Settings
) -> None:
    """Everything that the browser loads before the sound has less than 400 kB, with 4,000 words spoken."""
    with ledger.transaction() as session:
        seeding.add_call(session, "long", seeding.NOON)
        seeding.add_recording(session, settings, "long")
        said = ("您好", "请问", "有", "什么", "可以", "帮", "您", "的", "吗", "谢谢")
        roles = (Role.CALLER, Role.OPERATOR)
        turns = tuple(seeding.turn(roles[n % 2], 4.5 * n, *said) for n in range(400))
        findings = tuple(seeding.finding(rule, Verdict.PASS) for rule in NAMES)
        seeding.add_judgement(session, "long", turns, findings)
    page = monitor.get("/calls/long")
    linked = set(re.findall(r'(?:src|href)="(/static/[^"#]+\.(?:js|css))"', page.text))
    linked |= {f"/static/{name}" for name in imported("call.js")}
    loaded = [page, monitor.get("/calls/long/peaks"), *(monitor.get(path) for path in sorted(linked))]
    assert all(answer.status_code == 200 for answer in loaded)
    assert len(linked) > 15
    assert sum(answer.num_bytes_downloaded for answer in loaded) < 400_000


def imported(name: str) -> set[str]:
    """The scripts that a script loads, and those that these load."""
    found = set(re.findall(r'from "\./([^"]+)"', (STATIC_DIR / name).read_text(encoding="utf-8")))
    return found.union(*(imported(each) for each in found if not each.startswith("vendor/")))
