"""Exports, read by other people's readers: what was written is what they read."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
import textgrid
import webvtt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.transcripts.formats import Export, Format, write
from ledger.clock import now
from ledger.records import Call, Secret, Transcript, Turn, Word
from ledger.states import CallState, Origin, Role, SecretKind

SAID = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x85\u2028\u2029"),
    min_size=1,
    max_size=12,
)


def export_of(turns: tuple[Turn, ...], duration_s: float = 60.0) -> Export:
    """These turns of some call."""
    call = Call(
        id="20261125-1",
        origin=Origin.SIP,
        sip_call_id=None,
        hotline="114",
        caller=None,
        state=CallState.SCORED,
        received_at=now(),
    )
    transcript = Transcript(
        model="m", model_sha256="a" * 64, recording_sha256="b" * 64, turns=turns, settings={"beam": "10.0"}
    )
    secret = Secret(kind=SecretKind.MOBILE, turn=0, first=0, last=1, start_s=1.0, end_s=2.0)
    return Export(
        call=call, transcript=transcript, secrets=(secret,), duration_s=duration_s, is_unmasked=False
    )


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Turn, ...]:
    """Turns of two speakers, in order of time, which may overlap."""
    turns, start_s = [], 0.0
    for _ in range(draw(st.integers(1, 5))):
        start_s = round(start_s + draw(st.floats(0, 3)), 3)
        texts = draw(st.lists(SAID, min_size=1, max_size=4))
        words = tuple(
            Word(
                text=text,
                start_s=round(start_s + 0.3 * at, 3),
                end_s=round(start_s + 0.3 * at + 0.25, 3),
                confidence=1.0,
            )
            for at, text in enumerate(texts)
        )
        role = draw(st.sampled_from([Role.CALLER, Role.OPERATOR]))
        turns.append(
            Turn(role=role, start_s=start_s, end_s=words[-1].end_s, text="".join(texts), words=words)
        )
    return tuple(turns)


def squeezed(text: str) -> str:
    """Without blanks, which formats may fold."""
    return "".join(text.split())


@given(conversations())
def test_webvtt_is_read_by_webvtt_py(turns: tuple[Turn, ...]) -> None:
    """One cue a turn with its times, its speaker and its text, whatever signs are in it."""
    captions = list(webvtt.from_buffer(io.StringIO(write(export_of(turns), Format.WEBVTT))))
    assert len(captions) == len(turns)
    for caption, turn in zip(captions, turns, strict=True):
        assert caption.start_in_seconds == int(turn.start_s)
        assert caption.start.endswith(f"{round(turn.start_s * 1000) % 1000:03}")
        assert caption.voice == ("来电者" if turn.role is Role.CALLER else "话务员")
        for sign, escaped in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
            assert caption.raw_text.count(escaped) == turn.text.count(sign)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conversations())
def test_textgrid_is_read_by_a_praat_parser(tmp_path: Path, turns: tuple[Turn, ...]) -> None:
    """Two tiers a speaker without gaps or overlaps; every turn and word is where it was said."""
    file = tmp_path / "a.TextGrid"
    file.write_text(write(export_of(turns), Format.TEXTGRID), "utf-8")
    grid = textgrid.TextGrid.fromFile(str(file))
    roles = [role for role in Role if any(turn.role is role for turn in turns)]
    assert [tier.name for tier in grid.tiers] == [
        f"{role} {what}" for role in roles for what in ("turns", "words")
    ]
    for tier in grid.tiers:
        assert (tier.intervals[0].minTime, tier.intervals[-1].maxTime) == (0, grid.maxTime)
        assert all(a.maxTime == b.minTime for a, b in zip(tier.intervals, tier.intervals[1:], strict=False))
    said = [
        squeezed(turn.text) for role in roles for turn in turns if turn.role is role and squeezed(turn.text)
    ]
    read = [squeezed(each.mark) for tier in grid.tiers[::2] for each in tier.intervals if squeezed(each.mark)]
    assert sorted(read) == sorted(said)


@given(conversations())
def test_json_has_all_that_made_it(turns: tuple[Turn, ...]) -> None:
    """Turns with words, model, settings, the recording's hash, and where something is hidden."""
    document = json.loads(write(export_of(turns), Format.JSON))
    assert [turn["text"] for turn in document["turns"]] == [turn.text for turn in turns]
    assert [len(turn["words"]) for turn in document["turns"]] == [len(turn.words) for turn in turns]
    told = (document["model"], document["model_sha256"], document["recording_sha256"], document["settings"])
    assert told == ("m", "a" * 64, "b" * 64, {"beam": "10.0"})
    assert document["secrets"][0]["kind"] == "mobile"
    assert document["unmasked"] is False


@given(conversations())
def test_plain_text_has_a_line_a_turn(turns: tuple[Turn, ...]) -> None:
    """The time, the speaker, the text."""
    lines = write(export_of(turns), Format.TEXT).removesuffix("\n").split("\n")[2:]
    assert len(lines) == len(turns)
    assert all(re.match(r"\d+:\d\d (来电者|话务员)：", line) for line in lines)


@pytest.mark.parametrize("form", Format)
def test_a_call_in_which_nobody_spoke_is_exported_too(form: Format) -> None:
    """An empty document is a document."""
    assert write(export_of(()), form)
