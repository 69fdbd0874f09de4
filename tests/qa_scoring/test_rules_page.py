"""The examples of docs/rules.md hold: the pack loads, and every case of it comes out as written."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from textwrap import indent

import pytest

from qa_scoring import RuleCase, load_packs, rule_cases, run_case
from qa_scoring.nodes import KINDS
from qa_scoring.pack_files import STANDARD, Packs
from tests.qa_scoring.language import yaml

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
LEFT_OUT = {"title": "一条", "dimension": "准", "weight": 5, "severity": "minor", "good": "好", "bad": "坏"}
HEAD = 'id: shown\nversion: "1"\ntitle: 一一四\ndesks: ["114"]\ndesk_names: [一一四]\nextends: [common]\n'
TOLD_ELSEWHERE = {"never_say", "hold_notice", "wait_apology", "long_silence", "overtalk", "speech_rate"} | {
    *("answer_delay", "readback")
}  # the standard packs have these, with their cases


def blocks() -> list[str]:
    """The page's YAML."""
    return re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


def fragments() -> list[str]:
    """Rules that leave out what every rule has."""
    return [block for block in blocks() if block.startswith("- id:")]


@cache
def page(folder: Path) -> tuple[Packs, tuple[RuleCase, ...]]:
    """Its pack and one of its fragments, for 114, beside the common one; and its cases."""
    packs, cases = folder / "packs", folder / "packs" / "cases"
    cases.mkdir(parents=True)
    shutil.copy(STANDARD / "common.yaml", packs)
    pack = next(block for block in blocks() if block.startswith("id:"))
    (packs / "96180.yaml").write_text(pack, encoding="utf-8")
    shown = "".join(_filled(fragment) for fragment in fragments())
    (packs / "114.yaml").write_text(f"{HEAD}rules:\n{shown}", encoding="utf-8")
    for block in blocks():
        if block.startswith("rule:"):
            (cases / f"{yaml(block)['rule']}.yaml").write_text(block, encoding="utf-8")
    return load_packs(packs), rule_cases(cases)


def _filled(fragment: str) -> str:
    keys = "".join(f"  {key}: {value}\n" for key, value in LEFT_OUT.items())
    rules = re.split(r"^(?=- id:)", fragment, flags=re.MULTILINE)[1:]
    return "".join(indent(rule.rstrip("\n") + "\n" + keys, "  ") for rule in rules)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page's packs are written."""
    return tmp_path_factory.mktemp("page")


def test_the_pages_pack_loads(folder: Path) -> None:
    """It has its own rule and the common ones but the one that it drops."""
    packs, _ = page(folder)
    rules = {rule.id for rule in packs.for_desk("96180", "96180").rules}
    assert {"name-the-district", "greeting"} <= rules
    assert "apology-after-wait" not in rules


def test_every_case_comes_out_as_written(folder: Path) -> None:
    """Each rule that the page shows has cases, at least one that keeps it and one that breaks it."""
    packs, cases = page(folder)
    results = [run_case(packs, case) for case in cases]
    assert [result for result in results if not result.is_right] == []
    shown = {rule["id"] for fragment in fragments() for rule in yaml(fragment)}
    for rule in shown:
        assert {"pass", "fail"} <= {result.got.value for result in results if result.rule == rule}, rule


def test_every_kind_of_check_has_an_example(folder: Path) -> None:
    """A kind that nobody can look up is no part of the language."""
    packs, _ = page(folder)
    shown = {rule["id"] for fragment in fragments() for rule in yaml(fragment)}
    rules = [rule for rule in packs.for_desk("114", "114").rules if rule.id in shown]
    kinds = {node.kind for rule in rules for node in rule.nodes()}
    assert kinds | TOLD_ELSEWHERE == set(KINDS)
