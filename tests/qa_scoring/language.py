"""Rules written in a test, judged at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ledger.records import Finding
from qa_scoring import Conversation, Pack, judge, load_packs

HEAD = 'id: common\nversion: "1"\ntitle: 试\ndesk_names: [一一四]\n'
RULE = (
    "  - {{id: {id}, title: 一条, dimension: 亲, weight: 10, severity: minor, good: 好, bad: 坏, {body}}}\n"
)


def pack_of(folder: Path, head: str = "", **bodies: str) -> Pack:
    """A pack of one rule for each keyword, its value being what the rule claims, in YAML's flow style."""
    rules = (RULE.format(id=name.replace("_", "-"), body=body) for name, body in bodies.items())
    text = f"{HEAD}{head}rules:\n{''.join(rules)}"
    (folder / "common.yaml").write_text(text, encoding="utf-8")
    return load_packs(folder).by_id("common")


def findings(pack: Pack, conversation: Conversation) -> dict[str, Finding]:
    """What each rule says."""
    return {finding.rule: finding for finding in judge(conversation, pack).findings}


def said(folder: Path, conversation: Conversation, body: str, **others: str) -> Finding:
    """What a rule says that claims `body`, beside others."""
    return findings(pack_of(folder, rule=body, **others), conversation)["rule"]


def yaml(text: str) -> Any:
    """What a text of YAML holds."""
    return YAML(typ="safe").load(text)
