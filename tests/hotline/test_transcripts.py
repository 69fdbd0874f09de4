"""`hotline search`, `export-transcript` and `secrets`, as somebody at the machine uses them."""

from __future__ import annotations

from pathlib import Path

import pytest
import webvtt
from sqlalchemy import update

from ledger import audit
from ledger.database import open_ledger
from ledger.secrets_told import secrets_of
from ledger.settings import Settings, prepare_data_dir
from ledger.states import Role
from ledger.tables import TranscriptRow
from tests.console import seeding
from tests.hotline.command import assert_one_sentence, hotline

NUMBER = "幺三八零零幺三八零零零"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An installation with three calls: 故障 heard rightly, heard wrongly, and a mobile number."""
    settings = Settings(data_dir=tmp_path / "var")
    prepare_data_dir(settings)
    ledger = open_ledger(settings)
    said = {"right": "宽带有故障", "wrong": "宽带有鼓掌", "told": f"手机{NUMBER}"}
    with ledger.transaction() as session:
        for number, (call_id, text) in enumerate(said.items()):
            seeding.add_call(session, call_id, seeding.NOON.replace(day=20 + number))
            seeding.add_recording(session, settings, call_id)
            seeding.add_judgement(session, call_id, (seeding.turn(Role.CALLER, 6.0, *text),), ())
    ledger.close()
    return tmp_path / "var"


def test_search_finds_by_characters_and_by_sound(data: Path) -> None:
    """Exact ones first, others marked; a day limits it; status 1 where there is none."""
    both = hotline("search", "故障", "--by-sound", "--json", data=data).document
    assert [(call["call_id"], call["by_sound"]) for call in both] == [("right", False), ("wrong", True)]
    assert both[1]["turns"] == [{"role": "caller", "start_s": 6.0, "text": "宽带有鼓掌"}]
    late = hotline("search", "故障", "--by-sound", "--since", "2026-11-21", data=data).out
    assert late.splitlines()[0].startswith("wrong  114  8001  (sounds like it)")
    assert hotline("search", NUMBER, data=data).status == 1
    assert_one_sentence(hotline("search", "？！", data=data), "nothing in the text")


def test_an_export_hides_secrets_unless_told_otherwise(data: Path) -> None:
    """Who exports them stands in the audit log."""
    hidden = hotline("export-transcript", "told", "--format", "json", data=data).document
    assert hidden["turns"][0]["text"] == "手机" + "●" * 11
    file = data / "told.vtt"
    options = ("--format", "vtt", "--unmasked", "--output", file)
    assert hotline("export-transcript", "told", *options, data=data).status == 0
    assert NUMBER in webvtt.read(file)[0].text
    with open_ledger(Settings(data_dir=data)).reading() as session:
        (row,) = audit.find(session)
    assert (row.action, row.call_id, row.details) == (
        "saw_secrets",
        "told",
        '{"where": "export-transcript"}',
    )
    assert_one_sentence(hotline("export-transcript", "nobody", data=data), "there is no call")


def test_secrets_are_found_again(data: Path) -> None:
    """Only where an older finder looked, unless all are asked for."""
    ledger = open_ledger(Settings(data_dir=data))
    with ledger.transaction() as session:
        of_call = update(TranscriptRow).where(TranscriptRow.call_id == "told")
        session.execute(of_call.values(finder=0, secrets=[]))
    found = hotline("secrets", "--json", data=data).document
    nothing = {"id_card": 0, "bank_card": 0, "landline": 0, "address": 0}
    assert found == {**nothing, "transcripts": 1, "mobile": 1}
    with ledger.reading() as session:
        assert [secret.kind for secret in secrets_of(session, "told")] == ["mobile"]
    assert hotline("secrets", "--again", data=data).out.startswith("3 transcripts: 0 id_card")
