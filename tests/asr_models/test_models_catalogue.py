"""The catalogue that comes with the program, and the mistakes that one may have."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr_models.catalogue import UrlSource, load_catalogue, standard_catalogue
from ledger.errors import BadAsset, MissingAsset

ENTRY = """
assets:
  - name: m
    kind: recogniser
    language: zh-CN
    licence: Apache-2.0
    about: test
    files:
      - {{name: m.bin, size_bytes: 1, sha256: {sha256}, path: {path}, sources: {sources}}}
"""


def test_the_standard_catalogue_pins_the_recogniser_and_the_voices() -> None:
    """All assets are there, every file with a hash of 64 digits, a size and at least one source."""
    catalogue = standard_catalogue()
    assert [asset.name for asset in catalogue.assets] == [
        "vosk-model-small-cn-0.22",
        "vosk-model-cn-0.22",
        "vosk-model-small-en-us-0.15",
        "kokoro-82m-v1.0-int8",
        "kokoro-82m-v1.0-english",
        "kokoro-82m-v1.0-mandarin",
    ]
    assert [asset.name for asset in catalogue.assets if not asset.is_pinned] == ["vosk-model-cn-0.22"]
    files = [file for asset in catalogue.assets if asset.is_pinned for file in asset.files]
    assert all(len(file.sha256 or "") == 64 and file.sources and file.size_bytes for file in files)
    assert len({file.sha256 for file in files}) == len(files)


def test_what_recognition_needs_has_more_than_one_source() -> None:
    """A recogniser's files do not hang on one server."""
    recogniser = standard_catalogue().get("vosk-model-small-cn-0.22")
    assert all(len(file.sources) > 1 for file in recogniser.files)


def test_addresses_are_encrypted() -> None:
    """Every address of the standard catalogue is https."""
    sources = [s for asset in standard_catalogue().assets for file in asset.files for s in file.sources]
    assert all(s.url.startswith("https://") for s in sources if isinstance(s, UrlSource))


def test_the_voice_has_the_files_that_the_synthesiser_opens() -> None:
    """Model, vocabulary and the six Mandarin voices lie where `asr_models.voice` looks for them."""
    targets = {file.target for file in standard_catalogue().get("kokoro-82m-v1.0-int8").files}
    speakers = ("zf_xiaoxiao", "zf_xiaobei", "zf_xiaoyi", "zm_yunxi", "zm_yunyang", "zm_yunxia")
    assert targets == {"model.onnx", "vocab.json", *(f"voices/{speaker}.bin" for speaker in speakers)}


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    """A mistyped name is answered with the list."""
    with pytest.raises(MissingAsset, match=r"no 'vosk'; choose one of: vosk-model-small-cn-0\.22, vosk-"):
        standard_catalogue().get("vosk")


@pytest.mark.parametrize(
    ("sha256", "path", "sources", "said"),
    [
        ("abc", "m.bin", "[{url: 'https://example.org/m'}]", "sha256"),
        ("0" * 64, "../m.bin", "[{url: 'https://example.org/m'}]", "stays in its folder"),
        ("0" * 64, "m.bin", "[]", "sources"),
        ("0" * 64, "m.bin", "[{url: 'file:///etc/passwd'}]", "url"),
        ("0" * 64, "m.bin", "[{pip: [a, b], version: '1', members: [x]}]", "exactly one member"),
    ],
)
def test_a_mistake_in_a_catalogue_is_named(
    tmp_path: Path, sha256: str, path: str, sources: str, said: str
) -> None:
    """A short hash, a path that leaves its folder, no source, a foreign address: each is refused."""
    file = tmp_path / "catalogue.yaml"
    file.write_text(ENTRY.format(sha256=f"'{sha256}'", path=path, sources=sources), encoding="utf-8")
    with pytest.raises(BadAsset, match=said):
        load_catalogue(file)
