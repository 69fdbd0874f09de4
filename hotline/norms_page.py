"""All norms of all desks as a page for monitors and team leads, in Chinese, as the packs have them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Final

from qa_scoring.checks import PhraseSpec
from qa_scoring.facts import Fact
from qa_scoring.nodes import Node
from qa_scoring.pack_files import Pack, Packs
from qa_scoring.pack_schema import RuleSpec, Severity
from qa_scoring.rules.counting import told_times
from qa_scoring.rules.fact import wanted
from qa_scoring.rules.windows import described, first_way
from qa_scoring.saying import Group, NeverSay, Say
from qa_scoring.wheres import Where, Who

HEAD: Final = """\
# 各台服务规范

本页由 `hotline rules page` 从规范包（`qa_scoring/packs/`）生成，不要直接修改；怎样写规范见
[rules.md](rules.md)。

每条规范有一个标准（快、准、清、亲）和扣分。“标记”一栏打“●”的，违反时通话有标记；其余的只扣分。
情形没有出现的判“不适用”，听不清的判“无法判断”，都不扣分。
说法按读音比对，表中只举一两种，全部说法在规范包里。
"""
SEVERITIES: Final = {Severity.MINOR: "一般", Severity.MAJOR: "较重", Severity.CRITICAL: "严重"}
SPEAKERS: Final = {Who.OPERATOR: "话务员", Who.CALLER: "用户", Who.ANY: "任何一方"}
MOST_SHOWN: Final = 3  # of a list of wordings
COLUMNS: Final = "| 规范 | 标准 | 扣分 | 标记 | 怎么判 | 正例 | 反例 |\n|---|---|---|---|---|---|---|\n"


def norms_page(packs: Packs) -> str:
    """The page in Markdown: how many norms each desk has, then each norm once, by pack and chapter."""
    shared_first = sorted(packs.packs, key=lambda pack: (bool(pack.desks), pack.id))
    sections = [_section(pack, packs) for pack in shared_first if pack.spec.rules]
    page = "\n".join([HEAD, _desks(packs), *sections])
    for rule in (rule for pack in packs.packs for rule in pack.rules):
        page = page.replace(f"“{rule.id}”一项的命中", f"“{rule.title}”一项的话")
    return page.replace("“{desk}”", "台名")


def _desks(packs: Packs) -> str:
    rows = [
        f"| {'、'.join(pack.desks)} | {pack.title} | {_count(pack, packs)} |"
        for pack in packs.packs
        if pack.desks
    ]
    return "\n".join(["| 台 | 规范 | 项数 |", "|---|---|---|", *rows, ""])


def _count(pack: Pack, packs: Packs) -> str:
    """How many norms the desk has, and where they come from."""
    held = {rule.id for rule in pack.rules} - {rule.id for rule in pack.spec.rules}
    bases = [packs.by_id(name) for name in pack.spec.extends]
    counts = [(base.title, len(held & {rule.id for rule in base.rules})) for base in bases]
    counts.append(("本台规范", len(pack.spec.rules)))
    return f"{len(pack.rules)} = " + " + ".join(f"{title} {count}" for title, count in counts if count)


def _section(pack: Pack, packs: Packs) -> str:
    users = [desk for each in packs.packs if pack.id in each.spec.extends for desk in each.desks]
    used = f"（{'、'.join(users)}）" if users else ""
    chapters = itertools.groupby(pack.spec.rules, key=lambda rule: rule.group)
    return f"## {pack.title}{used}\n\n" + "\n".join(_chapter(name, list(rules)) for name, rules in chapters)


def _chapter(name: str | None, rules: Sequence[RuleSpec]) -> str:
    head = f"### {name}\n\n" if name else ""
    return head + COLUMNS + "".join(_row(rule) for rule in rules)


def _row(rule: RuleSpec) -> str:
    cells = (
        f"**{rule.title}**<br>`{rule.id}`",
        rule.dimension,
        f"{rule.weight:g}（{SEVERITIES[rule.severity]}）",
        "●" if rule.flag else "",
        judged_by(rule),
        rule.good,
        rule.bad,
    )
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |\n"


def judged_by(rule: RuleSpec) -> str:
    """What is listened for, where, and when the norm applies at all."""
    when = f"只在{_asked(rule.when, rule.who, Where())}时适用。" if rule.when else ""
    return f"{when}{_asked(rule, rule.who, rule.where)}。"


def _asked(node: Node, who: Who, where: Where) -> str:
    who, where = node.who or who, node.where or where
    check = node.check
    if isinstance(check, Say):
        return f"{_place(where)}{SPEAKERS[who]}说到{_said(check)}"
    if isinstance(check, NeverSay):
        harsh = "，也不说与例句同类的生硬、推诿的话" if check.tone else ""
        return f"{_place(where)}{SPEAKERS[who]}不说{_some(_quoted(check.any))}{harsh}"
    if isinstance(check, Fact):
        return f"{check.title}{wanted(check)}"
    return _combined(node, who, where)


def _combined(node: Node, who: Who, where: Where) -> str:
    told = [_asked(child, who, where) for child in node.children]
    match node.kind:
        case "all_of":
            return "，并且".join(told)
        case "any_of":
            return "，或者".join(told)
        case "not":
            return f"没有{told[0]}"
        case "if":
            return f"如果{told[0]}，就{told[1]}"
    return "按通话的时间和声音计算"


def _place(where: Where) -> str:
    told = described(where)
    return "" if told == "全程" else f"{told}，"


def _said(check: Say) -> str:
    if check.all:
        return "、".join(_named(group) for group in check.all)
    kinds = _some([first_way(spec.text) for spec in check.phrases()])
    times = f"（{told_times(check.times)}）" if check.times else ""
    return f"{kinds}{times}"


def _named(group: Group) -> str:
    times = f"，{told_times(group.times)}" if group.times else ""
    return f"{group.title}（如{_some(_quoted(group.any), most=1)}{times}）"


def _quoted(specs: Iterable[PhraseSpec]) -> list[str]:
    return [f"“{first_way(spec.text)}”" for spec in specs]


def _some(words: Sequence[str], *, most: int = MOST_SHOWN) -> str:
    return "、".join(words[:most]) + ("等" if len(words) > most else "")
