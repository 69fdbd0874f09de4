"""Mistakes of people get one clear sentence and status 2; nothing is lost and no traceback is shown."""

from __future__ import annotations

import socket
from pathlib import Path

from hotline.ports import free_port
from tests.hotline.command import assert_one_sentence, hotline

BROKEN_PLAN = """\
version: 1
numbers:
  "114": {name: 查号台, greeting: greeting-114, menu: main, desk: "115"}
menus:
  main: {prompt: menu-114, keys: {"1": {desk: "113"}}, otherwise: {desk: "114"}}
desks:
  "114": {name: 查号台, operators: ["8001"]}
operators:
  "8001": {name: 一号, address: 8001 at home}
"""


def test_a_broken_plan_is_told_with_every_line(tmp_path: Path) -> None:
    """Three mistakes in three lines, all told at once."""
    plan = tmp_path / "plan.yaml"
    plan.write_text(BROKEN_PLAN, encoding="utf-8")
    answer = hotline("up", "--plan", plan, data=tmp_path / "var")
    assert_one_sentence(answer, "plan.yaml:3:")
    for line in (3, 5, 9):
        assert f"plan.yaml:{line}: " in answer.err


def test_a_missing_model_is_told_before_anything_is_imported(tmp_path: Path) -> None:
    """The sentence names the command that installs it."""
    file = tmp_path / "a.wav"
    file.write_bytes(b"RIFF")
    answer = hotline(
        "import", file, "--hotline", "114", "--wait", data=tmp_path / "var", HOTLINE_MODELS_DIR=str(tmp_path)
    )
    assert_one_sentence(answer, "run `hotline models install vosk-model-small-cn-0.22`")
    assert hotline("calls", "--json", data=tmp_path / "var").document == []


def test_up_without_a_model_says_so_and_starts_nothing(tmp_path: Path) -> None:
    """The worker's sentence is shown, the other parts are stopped again."""
    answer = hotline(
        "up", "--sip-port", str(free_port()), "--console-port", str(free_port()),
        data=tmp_path / "var", HOTLINE_MODELS_DIR=str(tmp_path),
    )  # fmt: skip
    assert answer.status == 2
    assert "run `hotline models install vosk-model-small-cn-0.22`" in answer.err
    assert "Traceback" not in answer.err


def test_a_model_of_another_hash_is_refused(tmp_path: Path) -> None:
    """A file brought by hand that is not the pinned one is named with what was expected."""
    (tmp_path / "vosk-model-small-cn-0.22.zip").write_bytes(b"not the model")
    answer = hotline(
        "models", "install", "--from", tmp_path, data=tmp_path / "var",
        HOTLINE_MODELS_DIR=str(tmp_path / "models"), PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path),
        PIP_INDEX_URL="http://127.0.0.1:9/", PIP_EXTRA_INDEX_URL="http://127.0.0.1:9/",
    )  # fmt: skip
    assert answer.status == 2
    assert "vosk-model-small-cn-0.22.zip" in answer.err
    assert "3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba" in answer.err
    assert "Traceback" not in answer.err


def test_a_taken_console_port_is_told(tmp_path: Path) -> None:
    """The sentence says which port and which option."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        answer = hotline(
            "up", "--sip-port", str(free_port()), "--console-port", str(port), data=tmp_path / "var"
        )
    assert answer.status == 2
    assert f"the console cannot listen on 127.0.0.1:{port}" in answer.err
    assert "--console-port" in answer.err
    assert "Traceback" not in answer.err


def test_a_taken_sip_port_is_found_by_check(tmp_path: Path) -> None:
    """`hotline check` looks at both ports before anything is started."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        answer = hotline("check", "--sip-port", str(port), "--json", data=tmp_path / "var")
    assert answer.status == 2
    assert any(f"port {port}/UDP on 127.0.0.1 is taken" in problem for problem in answer.document["problems"])


def test_check_of_a_sound_installation_finds_nothing(tmp_path: Path) -> None:
    """The standard plan, prompts, packs and the model are all well."""
    answer = hotline(
        "check", "--sip-port", str(free_port()), "--console-port", str(free_port()), "--json",
        data=tmp_path / "var",
    )  # fmt: skip
    assert (answer.document["ok"], answer.document["problems"]) == (True, [])
    assert [warning[:18] for warning in answer.document["warnings"]] == [
        "no model hears yue",
        "no model hears en ",
    ]
    assert answer.status == 0


def test_a_data_path_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Here a file is in the way."""
    (tmp_path / "file").write_text("x")
    answer = hotline("calls", data=tmp_path / "file" / "var")
    assert_one_sentence(answer, "choose another with --data")


def test_an_unknown_call_is_told(tmp_path: Path) -> None:
    """The sentence says where the ids are."""
    assert_one_sentence(
        hotline("show", "nobody", data=tmp_path / "var"),
        "there is no call 'nobody'; `hotline calls` lists them",
    )


def test_a_wrong_setting_in_the_environment_is_told(tmp_path: Path) -> None:
    """The variable is named."""
    answer = hotline("calls", data=tmp_path / "var", HOTLINE_CONSOLE_PORT="many")
    assert_one_sentence(answer, "HOTLINE_CONSOLE_PORT")


def test_a_prompt_text_without_its_audio_is_found_by_check(tmp_path: Path) -> None:
    """A folder of the plan's own has a text that nobody rendered."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "texts.yaml").write_text("greeting-114: {text: 您好，新的问候。}\n", encoding="utf-8")
    plan = tmp_path / "plan.yaml"
    standard = Path("sip_config/standard_plan.yaml").read_text(encoding="utf-8")
    assert "folders: []" in standard
    plan.write_text(standard.replace("folders: []", "folders: [prompts]"), encoding="utf-8")
    answer = hotline("prompts", "check", "--plan", plan, data=tmp_path / "var")
    assert answer.status == 2
    assert "greeting-114" in answer.out + answer.err
    assert "hotline prompts render" in answer.out + answer.err
