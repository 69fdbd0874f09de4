"""Files that are no plan at all: one clear sentence, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledger.errors import PlanError
from sip_config import load_plan

_SMALL_PLAN = (Path(__file__).parent / "small_plan.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "plan.yaml:1: the file is empty"),
        (b"# only a comment\n", "plan.yaml:1: the file is empty"),
        (b"~", "plan.yaml:1: must be a mapping (key: value), here is nothing"),
        (b"- a\n- b\n", "plan.yaml:1: must be a mapping (key: value), here is a list"),
        (b"hello", "plan.yaml:1: must be a mapping (key: value), here is 'hello'"),
        ("version: 1\nnotice: 录音\n".encode("gbk"), "plan.yaml:2: the file is not UTF-8; save it as UTF-8"),
        (b"a: 1\n\tb: 2\n", "plan.yaml:2: this is no YAML: "),
        (b"a: 1\n---\nb: 2\n", "plan.yaml:2: this is no YAML: "),
        (b"a: '\n", "plan.yaml:2: this is no YAML: "),
        (b"{a: " * 2_000, "plan.yaml:1: the file is nested too deeply"),
        (b"? [a, b]\n: c\n", "plan.yaml:1: a key must be a word or a number, not a list or a mapping"),
        (b"#" * 4_000_001, "plan.yaml:1: the file has 4000001 bytes; 4000000 are the most"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_no_plan(content: bytes, told: str, tmp_path: Path) -> None:
    """A file that cannot be a plan is refused with its line and what is wrong with it."""
    path = tmp_path / "plan.yaml"
    path.write_bytes(content)
    with pytest.raises(PlanError) as caught:
        load_plan(path)
    assert told in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is told by its whole path."""
    with pytest.raises(PlanError, match=r"plan.yaml:1: cannot read .*/plan.yaml: No such file"):
        load_plan(tmp_path / "plan.yaml")


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    """A folder's name is no plan."""
    with pytest.raises(PlanError, match=r"cannot read .*: Is a directory"):
        load_plan(tmp_path)


def test_aliases_that_grow(tmp_path: Path) -> None:
    """A few lines that would name a billion values are refused at once."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    path = tmp_path / "plan.yaml"
    path.write_text("\n".join(lines))
    with pytest.raises(PlanError, match="too large"):
        load_plan(path)


def test_a_plan_saved_by_a_windows_editor(tmp_path: Path) -> None:
    """A byte order mark and carriage returns change nothing."""
    path = tmp_path / "plan.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + _SMALL_PLAN.replace("\n", "\r\n").encode())
    assert load_plan(path).numbers["114"].name == "查号台"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(data=st.data())
def test_a_damaged_plan_is_loaded_or_refused(data: st.DataObject, tmp_path: Path) -> None:
    """Whatever a slip of the keyboard does to a plan, the answer is a plan or a PlanError."""
    start = data.draw(st.integers(0, len(_SMALL_PLAN)))
    end = data.draw(st.integers(start, min(start + 40, len(_SMALL_PLAN))))
    slip = data.draw(st.text(alphabet="ab1*&!#:,-'\"[]{}\n\t ~<>|%@`台\x00\x85\ud800", max_size=6))
    path = tmp_path / "plan.yaml"
    path.write_bytes((_SMALL_PLAN[:start] + slip + _SMALL_PLAN[end:]).encode("utf-8", "surrogatepass"))
    _load_or_refuse(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(content=st.binary(max_size=60))
@example(content=b"a: &x 1\nb: &x 2\n")
@example(content=b"%YAML 9.9\n---\na: 1\n")
@example(content=b"%YAML 1.1\n---\nversion: 1\n")
@example(content=b"<<: {version: 1}\n")
def test_any_bytes_are_refused(content: bytes, tmp_path: Path) -> None:
    """No bytes make the loader fail in another way than with PlanError."""
    path = tmp_path / "plan.yaml"
    path.write_bytes(content)
    with pytest.raises(PlanError):
        load_plan(path)


def _load_or_refuse(path: Path) -> None:
    try:
        load_plan(path)
    except PlanError as error:
        assert all(line.startswith("plan.yaml:") for line in str(error).splitlines())  # noqa: PT017 - or none
