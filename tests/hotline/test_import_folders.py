"""Folders of recordings, with all that lies in folders."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.hotline.command import assert_one_sentence, hotline
from tests.hotline.importing import assert_sealed_once, calls_in, rest, write_recording


def test_a_folder_is_searched_to_its_last_corner(tmp_path: Path) -> None:
    """Folders in folders, links to others and in circles, names in GB18030 or none: each file is one call."""
    folder = tmp_path / "recordings"
    write_recording(folder / "a.wav", 1)
    write_recording(folder / "2026" / "03" / "b.flac", 2)
    write_recording(tmp_path / "elsewhere" / "c.WAV", 3)
    write_recording(folder / "d.flac", 4).rename(folder / "without-ending")
    gb18030 = Path(os.fsdecode(os.fsencode(folder) + "/来电.wav".encode("gb18030")))
    write_recording(folder / "e.wav", 5).rename(gb18030)
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "2026" / "circle").symlink_to(folder)
    (folder / "._a.wav").write_bytes(b"a shadow that macOS leaves")
    (folder / "readme.txt").write_text("说明", encoding="utf-8")

    answer = hotline("import", folder, "--hotline", "114", "--json", data=tmp_path / "var")
    assert answer.status == 0, answer.err
    names = [Path(document["file"]).name for document in answer.document]
    assert sorted(names) == sorted(["a.wav", "b.flac", "c.WAV", "without-ending", "来电.wav"])
    assert {document["state"] for document in answer.document} == {"recorded"}
    assert "passed over 2 files that are no recordings: " in answer.err
    assert "5 imported, 0 already there, 0 refused" in answer.err
    assert_sealed_once(tmp_path / "var")


def test_bad_files_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Each on standard error in one sentence with its name; status 1, since one was imported."""
    folder = tmp_path / "recordings"
    write_recording(folder / "good.wav", 1)
    os.truncate(write_recording(folder / "cut.wav", 2), 20_000)
    rest(folder / "cut.wav")
    (folder / "picture.wav").write_bytes(b"\xff\xd8\xff\xe0 JFIF")
    (folder / "empty.wav").write_bytes(b"")
    (folder / "voice.amr").write_bytes(b"#!AMR\n")
    (folder / "lost.wav").symlink_to(folder / "nothing")
    answer = hotline("import", folder, "--hotline", "114", data=tmp_path / "var")
    assert answer.status == 1
    assert "Traceback" not in answer.err
    for sentence in (
        "picture.wav is no audio file that we can read: it is a JPEG picture",
        "empty.wav is empty (0 bytes); export it again",
        "voice.amr is AMR, which we do not read; convert it first: ffmpeg",
        "lost.wav; check the name",
        "2 imported, 0 already there, 4 refused",
    ):
        assert sentence in answer.err
    calls = calls_in(tmp_path / "var")
    assert calls["cut.wav"].facts == {"truncated": "0.6 of 1.0 s"}
    assert calls["good.wav"].facts == {}
    assert sorted(line.split(": ")[0] for line in answer.out.splitlines()) == [
        str(folder / "cut.wav"),
        str(folder / "good.wav"),
    ]


def test_where_nothing_can_be_imported_the_status_is_2(tmp_path: Path) -> None:
    """A folder without a recording says so, and so does an import of nothing at all."""
    (tmp_path / "empty").mkdir()
    answer = hotline("import", tmp_path / "empty", "--hotline", "114", data=tmp_path / "var")
    assert answer.status == 2
    assert f"there is no recording in the folder {tmp_path / 'empty'}" in answer.err
    assert_one_sentence(
        hotline("import", data=tmp_path / "var"), "nothing is named to import; name recordings"
    )


def test_a_folder_that_may_not_be_read_is_told() -> None:
    """The folders beside it are searched all the same."""
    with tempfile.TemporaryDirectory() as place:  # where others may look in, which pytest's folders forbid
        folder = Path(place)
        folder.chmod(0o755)
        write_recording(folder / "good.wav", 1)
        write_recording(folder / "closed" / "b.wav", 2)
        (folder / "closed").chmod(0)
        program = f"""
import os
from pathlib import Path
from hotline.intake.files import find_files
if os.geteuid() == 0:
    os.seteuid(65534)
found = find_files([Path({place!r})])
print([file.name for file in found.files], found.refused[0][1])
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        (folder / "closed").chmod(0o755)
    assert done.stdout.startswith("['good.wav'] the folder ")
    assert done.stdout.endswith("closed cannot be read (Permission denied); give the right\n")


def test_a_terminal_sees_a_bar_and_a_pipe_does_not(tmp_path: Path) -> None:
    """On standard error; standard output has its lines whatever happens there."""
    files = [write_recording(tmp_path / f"{seed}.wav", seed) for seed in range(3)]
    screen, terminal = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "hotline", "import", *map(str, files), "--hotline", "114"],
            env={**os.environ, "HOTLINE_DATA_DIR": str(tmp_path / "var"), "TERM": "xterm"},
            stdout=subprocess.PIPE, stderr=terminal, text=True, check=True, timeout=60,
        )  # fmt: skip
        drawn = os.read(screen, 1 << 16).decode()
    finally:
        os.close(screen)
        os.close(terminal)
    assert "3/3" in drawn
    assert "━" in drawn
    assert len(done.stdout.splitlines()) == 3
    assert "━" not in hotline("import", *files, "--hotline", "114", data=tmp_path / "var").err
