"""Searching articles: `python -m bench.desks.knowledge --articles 10000`, on SQLite and PostgreSQL."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

from bench.databases import new_database
from desks.knowledge import articles, files, searching
from desks.knowledge.records import Text
from ledger.database import Ledger

SEED: Final = 1
TODAY: Final = date(2026, 11, 30)
_SAID: Final = (
    "宽带 固话 移机 报装 资费 套餐 故障 光猫 路由器 账单 发票 挂失 补卡 停机 复机 保号 "
    "来电显示 呼叫转移 漫游 国际 长途 充值 积分 押金 退费 投诉 回访 预约 时限 营业厅 "
    "身份证 过户 改名 密码 提速 专线 电视 机顶盒 短信 彩铃"
)
WORDS: Final = _SAID.split()
TYPED: Final = (
    *("kuandai", "kdgz", "guangmao", "yj", "zhangdan", "款带", "依机", "怎么办理宽带移机手续呢"),
    *("电视 账单", "保号 停机 漫游", "没有这样的东西啊"),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=10_000)
    count = parser.parse_args().articles
    for name in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder, new_database(name, Path(folder)) as url:
            _measure(name, url, count)


def _measure(name: str, url: str, count: int) -> None:
    with closing(Ledger(url)) as ledger:
        ledger.migrate()
        with ledger.transaction() as session:
            for text in _texts(count):
                articles.add(session, text, by="bench", why="bench")
        taken = sorted(_search(ledger, typed) for typed in _queries())
    for index, what in enumerate(("ms", "ms of our CPU")):
        values = sorted(one[index] for one in taken)
        p50, p99 = values[len(values) // 2], values[int(len(values) * 0.99)]
        print(f"{name}, {count} articles, {len(values)} searches: p50 {p50:.1f} p99 {p99:.1f} {what}")


def _search(ledger: Ledger, typed: str) -> tuple[float, float]:
    """Wall clock and CPU of this process, in ms."""
    with ledger.reading() as session:
        began_s, cpu_s = time.perf_counter(), time.process_time()
        searching.find(session, typed, today=TODAY)
        return (time.perf_counter() - began_s) * 1000, (time.process_time() - cpu_s) * 1000


def _texts(count: int) -> Iterator[Text]:
    drawn, real = random.Random(SEED), files.read(files.STARTING_SET)
    for number in range(count):
        words = drawn.sample(WORDS, 3)
        body = "\n".join("".join(drawn.choices(WORDS, k=12)) for _ in range(6)) + drawn.choice(real).body
        yield Text(title=f"{''.join(words[:2])}说明{number}", body=body, tags=tuple(words))


def _queries() -> list[str]:
    """Single words, two as one, and what people type in a hurry."""
    drawn = random.Random(SEED)
    pairs = ["".join(drawn.sample(WORDS, 2)) for _ in range(60)]
    return [drawn.choice(WORDS) for _ in range(60)] + pairs + [*TYPED] * 8


if __name__ == "__main__":
    sys.exit(main())
