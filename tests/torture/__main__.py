"""The long campaign against a line: `make torture ARGS="--messages 100000 --rounds 50 --seed 1"`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.torture.campaign import Campaign, is_accounted, plain
from tests.torture.health import Health
from tests.torture.messages import MESSAGES
from tests.torture.round import send_all
from tests.torture.target import LineTarget
from tests.torture.wire import lives

LINGER_S = 40.0  # pjsip keeps what it knows of a request for 32 s


def tell(sentence: str) -> None:
    """Print a line at once."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def say(what: str, health: Health) -> None:
    """A line of the protocol."""
    tell(f"{what:44} {health.memory_kb:>8} kB  {health.files:>3} files  {health.threads} threads")


async def attack(line: LineTarget, rounds: int, messages: int, seed: int) -> bool:
    """Both attacks; whether each INVITE was accounted for."""
    say("at the start", line.health)
    for number in range(1, rounds + 1):
        await send_all(line.address, "127.0.0.9:9")
        if number in {1, 2, 5, 10, 20} or number % 10 == 0:
            say(f"after {number} rounds of {2 * len(MESSAGES)} messages", line.health)
    await line.settled()
    await asyncio.sleep(LINGER_S)
    say("40 s later", line.health)
    known = {row.id for row in line.rows()}
    campaign = Campaign(target=line.address, seed=seed)
    campaign.tell = lambda sent: (
        say(f"after {sent} damaged messages", line.health) if sent % 9000 == 0 else None
    )
    await campaign.run(messages)
    rows = [row for row in await line.settled() if row.id not in known]
    await asyncio.sleep(LINGER_S)
    say(f"40 s after {campaign.sent} damaged messages", line.health)
    assert await lives(line.address)
    is_complete = is_accounted(campaign.call_ids, Counter(plain(row.sip_call_id or "") for row in rows))
    tell(f"{campaign.calls} calls attacked from within")
    tell(f"{len(campaign.answered)} INVITEs answered, {len(rows)} rows; each has its row: {is_complete}")
    tell("\n".join([f"{len(line.alarms)} mistakes in the log", *line.alarms[:5]]))
    return is_complete and not line.alarms and not line.account().unexplained


def main() -> None:
    """Exits 0 only if nothing was found."""
    parser = argparse.ArgumentParser(prog="make torture")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        LineTarget(folder=Path(folder), operators={"8001": "sip:8001@127.0.0.9:9"}) as line,
    ):
        sys.exit(not asyncio.run(attack(line, options.rounds, options.messages, options.seed)))


if __name__ == "__main__":
    main()
