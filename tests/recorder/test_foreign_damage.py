"""Files that are broken off, lie about themselves, or are no recordings at all."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ledger.errors import BadRecording
from recorder.foreign import ForeignRecording, fingerprint, read_foreign
from recorder.foreign.kinds import shown
from recorder.foreign.reading import LONGEST_S

RATE_HZ = 8000
SECONDS = 4
# Places in the header that soundfile writes for 16-bit PCM.
CODING_AT, CHANNELS_AT, RATE_AT, BITS_AT, SIZE_AT = 20, 22, 24, 34, 40


def noise(seconds: float = SECONDS) -> np.ndarray:
    """Mono; noise, since silence would be coded in a few bytes."""
    return np.random.default_rng(7).integers(-9000, 9000, int(seconds * RATE_HZ)).astype(np.int16)


def write_noise(path: Path, **options: str) -> Path:
    """A sound file that is whole."""
    soundfile.write(path, noise(), RATE_HZ, **options)
    return path


def lie(path: Path, at: int, form: str, value: int) -> Path:
    """Write something else into a header."""
    with path.open("r+b") as file:
        file.seek(at)
        file.write(struct.pack(form, value))
    return path


def cut(path: Path, share: float) -> Path:
    """Break a file off after a share of its bytes."""
    os.truncate(path, int(path.stat().st_size * share))
    return path


def read(path: Path) -> ForeignRecording:
    """Read it with the file's own folder for scratch."""
    return read_foreign(path, 0, path.parent)


def refusal(path: Path) -> str:
    """The sentence with which a file is refused."""
    try:
        fingerprint(path)
        read(path)
    except BadRecording as error:
        return str(error)
    raise AssertionError(f"{path} was read")


def test_a_wav_that_breaks_off_gives_what_is_there(tmp_path: Path) -> None:
    """Its header promises more: half of the samples are sealed, and the fact says of how much."""
    foreign = read(cut(write_noise(tmp_path / "a.wav"), 0.5))
    assert np.array_equal(foreign.sound.samples[:, 0], noise()[: len(foreign.sound.samples)])
    assert len(foreign.sound.samples) == pytest.approx(SECONDS * RATE_HZ / 2, abs=30)
    assert foreign.facts == {"truncated": "2.0 of 4.0 s"}


@pytest.mark.parametrize(
    ("name", "options", "least_s", "says"),
    [
        ("a.flac", {}, 1.4, "of 4.0 s"),
        ("a.mp3", {"format": "MP3"}, 1.7, "of 4.0 s"),
        ("a.wav", {"subtype": "GSM610"}, 1.9, "of 4.0 s"),
        ("a.wav", {"subtype": "MS_ADPCM"}, 1.8, "of 4.0 s"),
        ("a.ogg", {"format": "OGG", "subtype": "OPUS"}, 0.9, "the end of the stream is missing"),
    ],
)
def test_other_codings_that_break_off_give_what_can_be_decoded(
    tmp_path: Path, name: str, options: dict[str, str], least_s: float, says: str
) -> None:
    """Half of the bytes: nearly half of the sound, and the fact `truncated`."""
    foreign = read(cut(write_noise(tmp_path / name, **options), 0.5))
    assert least_s <= len(foreign.sound.samples) / RATE_HZ <= 2.2
    assert says in foreign.facts["truncated"]


@pytest.mark.parametrize("stated", [0, 0xFFFFFFFF])
def test_a_header_that_was_never_finished_gives_what_is_there(tmp_path: Path, stated: int) -> None:
    """A recorder that crashed, or a pipe: the length is 0 or all ones, the samples are there."""
    foreign = read(lie(write_noise(tmp_path / "a.wav"), SIZE_AT, "<I", stated))
    assert np.array_equal(foreign.sound.samples[:, 0], noise())
    assert foreign.facts == {"truncated": "4.0 s, header never finished"}


def test_an_empty_wav_with_a_title_stays_empty(tmp_path: Path) -> None:
    """A length of 0 with another chunk behind it is the truth: the title is not played as sound."""
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(0, dtype=np.int16), RATE_HZ)
    with path.open("ab") as file:
        file.write(b"LIST" + struct.pack("<I", 600) + b"INFO" + bytes(596))
    assert "holds no sound (0 samples)" in refusal(path)


@pytest.mark.parametrize(
    ("at", "form", "value", "says"),
    [
        (RATE_AT, "<I", 0, "a.wav has a damaged header (0 Hz); export it again"),
        (RATE_AT, "<I", 0xFFFFFFFF, "a.wav has a damaged header (4294967295 Hz); export it again"),
        (RATE_AT, "<I", 1000, "a.wav says 1000 Hz; only 4000 to 192000 can be read: export it again"),
        (CHANNELS_AT, "<H", 0, "a.wav has a damaged header (0 channels); export it again"),
        (CHANNELS_AT, "<H", 7, "a.wav has 7 channels; import mono or stereo"),
        (BITS_AT, "<H", 0, "a.wav has a damaged header (0 bits a sample); export it again"),
        (CODING_AT, "<H", 0x83, "a.wav is G.729, which we do not read; convert it first: ffmpeg"),
        (CODING_AT, "<H", 0x4242, "a.wav is no audio file that we can read ("),
    ],
)
def test_a_header_that_lies_is_told(tmp_path: Path, at: int, form: str, value: int, says: str) -> None:
    """Each lie is named with what to do."""
    assert refusal(lie(write_noise(tmp_path / "a.wav"), at, form, value)).startswith(says)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.wav", b"", "a.wav is empty (0 bytes); export it again"),
        ("a.wav", b"RIFF\x24\0\0\0WAVE", "a.wav breaks off before its samples begin"),
        ("a.wav", bytes(9000), "it is nothing but zeros; copy or export it again"),
        ("a.wav", "这是文字，不是录音。\n".encode() * 20, "it is text; import the recording itself"),
        ("a.wav", "这是文字，不是录音。\n".encode("gb18030") * 20, "it is text"),
        ("a.wav", "这是文字，不是录音。\n".encode("utf-16") * 20, "it is text in UTF-16"),
        ("a.wav", b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(99), "it is a JPEG picture"),
        ("a.wav", b"PK\x03\x04" + bytes(99), "or an office document; unpack it, with its password"),
        ("a.wav", b"Salted__" + bytes(99), "it is encrypted by OpenSSL; decrypt it first"),
        ("a.wav", b"\x80\x80\x80\x81\x7f\x01" * 99, "no header says what it holds; export it as WAV, FLAC,"),
        ("a.mp3", np.random.default_rng(1).bytes(50_000), "it only begins like MP3; export it again"),
        ("a.amr", b"#!AMR\n" + bytes(99), "a.amr is AMR, which we do not read; convert it first: ffmpeg"),
        ("a.m4a", b"\0\0\0\x1cftypM4A " + bytes(99), "a.m4a is M4A, MP4 or 3GP, which we"),
        ("a.wma", b"\x30\x26\xb2\x75" + bytes(99), "a.wma is WMA, which we do not read; convert it first"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_recording_of_ours_is_told_by_what_it_is(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    """By its first bytes and not by its name, in one sentence that says what to do."""
    path = tmp_path / name
    path.write_bytes(content)
    assert says in refusal(path)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    """A missing one, a folder, a pipe that would block for ever, and links that go round in a circle."""
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "a.wav").symlink_to(tmp_path / "b.wav")
    (tmp_path / "b.wav").symlink_to(tmp_path / "a.wav")
    assert refusal(tmp_path / "none.wav") == f"there is no file {tmp_path}/none.wav; check the name"
    assert "is no file; name a recording" in refusal(tmp_path)
    assert "is no file; name a recording" in refusal(tmp_path / "pipe.wav")
    assert refusal(tmp_path / "a.wav").startswith("a.wav cannot be read (Too many levels of symbolic links)")


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    """Read by a user who has no right to it."""
    path = write_noise(tmp_path / "a.wav")
    path.chmod(0)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    program = f"""
import os
from pathlib import Path
from recorder.foreign import fingerprint  # before it becomes nobody, who may not read the installation
if os.geteuid() == 0:
    os.seteuid(65534)
fingerprint(Path({str(path)!r}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "a.wav cannot be read (Permission denied); give the right to read it" in done.stderr


def test_a_file_that_still_grows_is_refused(tmp_path: Path) -> None:
    """A recorder writes on while we look."""
    path = write_noise(tmp_path / "a.wav")
    program = f"import time\nwhile True:\n    open({str(path)!r}, 'ab').write(bytes(99)); time.sleep(0.1)"
    recorder = subprocess.Popen([sys.executable, "-c", program])
    try:
        size = path.stat().st_size
        while path.stat().st_size == size:
            os.sched_yield()
        assert "a.wav is still being written; import it when its recorder has finished" in refusal(path)
    finally:
        recorder.kill()
        recorder.wait()


@pytest.mark.parametrize("hours", [4.01, 9])
def test_more_than_four_hours_are_refused(tmp_path: Path, hours: float) -> None:
    """By the header, before anything is read."""
    path = write_noise(tmp_path / "a.wav", subtype="PCM_U8")
    size = int(hours * 3600 * RATE_HZ)
    os.truncate(path, size + 44)
    assert f"lasts {hours:.1f} hours; cut it below 4 hours" in refusal(lie(path, SIZE_AT, "<I", size))
    assert LONGEST_S == 4 * 3600


def test_a_blink_is_refused(tmp_path: Path) -> None:
    """10 ms hold no word."""
    soundfile.write(tmp_path / "a.wav", noise(0.01), RATE_HZ)
    assert refusal(tmp_path / "a.wav") == "a.wav lasts 10 ms, too short for a word; export it again"


def test_names_that_are_not_utf_8_are_shown_and_read(tmp_path: Path) -> None:
    """A name from Chinese Windows is shown in Chinese; bytes of no encoding are written out."""
    assert shown(os.fsdecode("来电.wav".encode("gb18030"))) == "来电.wav"
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.wav"))
    write_noise(tmp_path / "a.wav").rename(path)
    assert len(read(path).sound.samples) == SECONDS * RATE_HZ
    assert shown(path.name) == r"\xff\xfe.wav"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.wav", {}),
        ("a.wav", {"subtype": "GSM610"}),
        ("a.wav", {"subtype": "MS_ADPCM"}),
        ("a.flac", {}),
        ("a.mp3", {"format": "MP3"}),
        ("a.ogg", {"format": "OGG", "subtype": "OPUS"}),
        ("a.ogg", {"format": "OGG", "subtype": "VORBIS"}),
    ],
)
def test_whatever_is_damaged_is_read_or_told(tmp_path: Path, name: str, options: dict[str, str]) -> None:
    """A hundred times some bytes are others, of the header or of the rest, or the end is missing."""
    whole = write_noise(tmp_path / f"whole-{name}", **options).read_bytes()
    rng = np.random.default_rng(9)
    read_so_far = 0
    for _ in range(100):
        damaged = bytearray(whole[: rng.integers(30, len(whole) + 1)] if rng.random() < 0.5 else whole)
        reach = min(len(damaged), int(rng.choice([64, 512, len(damaged)])))
        for _ in range(rng.integers(1, 9)):
            damaged[rng.integers(0, reach)] = rng.integers(0, 256)
        (tmp_path / name).write_bytes(damaged)
        with suppress(BadRecording):  # anything else fails the test
            read_so_far += len(read(tmp_path / name).sound.samples) > 0
    assert 0 < read_so_far < 100
