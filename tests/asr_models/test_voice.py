"""The synthesiser's own arithmetic; with the asset installed, the synthesiser itself."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from asr_models.english import english_phonemizer, voice_letters
from asr_models.voice import (
    ASSET,
    EDGE_SILENCE_S,
    ENGLISH_VOICE,
    MODEL_RATE_HZ,
    TELEPHONE_RATE_HZ,
    Voice,
    by_script,
    split_text,
    to_telephone,
)
from ledger.errors import MissingAsset
from ledger.settings import Settings
from tests.programs import needs


def tone(frequency_hz: float, *, seconds: float, amplitude: float = 0.05) -> np.ndarray:
    """A sine at the model's rate."""
    moments = np.arange(int(seconds * MODEL_RATE_HZ)) / MODEL_RATE_HZ
    return (amplitude * np.sin(2 * np.pi * frequency_hz * moments)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    """Nothing, at the model's rate."""
    return np.zeros(int(seconds * MODEL_RATE_HZ), dtype=np.float32)


def level_dbfs(audio: np.ndarray) -> float:
    """The RMS level."""
    return float(10 * np.log10(np.mean(np.square(audio.astype(np.float64)))))


def test_speech_is_brought_to_the_telephone_level() -> None:
    """Quiet and loud speech both come out at -20 dBFS, silence around it not counted."""
    for amplitude in (0.002, 0.9):
        spoken = to_telephone(
            np.concatenate([silence(2), tone(400, seconds=1, amplitude=amplitude), silence(2)])
        )
        inside = spoken[TELEPHONE_RATE_HZ // 4 : -TELEPHONE_RATE_HZ // 4]
        assert level_dbfs(inside) == pytest.approx(-20.0, abs=0.5)


def test_peaks_are_never_clipped() -> None:
    """Speech with a peak far above its level is kept below full scale."""
    speech = tone(300, seconds=1, amplitude=0.01)
    speech[12_000:12_024] += tone(1000, seconds=0.001, amplitude=0.9)
    assert np.abs(to_telephone(speech)).max() <= 0.951


def test_silence_at_the_ends_is_a_tenth_of_a_second() -> None:
    """Long silence is cut and missing silence is added."""
    for before, after in ((1.5, 0.8), (0.0, 0.0)):
        spoken = to_telephone(np.concatenate([silence(before), tone(500, seconds=1), silence(after)]))
        assert len(spoken) / TELEPHONE_RATE_HZ == pytest.approx(1 + 2 * EDGE_SILENCE_S, abs=0.03)


def test_what_a_telephone_cannot_carry_is_gone() -> None:
    """A tone above 4 kHz does not come back as another one."""
    both = tone(1000, seconds=1) + tone(5000, seconds=1)
    spectrum = np.abs(np.fft.rfft(to_telephone(both)))
    hz = np.fft.rfftfreq((len(spectrum) - 1) * 2, 1 / TELEPHONE_RATE_HZ)
    alias = spectrum[(hz > 2900) & (hz < 3100)].max()
    assert alias < spectrum.max() / 300


def test_silence_alone_is_no_speech() -> None:
    """A synthesiser that made no sound is told, not committed."""
    with pytest.raises(ValueError, match="no sound"):
        to_telephone(silence(1))


def test_a_short_text_stays_whole() -> None:
    """What fits the model is not cut."""
    assert split_text("您好，请问查哪里？", len, 20) == ["您好，请问查哪里？"]


def test_a_long_text_is_cut_at_its_punctuation() -> None:
    """Pieces fit, end at punctuation, are as few as possible, and lose nothing."""
    text = "您好，这里是查号台。请问您查哪里？谢谢您的来电，再见。"
    pieces = split_text(text, len, 12)
    assert pieces == ["您好，这里是查号台。", "请问您查哪里？", "谢谢您的来电，再见。"]
    assert "".join(pieces) == text


def test_a_long_text_without_punctuation_is_cut_all_the_same() -> None:
    """No piece is longer than the model can take."""
    pieces = split_text("一" * 50 + "，" + "二" * 5, len, 8)
    assert max(map(len, pieces)) <= 8
    assert "".join(pieces) == "一" * 50 + "，" + "二" * 5


def test_missing_packages_are_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the render extra the error names the command that installs it."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingAsset, match=r"pip install 'hotline\[render\]'"):
        Voice(tmp_path)


def test_a_missing_voice_is_told_in_one_sentence(tmp_path: Path) -> None:
    """Without the asset the error names the command that installs it."""
    with pytest.raises(MissingAsset, match=f"hotline models install {ASSET}"):
        Voice(tmp_path)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:jieba")  # it asks for its files the old way
def test_a_greeting_is_spoken() -> None:
    """Real speech comes out: a plausible length, at the telephone level, and faster where that is asked."""
    voice = Voice(Settings().models_dir / ASSET)
    plain = voice.say("您好，请问查哪里？", voice="zf_xiaoxiao")
    fast = voice.say("您好，请问查哪里？", voice="zf_xiaoxiao", speed=1.4)
    assert plain.dtype == np.float32
    assert 1.0 < len(plain) / TELEPHONE_RATE_HZ < 4.0
    assert len(fast) < 0.9 * len(plain)
    assert -26 < level_dbfs(plain) < -18
    with pytest.raises(MissingAsset, match="zf_nobody"):
        voice.say("您好", voice="zf_nobody")
    with pytest.raises(ValueError, match="no sound"):
        voice.say(" ", voice="zf_xiaoxiao")


def test_english_words_in_a_mandarin_text_are_another_speakers() -> None:
    """Runs of Latin letters go to the English voice; punctuation alone is nobody's."""
    runs = list(by_script("普通话请按一。For English, press three.", "zf_xiaoxiao"))
    assert runs == [("zf_xiaoxiao", "普通话请按一。"), (ENGLISH_VOICE, "For English, press three.")]
    assert list(by_script("Hello, 你好。", ENGLISH_VOICE)) == [(ENGLISH_VOICE, "Hello, 你好。")]
    assert list(by_script("，。", "zf_xiaoxiao")) == []


@pytest.mark.parametrize(
    ("ipa", "letters"),
    [
        ("pɹˈɛs θɹˈiː", "pɹˈɛs θɹˈi"),
        ("plˈiːz hˈo^ʊld", "plˈiz hˈOld"),
        ("sˈɜːvɪs", "sˈɜɹvɪs"),
        ("dᵻɹˈɛktɚɹi", "dᵻɹˈɛktəɹi"),
        ("t^ʃˈe^ɪnd^ʒ", "ʧˈAnʤ"),
    ],
)
def test_english_sounds_in_the_voices_own_letters(ipa: str, letters: str) -> None:
    """Diphthongs and affricates are one letter each, as the voice was trained with."""
    assert voice_letters(ipa) == letters


@needs("espeak-ng")
def test_english_keeps_its_pauses() -> None:
    """Clauses are phonemized one by one and their punctuation stays; a.m. is no end of a sentence."""
    phonemize = english_phonemizer()
    assert phonemize("Sorry, goodbye.").count(",") == 1
    assert "." not in phonemize("eight a.m").strip()


def test_rendering_english_without_espeak_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence with the package's name."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingAsset, match="apt-get install espeak-ng"):
        english_phonemizer()
