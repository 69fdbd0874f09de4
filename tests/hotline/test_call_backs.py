"""Call-backs at the machine: campaigns of one's own by a file, and the pack that judges them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ruamel.yaml import YAML

from desks.campaigns.sayings import SAID
from desks.campaigns.standard import STANDARD
from desks.campaigns.states import Mode
from hotline.judging import conversation_of
from hotline.parts import Part
from ledger.records import Call, Recording, Transcript
from ledger.states import CallState, Origin
from qa_scoring import load_packs
from sip_config import load_plan
from sip_config.load import STANDARD_PLAN
from tests.hotline.command import hotline

AT = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
OWN = """
name: 夜间维护回访
kind: satisfaction
desk: "10050"
questions:
  - id: night-work
    text: 有没有影响您
    prompt: PROMPT
    answers: [{key: "1", meaning: 没有, satisfied: true}]
"""


def planned(folder: Path) -> Path:
    """The standard plan with a way out."""
    yaml = YAML()
    document = yaml.load(STANDARD_PLAN)
    document["outbound"] = {"address": "sip:{number}@192.0.2.5:5060", "caller_id": "10050"}
    yaml.dump(document, folder / "plan.yaml")
    return folder / "plan.yaml"


def test_a_campaign_by_a_file(tmp_path: Path) -> None:
    """Bad lines are told; without its prompt it does not start; then it does, is changed, and goes round."""
    data, plan = tmp_path / "var", planned(tmp_path)
    (tmp_path / "numbers.csv").write_text("13800000001,,,王先生\nabc\n", "gb18030")
    for prompt in ("ask-quality", "ask-nothing"):
        (tmp_path / f"{prompt}.yaml").write_text(OWN.replace("PROMPT", prompt), "utf-8")
    numbers = ("--numbers", tmp_path / "numbers.csv", "--plan", plan)
    made = hotline("campaigns", "make", tmp_path / "ask-quality.yaml", *numbers, data=data)
    assert made.status == 0, made.err
    assert "campaign 1: 1 people" in made.out
    assert "line 2 was not added: abc" in made.out
    nowhere = ("--numbers", tmp_path / "none.csv", "--plan", plan)
    refused = hotline("campaigns", "make", tmp_path / "ask-quality.yaml", *nowhere, data=data)
    assert (refused.status, "none.csv cannot be read" in refused.err) == (2, True)
    assert hotline("campaigns", "start", "1", "--plan", plan, data=data).status == 0
    hotline("campaigns", "make", tmp_path / "ask-nothing.yaml", *numbers, data=data)
    refused = hotline("campaigns", "start", "2", "--plan", plan, data=data)
    assert (refused.status, "ask-nothing" in refused.err) == (2, True)
    listed = hotline("campaigns", "list", "--json", data=data).document
    assert [(one["id"], one["state"], one["figures"]["people"]) for one in listed] == [
        (2, "draft", 1),
        (1, "running", 1),
    ]
    changed = hotline("campaigns", "change", "1", "--set", "limit_h=48", "--plan", plan, data=data)
    assert (changed.status, "limit_h: 120 → 48" in changed.out) == (0, True), changed.err
    refused = hotline("campaigns", "change", "1", "--set", "limit_h=many", "--plan", plan, data=data)
    assert (refused.status, "limit_h" in refused.err) == (2, True)
    round_ = hotline("campaigns", "run", "--once", "--json", data=data)
    assert round_.document == {"lost": 0, "taken": 0, "told": 0}


def test_the_standard_campaigns_can_be_held_in_mandarin_and_english() -> None:
    """By machine and by operators; nobody has to render anything first."""
    speech = load_plan().speech
    for kind, standard in STANDARD.items():
        own = {standard.greeting, *(question.prompt for question in standard.questions)}
        for language in ("zh", "en"):
            assert {*own, *SAID[Mode.MACHINE], *SAID[Mode.PROGRESSIVE]} <= speech.said_in(language), kind
    assert "outbound-notice" not in speech.said_in("yue")


def test_a_call_back_is_judged_by_the_pack_of_call_backs() -> None:
    """Whichever desk it belongs to: offers of further help are for callers, thanks are for whom we called."""
    call = Call(
        id="a",
        origin=Origin.OUTBOUND,
        sip_call_id=None,
        hotline="10050",
        caller="13800000001",
        state=CallState.TRANSCRIBED,
        received_at=AT,
        desk="112",
    )
    recording = Recording(
        call_id="a", path="", sha256="", duration_s=1.0, sample_rate_hz=8000, channels=2, sealed_at=AT
    )
    transcript = Transcript(model="", model_sha256="", recording_sha256="", turns=())
    pack = load_packs().of(conversation_of(Part(call=call), recording, transcript))
    rules = {rule.id for rule in pack.rules}
    assert pack.id == "outbound"
    assert {"callback-thanks", "forbidden-words"} <= rules
    assert not {"offer-more-help", "answer-delay", "number-readback"} & rules
