"""The examples of docs/rules.md hold: the pack loads and its cases come out as written."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from qa_scoring import load_packs, rule_cases, run_case
from qa_scoring.pack_files import STANDARD

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_pages_pack_and_cases_hold(tmp_path: Path) -> None:
    """What the page shows is a pack beside the standard ones, and every case of it gets its verdict."""
    pack, cases = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    shutil.copytree(STANDARD, tmp_path / "packs")
    shutil.rmtree(tmp_path / "packs" / "cases")
    (tmp_path / "packs" / "cases").mkdir()
    (tmp_path / "packs" / "96180.yaml").write_text(pack, encoding="utf-8")
    (tmp_path / "packs" / "cases" / "name-the-district.yaml").write_text(cases, encoding="utf-8")
    packs = load_packs(tmp_path / "packs")
    rules = {rule.id for rule in packs.for_desk("96180", "96180").rules}
    assert {"name-the-district", "greeting"} <= rules
    assert "apology-after-wait" not in rules
    results = [run_case(packs, case) for case in rule_cases(tmp_path / "packs" / "cases")]
    assert [(result.case, result.got) for result in results] == [
        ("asked", "pass"),
        ("misheard", "pass"),
        ("not-asked", "fail"),
    ]
