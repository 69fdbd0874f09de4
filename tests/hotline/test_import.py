"""Recordings made elsewhere go through the same pipeline: real files, real Vosk, real rules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from callers.dialogue import Dialogue, load_dialogues
from qa_scoring import load_packs
from tests.hotline.command import assert_one_sentence, hotline

RATE_HZ = 8000


def write_conversation(dialogue: Dialogue, path: Path, *, caller_channel: int = 0) -> Path:
    """A dialogue as a stereo recording, its turns one after the other with its pauses."""
    said: list[np.ndarray] = []
    for index, turn in enumerate(dialogue.turns):
        speech, _ = soundfile.read(dialogue.audio_path(index), dtype="int16")
        stretch = np.zeros((int(turn.pause_s * RATE_HZ) + len(speech), 2), np.int16)
        channel = caller_channel if turn.who == "caller" else 1 - caller_channel
        stretch[-len(speech) :, channel] = speech
        said.append(stretch)
    soundfile.write(path, np.concatenate(said), RATE_HZ)
    return path


def faulty_dialogue() -> Dialogue:
    """The first dialogue of 114 with a fault."""
    return next(one for one in load_dialogues().values() if one.hotline == "114" and one.faults)


@pytest.mark.slow
def test_a_recording_is_transcribed_and_judged_and_listed(tmp_path: Path) -> None:
    """The answer has the contract's shape, its flags are the dialogue's faults, and `show` says the same."""
    dialogue = faulty_dialogue()
    file = write_conversation(dialogue, tmp_path / "call.wav", caller_channel=1)
    facts = [option for key, value in dialogue.facts.items() for option in ("--fact", f"{key}={value}")]
    answer = hotline(
        "import", file, "--hotline", "114", "--operator", "8001", "--caller-channel", "1", *facts,
        "--wait", "--json", data=tmp_path / "var",
    )  # fmt: skip
    assert answer.status == 0, answer.err
    (document,) = answer.document
    assert (document["file"], document["state"], document["error"]) == (str(file), "scored", None)
    assert document["flags"] == list(dialogue.faults)
    assert 0 <= document["score"] < 100
    assert {turn["role"] for turn in document["transcript"]} == {"caller", "operator"}
    assert all(set(turn) == {"role", "start_s", "end_s", "text"} for turn in document["transcript"])
    failed = [finding for finding in document["findings"] if finding["verdict"] == "fail"]
    assert [finding["rule"] for finding in failed] == list(dialogue.faults)
    assert set(failed[0]["evidence"]) == {"start_s", "end_s", "text", "likeness"}

    shown = hotline("show", document["call_id"], "--json", data=tmp_path / "var").document
    proof = shown["proof"]
    assert proof["recording_sha256"] == proof["transcript_of_sha256"]
    assert (proof["chain_kind"], proof["chain_number"]) == ("sealed", 1)
    assert all(proof[name] for name in ("model", "model_sha256", "pack", "pack_version", "link_sha256"))
    assert {key: shown[key] for key in ("state", "score", "flags", "transcript", "findings")} == {
        key: document[key] for key in ("state", "score", "flags", "transcript", "findings")
    }
    listed = hotline("calls", "--flagged", "--json", data=tmp_path / "var").document
    assert [call["id"] for call in listed] == [document["call_id"]]


@pytest.mark.slow
@pytest.mark.parametrize("channels", [1, 2])
def test_a_mono_recording_judges_nobody(tmp_path: Path, channels: int) -> None:
    """With one sound for both, rules that need roles cannot tell and say why; nothing is deducted."""
    stereo, _ = soundfile.read(write_conversation(faulty_dialogue(), tmp_path / "stereo.wav"), dtype="int16")
    soundfile.write(tmp_path / "mono.mp3", np.stack([stereo.max(axis=1)] * channels, axis=1), RATE_HZ)
    answer = hotline(
        "import", tmp_path / "mono.mp3", "--hotline", "114", "--wait", "--json", data=tmp_path / "var"
    )
    (document,) = answer.document
    findings = {finding["rule"]: finding for finding in document["findings"]}
    of_all_desks = {rule.id for rule in load_packs().by_id("common").rules}
    needing_roles = of_all_desks - {"long-silence", "answer-delay"}
    assert needing_roles >= {"greeting", "closing", "forbidden-words", "offer-more-help", "overtalk"}
    assert "fail" not in {finding["verdict"] for finding in findings.values()}
    for rule in needing_roles:
        assert (rule, findings[rule]["verdict"]) == (rule, "cannot_tell")
        assert findings[rule]["reason"] == "录音只有一个混合声道，分不清话务员和用户，无法判定"
    assert (document["score"], document["flags"]) == (100, [])
    assert {turn["role"] for turn in document["transcript"]} == {"mixed"}
    assert len("".join(turn["text"] for turn in document["transcript"])) > 30


@pytest.mark.slow
def test_bad_files_are_told_and_the_good_one_goes_on(tmp_path: Path) -> None:
    """Text called .wav, an empty file, none at all: one sentence each, status 1, and the rest is scored."""
    good = write_conversation(faulty_dialogue(), tmp_path / "good.wav")
    (tmp_path / "text.wav").write_text("这不是录音\n" * 50, encoding="utf-8")
    (tmp_path / "empty.wav").write_bytes(b"")
    files = [tmp_path / "text.wav", tmp_path / "empty.wav", tmp_path / "none.wav", good]
    answer = hotline("import", *files, "--hotline", "114", "--wait", "--json", data=tmp_path / "var")
    assert answer.status == 1
    assert "Traceback" not in answer.err
    errors = [document["error"] for document in answer.document]
    assert "no audio file that we can read" in errors[0]
    assert "is empty (0 bytes)" in errors[1]
    assert "there is no file" in errors[2]
    assert errors[3] is None
    assert answer.document[3]["state"] == "scored"


def test_a_number_that_the_plan_does_not_have_is_refused(tmp_path: Path) -> None:
    """The sentence names the numbers that there are, and nothing is imported."""
    file = write_conversation(faulty_dialogue(), tmp_path / "a.wav")
    answer = hotline("import", file, "--hotline", "119", "--json", data=tmp_path / "var")
    assert_one_sentence(answer, "the plan has no number '119'; --hotline is one of 114, 112")
    assert hotline("calls", "--json", data=tmp_path / "var").document == []


def test_a_fact_that_is_none_is_refused(tmp_path: Path) -> None:
    """The sentence shows how to write one."""
    file = write_conversation(faulty_dialogue(), tmp_path / "a.wav")
    answer = hotline("import", file, "--hotline", "114", "--fact", "63012345", data=tmp_path / "var")
    assert_one_sentence(answer, "write e.g. --fact directory_number=63012345")
